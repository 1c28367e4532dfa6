#include "engine/train/schedule.h"

#include <algorithm>
#include <cmath>

namespace trm {

bool is_plain_name(std::string_view name) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_";
  return !name.empty() && name.front() != '.' && name.find_first_not_of(kPlain) == std::string_view::npos;
}

double Schedule::factor(std::size_t k) const {
  if (k < warmup_steps) return static_cast<double>(k) / static_cast<double>(warmup_steps);
  if (steps == warmup_steps) return 1.0;
  const double progress = static_cast<double>(k - warmup_steps) / static_cast<double>(steps - warmup_steps);
  return min_lr_ratio + std::max(0.0, (1.0 - min_lr_ratio) * 0.5 * (1.0 + std::cos(M_PI * std::min(1.0, progress))));
}

}  // namespace trm
