// Intervals and percentiles, without assumptions about the shape of a distribution.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace trm::reports {

struct Interval {
  double low = 0;
  double high = 0;
};

/// z with P(Z <= z) = p for a standard normal Z; p in (0, 1), otherwise NaN. Relative error below 1e-12.
double normal_quantile(double p);

/// Wilson score interval of a proportion (Wilson 1927), clipped to [0, 1]. n = 0 gives [0, 1]; successes > n count as
/// n.
Interval wilson_interval(std::uint64_t successes, std::uint64_t n, double confidence = 0.95);

/// Interval of the difference of two independent proportions, first minus second, from their Wilson intervals (Newcombe
/// 1998, method 10). n = 0 of either gives [-1, 1].
Interval difference_interval(std::uint64_t first, std::uint64_t first_n, std::uint64_t second, std::uint64_t second_n,
                             double confidence = 0.95);

/// Nearest-rank percentile: the smallest sample x such that at least p of all samples are <= x; never interpolated, so
/// it is a value that was seen. nullopt: no samples, a sample that is not finite, or p outside (0, 1].
std::optional<double> percentile(std::vector<double> samples, double p);

/// The middle sample, or the mean of the two in the middle. nullopt: no samples or one that is not finite.
std::optional<double> median(std::vector<double> samples);

/// True if n samples can bound percentile p with this confidence when no sample exceeds the bound:
/// n >= ln(1 - confidence) / ln(p). That is 44 for p90 and 459 for p99 at 99 %.
bool percentile_is_supported(std::uint64_t n, double p, double confidence = 0.99);

/// Interval of percentile p from order statistics: ranks l and u of the binomial (n, p) distribution such that the
/// percentile lies in [x_(l), x_(u)] with at least this confidence, whatever the distribution.
/// nullopt: too few samples for two such ranks, a sample that is not finite, or p outside (0, 1).
std::optional<Interval> percentile_interval(std::vector<double> samples, double p, double confidence = 0.95);

}  // namespace trm::reports
