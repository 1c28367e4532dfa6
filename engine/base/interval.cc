#include "engine/base/interval.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace trm {

double normal_quantile(double p) {
  if (!(p > 0 && p < 1)) return std::numeric_limits<double>::quiet_NaN();
  if (p > 0.5) return -normal_quantile(1 - p);
  // A rough start (Abramowitz and Stegun 26.2.23), then Newton steps on the distribution function.
  const double t = std::sqrt(-2 * std::log(p));
  double z = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (int i = 0; i < 6; ++i) {
    const double cdf = 0.5 * std::erfc(-z / std::numbers::sqrt2);
    const double density = std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi);
    z -= (cdf - p) / density;
  }
  return z;
}

Interval wilson_interval(std::uint64_t successes, std::uint64_t n, double confidence) {
  if (n == 0) return {0, 1};
  const double count = static_cast<double>(n);
  const double share = static_cast<double>(std::min(successes, n)) / count;
  const double z = normal_quantile(0.5 + confidence / 2);
  const double scale = 1 + z * z / count;
  const double centre = (share + z * z / (2 * count)) / scale;
  const double half = z / scale * std::sqrt(share * (1 - share) / count + z * z / (4 * count * count));
  // At the borders the formula is exact only up to rounding.
  const double low = successes == 0 ? 0 : std::max(0.0, centre - half);
  const double high = successes >= n ? 1 : std::min(1.0, centre + half);
  return {low, high};
}

double Rate::value() const {
  return total == 0 ? 0.0 : static_cast<double>(right) / static_cast<double>(total);
}

}  // namespace trm
