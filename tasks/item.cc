#include "tasks/item.h"

#include <algorithm>
#include <string>

#include "tasks/vocabulary.h"
#include "tasks/words.h"

namespace trm::tasks {

Result<Item> blank_item(const Task& task, std::string_view slice, std::uint64_t seed, std::uint64_t index) {
  const std::string name(task.name());
  const std::span<const std::string_view> slices = task.info().slices;
  if (std::find(slices.begin(), slices.end(), slice) == slices.end()) {
    std::string known;
    for (const std::string_view s : slices) known += (known.empty() ? "" : ", ") + std::string(s);
    return Error{ErrorCode::bad_input, "", "slice", in_quotes(slice) + " is not a slice of " + name, "choose " + known};
  }
  Item item;
  item.task = name;
  item.version = task.info().version;
  item.slice = slice;
  item.seed = seed;
  item.index = index;
  item.id = name + "/" + item.slice + "/" + std::to_string(seed) + "/" + std::to_string(index);
  const std::size_t size = task.size(slice);
  if (index >= size) {
    return Error{ErrorCode::bad_input, "", "index",
                 std::to_string(index) + " is beyond " + name + "/" + item.slice + ", which has " +
                     std::to_string(size) + " items",
                 "use an index from 0 to " + std::to_string(size - 1)};
  }
  return item;
}

Rng item_rng(const Item& item) {
  return {item.seed, stream_of(item.task + "/" + std::to_string(item.version) + "/" + item.slice), item.index};
}

Result<std::string> decode_flag(std::span<const Token> value) {
  if (value.size() == 1 && value[0] == token::yes) return std::string("yes");
  if (value.size() == 1 && value[0] == token::no) return std::string("no");
  return Error{ErrorCode::bad_input, "", "answer", "\"" + to_text(value) + "\" is neither YES nor NO", "give one"};
}

}  // namespace trm::tasks
