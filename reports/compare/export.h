// A comparison for programs.
#pragma once

#include <string>

#include "engine/base/status.h"
#include "reports/compare/judge.h"

namespace trm::reports::compare {

/// Version of the JSON below.
inline constexpr int kComparisonVersion = 1;

/// {"trm_compare_version", "verdict", "exit_status", "old", "new", "rules", "overall", "notes", "failures", "rows"}. A
/// row has the fields of Row with their raw samples; changes are shares (0.1 is 10 %), absent fields say nothing.
std::string to_json(const Comparison& comparison, int exit_status);

/// One line for each row: benchmark, metric, unit, old, new, change, low, high, p, floor, threshold, verdict, reason.
std::string to_csv(const Comparison& comparison);

/// The newest values in Bencher's metric format (BMF): {"benchmark": {"latency": {"value", "lower_value",
/// "upper_value"}}}. Times are "latency" in nanoseconds, rates "throughput" per second, as its adapters have them;
/// others keep their name, and so does a second time or rate of one benchmark. The ends are those of the median, and
/// absent without samples.
std::string to_bmf(const Measurements& from);

/// The newest values in the JSON of Google Benchmark. Error: as to_google_benchmark_json().
Result<std::string> to_google_benchmark(const Measurements& from);

}  // namespace trm::reports::compare
