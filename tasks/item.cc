#include "tasks/item.h"

#include <algorithm>
#include <string>

#include "tasks/vocabulary.h"
#include "tasks/words.h"

namespace trm::tasks {

Result<Item> blank_item(const Task& task, std::string_view slice, std::uint64_t seed, std::uint64_t index) {
  Result<Item> item = blank_item(ItemSource{task.name(), task.info().version, task.info().slices}, slice, seed, index);
  const std::size_t size = task.size(slice);
  if (item && index >= size) {
    return Error{ErrorCode::bad_input, "", "index",
                 std::to_string(index) + " is beyond " + item->task + "/" + item->slice + ", which has " +
                     std::to_string(size) + " items",
                 "use an index from 0 to " + std::to_string(size - 1)};
  }
  return item;
}

Result<Item> blank_item(const ItemSource& source, std::string_view slice, std::uint64_t seed, std::uint64_t index) {
  const std::string name(source.name);
  if (std::find(source.slices.begin(), source.slices.end(), slice) == source.slices.end()) {
    std::string known;
    for (const std::string_view s : source.slices) known += (known.empty() ? "" : ", ") + std::string(s);
    return Error{ErrorCode::bad_input, "", "slice", in_quotes(slice) + " is not a slice of " + name, "choose " + known};
  }
  Item item;
  item.task = name;
  item.version = source.version;
  item.slice = slice;
  item.seed = seed;
  item.index = index;
  item.id = name + "/" + item.slice + "/" + std::to_string(seed) + "/" + std::to_string(index);
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
