#include "reports/compare/statistics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "engine/base/random.h"
#include "reports/stats.h"

namespace trm::reports::compare {
namespace {

/// Enough for the ends of a 95 % interval; fewer for long samples, whose medians are close together anyway.
std::size_t resamples_of(std::size_t n) {
  return std::clamp<std::size_t>(600'000 / n, 400, 2000);
}

/// Median of a resample of `values`, drawn by the numbers of `stream`; `room` is scratch.
double resampled_median(const std::vector<double>& values, std::uint64_t seed, std::uint64_t stream,
                        std::vector<double>& room) {
  const std::size_t n = values.size();
  room.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    // The upper half of 64 random bits times n, without the bias and the cost of a remainder.
    const std::uint64_t bits = random_bits(seed, stream, i) >> 32;
    room[i] = values[static_cast<std::size_t>((bits * n) >> 32)];
  }
  const auto middle = room.begin() + static_cast<std::ptrdiff_t>(n / 2);
  std::nth_element(room.begin(), middle, room.end());
  if (n % 2 == 1) return *middle;
  const double below = *std::max_element(room.begin(), middle);
  return below + (*middle - below) / 2;
}

std::optional<Interval> percentiles_of(std::vector<double> medians, double confidence) {
  std::sort(medians.begin(), medians.end());
  const double tail = (1 - confidence) / 2;
  const auto at = [&](double p) {
    const double rank =
        std::clamp(p * static_cast<double>(medians.size()), 0.0, static_cast<double>(medians.size() - 1));
    return medians[static_cast<std::size_t>(rank)];
  };
  return Interval{at(tail), at(1 - tail)};
}

double normal_tail(double z) {
  return 0.5 * std::erfc(z / std::sqrt(2.0));
}

/// P(U >= u) under the hypothesis of equal distributions, without ties: the number of subsets with each rank sum.
double exact_tail(std::size_t m, std::size_t n, double u) {
  const std::size_t most = m * n;
  // ways[k][s]: ways to choose k of the places seen so far with U contribution s.
  std::vector<std::vector<double>> ways(m + 1, std::vector<double>(most + 1, 0.0));
  ways[0][0] = 1;
  for (std::size_t place = 0; place < m + n; ++place) {
    // As the k-th chosen one, a place adds the number of places below it that were not chosen.
    for (std::size_t k = std::min(place + 1, m); k >= 1; --k) {
      const std::size_t below = place - (k - 1);
      if (below > n) continue;
      for (std::size_t s = most + 1; s-- > below;) ways[k][s] += ways[k - 1][s - below];
    }
  }
  const std::vector<double>& all = ways[m];
  const double total = std::accumulate(all.begin(), all.end(), 0.0);
  double tail = 0;
  for (std::size_t s = static_cast<std::size_t>(std::ceil(u)); s <= most; ++s) tail += all[s];
  return std::min(1.0, tail / total);
}

}  // namespace

std::optional<Interval> bootstrap_median(const std::vector<double>& values, std::uint64_t seed, double confidence) {
  if (values.size() < kLeastSamples) return std::nullopt;
  std::vector<double> medians(resamples_of(values.size())), room;
  for (std::size_t i = 0; i < medians.size(); ++i) medians[i] = resampled_median(values, seed, i, room);
  return percentiles_of(std::move(medians), confidence);
}

std::optional<Interval> bootstrap_median_difference(const std::vector<double>& earlier,
                                                    const std::vector<double>& later, std::uint64_t seed,
                                                    double confidence) {
  if (std::min(earlier.size(), later.size()) < kLeastSamples) return std::nullopt;
  std::vector<double> differences(resamples_of(std::max(earlier.size(), later.size()))), room;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    differences[i] = resampled_median(later, seed, 2 * i, room) - resampled_median(earlier, seed, 2 * i + 1, room);
  }
  return percentiles_of(std::move(differences), confidence);
}

MannWhitney mann_whitney(const std::vector<double>& earlier, const std::vector<double>& later) {
  const std::size_t m = later.size(), n = earlier.size();
  if (m == 0 || n == 0) return {};
  std::vector<double> all = earlier;
  all.insert(all.end(), later.begin(), later.end());
  std::sort(all.begin(), all.end());
  double ties = 0, u = 0;
  for (std::size_t i = 0; i < all.size();) {
    const std::size_t end = static_cast<std::size_t>(std::upper_bound(all.begin(), all.end(), all[i]) - all.begin());
    const double t = static_cast<double>(end - i);
    ties += t * t * t - t;
    i = end;
  }
  std::vector<double> sorted = earlier;
  std::sort(sorted.begin(), sorted.end());
  for (const double x : later) {
    const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), x);
    u += static_cast<double>(low - sorted.begin()) + 0.5 * static_cast<double>(high - low);
  }
  const double product = static_cast<double>(m) * static_cast<double>(n);
  MannWhitney out;
  if (ties == 0 && m + n <= kExactSamples) {
    out.greater = exact_tail(m, n, u);
    out.two_sided = std::min(1.0, 2 * exact_tail(m, n, std::max(u, product - u)));
    return out;
  }
  const double total = static_cast<double>(m + n);
  const double variance = product / 12 * (total + 1 - ties / (total * (total - 1)));
  if (!(variance > 0)) return out;
  const double z = (u - product / 2) / std::sqrt(variance), correction = 0.5 / std::sqrt(variance);
  out.greater = normal_tail(z - correction);
  out.two_sided = std::min(1.0, 2 * normal_tail(std::abs(z) - correction));
  return out;
}

double binomial_half_tail(std::size_t k, std::size_t n) {
  double tail = 0;
  const double trials = static_cast<double>(n);
  for (std::size_t i = k; i <= n; ++i) {
    const double x = static_cast<double>(i);
    tail +=
        std::exp(std::lgamma(trials + 1) - std::lgamma(x + 1) - std::lgamma(trials - x + 1) - trials * std::log(2.0));
  }
  return std::min(1.0, tail);
}

double sign_test_above(const std::vector<double>& values, double bound) {
  const auto above =
      static_cast<std::size_t>(std::count_if(values.begin(), values.end(), [&](double x) { return x > bound; }));
  const auto below =
      static_cast<std::size_t>(std::count_if(values.begin(), values.end(), [&](double x) { return x < bound; }));
  return binomial_half_tail(above, above + below);
}

double mcnemar(std::size_t lost, std::size_t won) {
  return std::min(1.0, 2 * binomial_half_tail(std::max(lost, won), lost + won));
}

double equal_shares(std::uint64_t first, std::uint64_t first_n, std::uint64_t second, std::uint64_t second_n) {
  if (first_n == 0 || second_n == 0) return 1;
  const double a = static_cast<double>(first_n), b = static_cast<double>(second_n);
  const double pooled = static_cast<double>(first + second) / (a + b);
  const double variance = pooled * (1 - pooled) * (1 / a + 1 / b);
  if (!(variance > 0)) return 1;
  const double z = std::abs(static_cast<double>(first) / a - static_cast<double>(second) / b) / std::sqrt(variance);
  return std::min(1.0, 2 * normal_tail(z));
}

std::vector<double> benjamini_hochberg(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> out(p.size());
  double least = 1;
  for (std::size_t rank = p.size(); rank >= 1; --rank) {
    const std::size_t at = order[rank - 1];
    least = std::min(least, p[at] * static_cast<double>(p.size()) / static_cast<double>(rank));
    out[at] = least;
  }
  return out;
}

std::optional<double> outer_fence(const std::vector<double>& values) {
  const std::optional<double> first = percentile(values, 0.25), third = percentile(values, 0.75);
  if (!first || !third) return std::nullopt;
  return *third + 3 * (*third - *first);
}

}  // namespace trm::reports::compare
