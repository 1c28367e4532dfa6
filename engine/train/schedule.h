// The learning-rate schedule of a run.
#pragma once

#include <cstddef>

namespace trm {

struct Schedule {
  std::size_t steps = 1000;  ///< updates
  std::size_t warmup_steps = 0;
  double min_lr_ratio = 0.0;  ///< cosine from 1 to this after the warm-up

  /// Learning-rate factor of update k (from 1): linear warm-up, then cosine to min_lr_ratio at the last step.
  [[nodiscard]] double factor(std::size_t k) const;
  bool operator==(const Schedule&) const = default;
};

}  // namespace trm
