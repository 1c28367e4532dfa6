// What two sets of samples say of one another, without assumptions about the shape of their distributions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/interval.h"

namespace trm::reports::compare {

/// Samples below which no 95 % interval of a median exists: 1 - 2 / 2^n >= 0.95 from n = 6 on (sign test).
inline constexpr std::size_t kLeastSamples = 6;
inline constexpr double kConfidence = 0.95;

/// Percentile bootstrap (Efron 1979) of the median of `values`, which are finite. Seeded: same input, same interval.
/// nullopt: fewer than kLeastSamples values.
std::optional<Interval> bootstrap_median(const std::vector<double>& values, std::uint64_t seed,
                                         double confidence = kConfidence);

/// The same of median(later) - median(earlier), both resampled on their own.
std::optional<Interval> bootstrap_median_difference(const std::vector<double>& earlier,
                                                    const std::vector<double>& later, std::uint64_t seed,
                                                    double confidence = kConfidence);

/// P values of Mann and Whitney's U test (1947): exact without ties for up to kExactSamples samples together, otherwise
/// by the normal distribution with corrections for ties and continuity. 1 where a side is empty.
struct MannWhitney {
  double two_sided = 1;
  double greater = 1;  ///< that values of `later` are not larger than those of `earlier`
};
inline constexpr std::size_t kExactSamples = 60;
MannWhitney mann_whitney(const std::vector<double>& earlier, const std::vector<double>& later);

/// One-sided sign test: how likely so many values above `bound` are if their median is not above it. Values equal to
/// the bound count for neither. 1 without values.
double sign_test_above(const std::vector<double>& values, double bound);

/// P(X >= k) for X ~ binomial(n, 1/2).
double binomial_half_tail(std::size_t k, std::size_t n);

/// Two-sided exact McNemar test (1947): `lost` questions that only the earlier one answered right, `won` that only the
/// later one did.
double mcnemar(std::size_t lost, std::size_t won);

/// Two-sided test that two shares are equal (pooled z). 1 where a side is empty or both shares are 0 or 1.
double equal_shares(std::uint64_t first, std::uint64_t first_n, std::uint64_t second, std::uint64_t second_n);

/// Adjusted p values that bound the share of false discoveries (Benjamini and Hochberg 1995), in the order of `p`.
std::vector<double> benjamini_hochberg(const std::vector<double>& p);

/// Tukey's outer fence: third quartile + 3 interquartile ranges, of values by nearest rank. nullopt: no values.
std::optional<double> outer_fence(const std::vector<double>& values);

}  // namespace trm::reports::compare
