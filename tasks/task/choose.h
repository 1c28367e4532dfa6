// Chooses items of a slice: the first ones, or the first ones of some depths.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/task/task.h"

namespace trm::tasks {

/// Nothing: the slice has no item of this index. Error: unknown slice.
Result<std::optional<Item>> item_if_any(const Task& task, std::string_view slice, std::uint64_t seed,
                                        std::uint64_t index);

struct DepthRange {
  std::size_t least = 0, most = std::numeric_limits<std::size_t>::max();
  [[nodiscard]] bool holds(std::size_t depth) const { return least <= depth && depth <= most; }
};

/// "8", or "4..9". Error (usage): another form, an empty range.
Result<DepthRange> parse_depths(std::string_view text);

/// Hands on the `count` items of lowest index whose depth is in the range, one by one. They keep their index and id. It
/// looks at the first 20,000 + 100 count items, or at all where the slice has fewer.
/// Error: unknown slice; (usage) fewer than that: how many there are, and which depths occur.
Status choose_items(const Task& task, std::string_view slice, std::uint64_t seed, std::size_t count,
                    const DepthRange& depths, const std::function<void(Item)>& found);
/// The same, all together.
Result<std::vector<Item>> choose_items(const Task& task, std::string_view slice, std::uint64_t seed, std::size_t count,
                                       const DepthRange& depths);

}  // namespace trm::tasks
