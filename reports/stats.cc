#include "reports/stats.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/base/interval.h"

namespace trm::reports {
namespace {

bool all_finite(const std::vector<double>& samples) {
  return std::all_of(samples.begin(), samples.end(), [](double x) { return std::isfinite(x); });
}

/// Number of successes l such that P(B <= l - 1) <= tail < P(B <= l) for B ~ binomial(n, p).
std::size_t lower_rank(std::size_t n, double p, double tail) {
  const double log_odds = std::log(p) - std::log1p(-p);
  double log_mass = static_cast<double>(n) * std::log1p(-p);
  double cumulative = 0;
  for (std::size_t k = 0; k <= n; ++k) {
    cumulative += std::exp(log_mass);
    if (cumulative > tail) return k;
    log_mass += std::log(static_cast<double>(n - k) / static_cast<double>(k + 1)) + log_odds;
  }
  return n;
}

}  // namespace

Interval difference_interval(std::uint64_t first, std::uint64_t first_n, std::uint64_t second, std::uint64_t second_n,
                             double confidence) {
  if (first_n == 0 || second_n == 0) return {-1, 1};
  const Interval a = wilson_interval(first, first_n, confidence), b = wilson_interval(second, second_n, confidence);
  const double p = static_cast<double>(std::min(first, first_n)) / static_cast<double>(first_n);
  const double q = static_cast<double>(std::min(second, second_n)) / static_cast<double>(second_n);
  return {p - q - std::hypot(p - a.low, b.high - q), p - q + std::hypot(a.high - p, q - b.low)};
}

std::optional<double> percentile(std::vector<double> samples, double p) {
  if (samples.empty() || !(p > 0 && p <= 1) || !all_finite(samples)) return std::nullopt;
  const double n = static_cast<double>(samples.size());
  // 0.07 * 100 is a little above 7: the factor keeps rounding from moving the rank.
  const double rank = std::clamp(std::ceil(p * n * (1 - 1e-12)), 1.0, n);
  const auto at = samples.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
  std::nth_element(samples.begin(), at, samples.end());
  return *at;
}

std::optional<double> median(std::vector<double> samples) {
  if (samples.empty() || !all_finite(samples)) return std::nullopt;
  std::sort(samples.begin(), samples.end());
  const std::size_t middle = samples.size() / 2;
  if (samples.size() % 2 == 1) return samples[middle];
  return samples[middle - 1] + (samples[middle] - samples[middle - 1]) / 2;
}

bool percentile_is_supported(std::uint64_t n, double p, double confidence) {
  if (!(p > 0 && p < 1 && confidence > 0 && confidence < 1)) return false;
  return static_cast<double>(n) >= std::log1p(-confidence) / std::log(p);
}

std::optional<Interval> percentile_interval(std::vector<double> samples, double p, double confidence) {
  if (samples.empty() || !(p > 0 && p < 1 && confidence > 0 && confidence < 1) || !all_finite(samples)) {
    return std::nullopt;
  }
  const std::size_t n = samples.size();
  const double tail = (1 - confidence) / 2;
  const std::size_t low = lower_rank(n, p, tail);
  // Counted from the largest sample down, the upper rank is a lower rank of the mirrored distribution.
  const std::size_t from_top = lower_rank(n, 1 - p, tail);
  if (low == 0 || from_top == 0) return std::nullopt;
  std::sort(samples.begin(), samples.end());
  return Interval{samples[low - 1], samples[n - from_top]};
}

}  // namespace trm::reports
