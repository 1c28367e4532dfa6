#include "tasks/item.h"

#include <algorithm>
#include <string>

#include "tasks/words.h"

namespace trm::tasks {

Result<Item> blank_item(const Task& task, std::string_view slice, std::uint64_t seed, std::uint64_t index) {
  const std::span<const std::string_view> slices = task.slices();
  const std::string name(task.name());
  if (std::find(slices.begin(), slices.end(), slice) == slices.end()) {
    std::string known;
    for (const std::string_view s : slices) known += (known.empty() ? "" : ", ") + std::string(s);
    return Error{ErrorCode::bad_input, "", "slice", in_quotes(slice) + " is not a slice of " + name, "choose " + known};
  }
  const std::size_t size = task.size(slice);
  if (index >= size) {
    return Error{ErrorCode::bad_input, "", "index",
                 std::to_string(index) + " is beyond " + name + "/" + std::string(slice) + ", which has " +
                     std::to_string(size) + " items",
                 "use an index from 0 to " + std::to_string(size - 1)};
  }
  Item item;
  item.task = name;
  item.version = task.version();
  item.slice = slice;
  item.seed = seed;
  item.index = index;
  item.id = name + "/" + item.slice + "/" + std::to_string(seed) + "/" + std::to_string(index);
  return item;
}

Rng item_rng(const Item& item) {
  return {item.seed, stream_of(item.task + "/" + std::to_string(item.version) + "/" + item.slice), item.index};
}

Status check_width(std::string_view prompt, const Natural& value) {
  const std::size_t digits = value.digit_count();
  if (digits <= max_value_digits) return {};
  return prompt_error(prompt, "value",
                      "has " + std::to_string(digits) + " digits, more than " + std::to_string(max_value_digits),
                      "choose a smaller N or smaller start values");
}

std::optional<Wide> wide_of(std::string_view decimal) {
  if (!is_decimal(decimal) || decimal.size() > max_value_digits) return std::nullopt;
  Wide value = 0;
  for (const char c : decimal) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

}  // namespace trm::tasks
