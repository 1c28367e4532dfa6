// What it costs that threads work together, what the clock can tell apart, and how much equal work differs here.
#pragma once

#include <cstddef>
#include <vector>

#include "bench/profile/limits.h"
#include "engine/base/status.h"
#include "simd/kernels.h"

namespace trm::bench {

/// For 2 threads and as many as the machine allows, and for each power of two between them:
///   barrier    threads that come at the same time meet (engine/sys/crew.h)
///   region     a parallel region without work, while the workers still spin (engine/sys/thread_pool.h)
///   wake-up    the same with threads that sleep
///   hand-over  of 2 threads alone: a line goes from one core to another
/// Error: the system refuses threads.
Result<std::vector<SyncLimit>> measure_syncs(std::size_t threads, std::size_t samples);

struct TimerFigures {
  double resolution_ns = 0;  ///< least step that was seen
  double cost_ns = 0;        ///< of one look
};
TimerFigures measure_timer();

/// The same product again and again, in pairs: |ln(A/B)| of each pair.
Figure measure_noise(const simd::Kernels<float>& kernels, std::size_t pairs);

}  // namespace trm::bench
