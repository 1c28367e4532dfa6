// The learning-rate schedule of a run.
#pragma once

#include <cstddef>
#include <string_view>

namespace trm {

/// Letters, digits, '.', '-' and '_', not beginning with a dot: harmless as a file name and on a terminal.
bool is_plain_name(std::string_view name);

struct Schedule {
  std::size_t steps = 1000;  ///< updates
  std::size_t warmup_steps = 0;
  double min_lr_ratio = 0.0;  ///< cosine from 1 to this after the warm-up

  /// Learning-rate factor of update k (from 1): linear warm-up, then cosine to min_lr_ratio at the last step.
  [[nodiscard]] double factor(std::size_t k) const;
  bool operator==(const Schedule&) const = default;
};

}  // namespace trm
