// One benchmark run: every contestant on every workload, offline and single stream, and what it says in records.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/harness/contestant.h"
#include "bench/harness/transcript.h"
#include "bench/harness/workload.h"
#include "engine/sys/pinning.h"
#include "reports/record.h"
#include "simd/cpu.h"

namespace trm::bench {

/// A model of sequences is asked the tasks that its file names and nothing else; a workload that nobody can answer is
/// left out.
struct SuiteOptions {
  WorkloadOptions workload;
  std::vector<Contestant> contestants;
  simd::Selection kernels;
  std::string isa_cap;                ///< for the record
  std::size_t threads = 0;            ///< 0: as many as the machine allows
  std::optional<Pinning> pin;         ///< of the offline passes; none: as TRM_PIN says
  std::size_t latency_items = 500;    ///< single-stream samples of each slice at most
  double latency_seconds = 2;         ///< for each slice, all contestants together
  std::vector<std::string> left_out;  ///< for the record: contestants of the default run that are not here, and why
};

/// Where a run stands.
struct SuiteStep {
  std::size_t number = 0, steps = 0;  ///< from 1
  std::string what;                   ///< "trm-frames factorial/test"
  std::size_t done = 0, total = 0;    ///< items
  std::string outcome;                ///< set in the last call of a step: "998 of 1000 right in 4.1 s"
};
using SuiteProgress = std::function<void(const SuiteStep&)>;

/// This process must have no other thread (child.h).
/// Error: unknown names, no contestants, two of one name, no task that one of them answers (usage); a model that cannot
/// be loaded; prolog without a swipl that works; predictions of which none is for an item of the run. An optional
/// contestant that fails, at whatever point, leaves no records but an entry of left_out.
Result<reports::RunResults> run_suite(const SuiteOptions& options, const SuiteProgress& progress);

}  // namespace trm::bench
