// Which items of a slice are asked: the first ones, or the first ones of some depths.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/task.h"

namespace trm::tasks {

struct DepthRange {
  std::size_t least = 0, most = std::numeric_limits<std::size_t>::max();
  [[nodiscard]] bool holds(std::size_t depth) const { return least <= depth && depth <= most; }
};

/// "8", or "4..9". Error (usage): another form, an empty range.
Result<DepthRange> parse_depths(std::string_view text);

/// The `count` items of lowest index whose depth is in the range; they keep their index and id. Looked for among the
/// first 20,000 + 100 count items, or all where the slice is smaller.
/// Error: unknown slice; (usage) fewer than that: how many there are, and which depths occur.
Result<std::vector<Item>> choose_items(const Task& task, std::string_view slice, std::uint64_t seed, std::size_t count,
                                       const DepthRange& depths);

}  // namespace trm::tasks
