// Accuracies that the papers of TRM and HRM print, for a look beside what is measured here.
#pragma once

#include <string_view>

#include "reports/record.h"

namespace trm::bench {

/// Record::mode of what is not measured here.
inline constexpr const char* published_mode = "published";
/// Metric of the published benchmarks, measured or published: exact answers in ratio, of ARC within two tries.
inline constexpr const char* benchmark_metric = "benchmark_score";

/// Adds benchmark_score and published_parameters of each method and benchmark. The slice names the source.
void add_published_figures(reports::RunResults& results);

}  // namespace trm::bench
