// The single-stream pass: one question after another on one thread, all contestants taking turns item by item, so that
// whatever disturbs the machine disturbs them alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bench/frames/contestant.h"
#include "bench/frames/workload.h"
#include "bench/harness/child.h"
#include "bench/harness/measurement.h"

namespace trm::bench {

/// Of one contestant, one entry per sampled item, in the order in which they were taken.
struct LatencySamples {
  std::vector<std::int64_t> latency_ns;      ///< question to answer
  std::vector<std::int64_t> first_token_ns;  ///< question to the first token of the model's own; empty for solvers
  std::uint64_t own_tokens = 0;              ///< over all samples
};

/// One entry per contestant; all have the same items. One item of each is run before to warm up.
/// Error: a model cannot be loaded; no memory.
Result<std::vector<LatencySamples>> run_single_stream(std::span<const Contestant> contestants, const Workload& workload,
                                                      const LatencyOptions& options, const Progress& progress);

}  // namespace trm::bench
