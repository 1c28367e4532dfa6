// One benchmark run: every contestant on every workload, offline and single stream, and what it says in records.
#pragma once

#include <string>
#include <vector>

#include "bench/frames/contestant.h"
#include "bench/frames/transcript.h"
#include "bench/frames/workload.h"
#include "bench/harness/measurement.h"
#include "reports/record.h"

namespace trm::bench {

/// A model of sequences is asked the tasks that its file names and nothing else; a workload that nobody can answer is
/// left out.
struct SuiteOptions : MeasurementOptions {
  WorkloadOptions workload;
  std::vector<Contestant> contestants;
  std::vector<std::string> left_out;  ///< for the record: contestants of the default run that are not here, and why
};

/// This process must have no other thread (child.h).
/// Error: unknown names, no contestants, two of one name, no task that one of them answers (usage); a model that cannot
/// be loaded; prolog without a swipl that works; predictions of which none is for an item of the run. An optional
/// contestant that fails, at whatever point, leaves no records but an entry of left_out.
Result<reports::RunResults> run_suite(const SuiteOptions& options, const SuiteProgress& progress);

}  // namespace trm::bench
