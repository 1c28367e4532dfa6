// One run of the speed suite: how long steps, tokens and updates take in each type of weights, with oneDNN's matrix
// products, other programs that do the same, and the processor's own peak measured in between.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/harness/measurement.h"
#include "bench/speed/peer_process.h"
#include "bench/speed/workload.h"
#include "reports/record.h"

namespace trm::bench {

inline constexpr double kSpeedSeconds = 90;

struct SpeedSuiteOptions : MeasurementOptions {
  std::vector<SpeedWorkload> workloads;
  /// Of the weights. There are no trainings of int8: where nothing else is asked for, they are of fp32.
  std::vector<simd::WeightType> types = {simd::WeightType::fp32, simd::WeightType::bf16, simd::WeightType::int8};
  std::string causal_model;        ///< file of the model that decodes
  double seconds = kSpeedSeconds;  ///< for everything; every measurement is made at least once
  std::uint64_t seed = 0;          ///< of weights, puzzles and the order of a round
  bool ask_onednn = true;          ///< where it is
  std::vector<PeerProgram> peers;  ///< programs that do the same work, where they are
};

struct SpeedSuiteResult {
  reports::RunResults results;
  std::string text;  ///< the same as tables for a terminal
};

/// Threads that a workload with enough work is run on: 1, 2 and `all`, as far as there are so many.
std::vector<std::size_t> thread_counts(std::size_t all);

/// Error: no workloads or types; a configuration or the causal model is wrong; no memory. A peer that is not there,
/// does not do some work, computes something else, ends or hangs has no records from there on, and the environment says
/// why.
Result<SpeedSuiteResult> run_speed_suite(const SpeedSuiteOptions& options, const SuiteProgress& progress);

}  // namespace trm::bench
