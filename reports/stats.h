// Intervals and percentiles, without assumptions about the shape of a distribution.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/interval.h"

namespace trm::reports {

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
