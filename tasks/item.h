// What the tasks' items have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "tasks/natural.h"
#include "tasks/rng.h"
#include "tasks/task.h"

namespace trm::tasks {

/// Where items come from.
struct ItemSource {
  std::string_view name;
  std::size_t version = 1;
  std::span<const std::string_view> slices;
};

/// Item with task, version, slice, seed, index and id filled in. Error: unknown slice, index beyond its size.
Result<Item> blank_item(const Task& task, std::string_view slice, std::uint64_t seed, std::uint64_t index);
/// The same for a source whose slices hold as many items as you ask for.
Result<Item> blank_item(const ItemSource& source, std::string_view slice, std::uint64_t seed, std::uint64_t index);

/// Generator of one item.
Rng item_rng(const Item& item);

/// Is the value narrow enough for a task? If not, the error says so for that prompt.
Status check_width(std::string_view prompt, const Natural& value);

__extension__ typedef unsigned __int128 Wide;  ///< number type of the verifiers
/// Value of decimal text without leading zeros; nothing if it is not such text or wider than max_value_digits.
std::optional<Wide> wide_of(std::string_view decimal);

}  // namespace trm::tasks
