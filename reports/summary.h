// Records made from counts and raw samples, so that every tool computes them in the same way.
#pragma once

#include <cstdint>
#include <vector>

#include "reports/record.h"

namespace trm::reports {

/// `base` with value successes / n (0 if n is 0), unit "ratio", n and its 95 % Wilson interval.
Record ratio_record(Record base, std::uint64_t successes, std::uint64_t n);

/// Percentile records of a sample set whose metric ends in its unit: "latency_ns" gives latency_p50_ns, latency_p90_ns
/// and latency_p99_ns with order-statistic intervals. A percentile that the sample cannot support (stats.h) is left
/// out, except the median. Empty for an empty set.
std::vector<Record> percentile_records(const SampleSet& samples);

}  // namespace trm::reports
