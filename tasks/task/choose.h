// Chooses items of a slice: the first ones, or the first ones of some depths.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
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

/// Finds items one by one, in the order of their indices: those of the `count` lowest whose depth is in the range. They
/// keep their index and id. It looks at the first 20,000 + 100 count items, or at all where the slice has fewer. The
/// task must outlive it.
class ItemChooser {
 public:
  ItemChooser(const Task& task, std::string_view slice, std::uint64_t seed, std::size_t count, const DepthRange& depths)
      : task_(task), slice_(slice), seed_(seed), count_(count), depths_(depths) {}

  /// The next one, drawn only now; nothing behind the last of them. `looking` is called before each item that is looked
  /// at, of which there may be many between two that are found. Error: unknown slice; (usage) fewer than `count`: how
  /// many there are, and which depths occur.
  Result<std::optional<Item>> next(const std::function<void()>& looking = {});

 private:
  [[nodiscard]] bool any_depth() const;
  [[nodiscard]] Error too_few() const;

  const Task& task_;
  std::string slice_;
  std::uint64_t seed_;
  std::size_t count_;
  DepthRange depths_;
  DepthRange seen_{std::numeric_limits<std::size_t>::max(), 0};
  std::size_t scanned_ = 0, chosen_ = 0;
};

/// All that an ItemChooser finds, or its error.
Result<std::vector<Item>> choose_items(const Task& task, std::string_view slice, std::uint64_t seed, std::size_t count,
                                       const DepthRange& depths);

}  // namespace trm::tasks
