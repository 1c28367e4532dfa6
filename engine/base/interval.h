// What a sample of right and wrong answers says of the share behind it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace trm {

struct Interval {
  double low = 0;
  double high = 1;
};

/// z with P(Z <= z) = p for a standard normal Z; p in (0, 1), otherwise NaN. Relative error below 1e-12.
double normal_quantile(double p);

/// Wilson score interval of a proportion (Wilson 1927), clipped to [0, 1]. n = 0 gives [0, 1]; successes > n count as
/// n.
Interval wilson_interval(std::uint64_t successes, std::uint64_t n, double confidence = 0.95);

/// A share of right answers.
struct Rate {
  std::size_t right = 0;
  std::size_t total = 0;
  [[nodiscard]] double value() const;  ///< 0..1; 0 if total is 0
  [[nodiscard]] Interval interval() const { return wilson_interval(right, total); }
};

}  // namespace trm
