// Accuracies that the papers of TRM and HRM print, for a look beside what is measured here.
#pragma once

#include <string_view>

#include "reports/record.h"

namespace trm::bench {

using reports::kBenchmarkMetric;
using reports::kPublishedMode;

/// Adds benchmark_score and published_parameters of each method and benchmark. The slice names the source.
void add_published_figures(reports::RunResults& results);

}  // namespace trm::bench
