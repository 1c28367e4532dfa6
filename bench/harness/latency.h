// The single-stream pass: one question after another on one thread, all contestants taking turns item by item, so that
// whatever disturbs the machine disturbs them alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bench/harness/child.h"
#include "bench/harness/contestant.h"
#include "bench/harness/workload.h"

namespace trm::bench {

/// Of one contestant, one entry per sampled item, in the order in which they were taken.
struct LatencySamples {
  std::vector<std::int64_t> latency_ns;      ///< question to answer
  std::vector<std::int64_t> first_token_ns;  ///< question to the first token of the model's own; empty for solvers
  std::uint64_t own_tokens = 0;              ///< over all samples
};

struct LatencyOptions {
  std::size_t max_items = 500;
  std::size_t min_items = 5;                ///< taken whatever they cost
  std::int64_t budget_ns = 10'000'000'000;  ///< for all contestants together; no item starts after it
  const simd::Kernels<float>* kernels = nullptr;
};

/// Items that a sample of `count` of `total` takes, in order: distinct, and any first part of them is spread evenly.
std::vector<std::size_t> spread_sample(std::size_t total, std::size_t count);

/// One entry per contestant; all have the same items. One item of each is run before to warm up.
/// Error: a model cannot be loaded; no memory.
Result<std::vector<LatencySamples>> run_single_stream(std::span<const Contestant> contestants, const Workload& workload,
                                                      const LatencyOptions& options, const Progress& progress);

}  // namespace trm::bench
