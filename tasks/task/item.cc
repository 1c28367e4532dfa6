#include "tasks/task/item.h"

#include <algorithm>
#include <string>

#include "tasks/base/words.h"
#include "tasks/frames/vocabulary.h"

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
  item.id = name + "@" + std::to_string(item.version) + "/" + item.slice + "/" + std::to_string(seed) + "/" +
            std::to_string(index);
  return item;
}

Rng draw_rng(const Task& task, const Item& item, std::uint64_t number) {
  return {item.seed, stream_of(item.task + "/" + std::to_string(task.info().draws) + "/" + item.slice), number};
}

bool is_stream(std::string_view slice) {
  return slice == "train";
}

Error no_item(const Item& item, std::size_t size) {
  return Error{ErrorCode::bad_input, "", "index",
               std::to_string(item.index) + " is beyond " + item.task + "/" + item.slice + ", which has " +
                   std::to_string(size) + " items",
               "use an index from 0 to " + std::to_string(size - 1)};
}

Error no_sample(const Task& task, std::string_view slice) {
  if (const Result<Item> item = blank_item(task, slice, 0, 0); !item) return item.error();
  return Error{ErrorCode::bad_input, "", "slice", in_quotes(slice) + " is not trained on",
               "choose train or validation"};
}

Result<std::string> decode_flag(std::span<const Token> value) {
  if (value.size() == 1 && value[0] == token::yes) return std::string("yes");
  if (value.size() == 1 && value[0] == token::no) return std::string("no");
  return Error{ErrorCode::bad_input, "", "answer", "\"" + to_text(value) + "\" is neither YES nor NO", "give one"};
}

}  // namespace trm::tasks
