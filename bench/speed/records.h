// The outcome of the speed suite as records.
#pragma once

#include <string>

#include "bench/speed/outcome.h"
#include "reports/record.h"

namespace trm::bench {

inline constexpr const char* kOursName = "trm";
inline constexpr const char* kOneDnnName = "oneDNN, matmuls only";
inline constexpr const char* kMachineName = "this machine";
inline constexpr const char* kGoalName = "goal";

/// Task: the workload, slice: its shape, mode: type and threads. Of each model the raw samples and
///   step_p50_ns       of a supervision step, an update, or one frame of tokens in all streams
///   gflop_per_s       operations of the median step
///   share_of_peak     of that of as many threads
///   ratio_to_onednn   ours divided by its time, median over the rounds; model "goal": what was aimed at
///   speedup_over_NAME   a peer's time divided by ours, median over the rounds (speedup_over_pytorch)
///   speedup_over_best_peer   that of the fastest peer in any type by ours in any (mode "1 thread"), with its goal
///   tokens_per_s, samples_per_s   of decoding and of updates, by the median
///   rss_peak_bytes    of a process that does the workload once, and nothing else
///   memory_beside_NAME   ours divided by a peer's
/// and gflop_per_s of the machine for each instruction (task "peak"), the best of all rounds.
void add_speed_records(const SpeedOutcome& outcome, reports::RunResults& results);

/// "W1 fp32 beside oneDNN 1.020, goal 0.95: missed; ...", or that there is nothing to compare.
std::string speed_goals_text(const SpeedOutcome& outcome);

}  // namespace trm::bench
