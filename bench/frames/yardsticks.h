// What the measurements are held against: the goals of the project and the figures that a source claims.
#pragma once

#include <span>

#include "bench/frames/workload.h"
#include "reports/record.h"

namespace trm::bench {

/// Adds the tasks of a run with their stages, the goals of their slices (asked or not), and what the article that
/// started this project claims about them, as published figures.
void add_yardsticks(std::span<const Workload> workloads, reports::RunResults& results);

}  // namespace trm::bench
