// Kernels as a trace in the Trace Event Format, which Perfetto (ui.perfetto.dev) and Chrome show.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bench/profile/recorder.h"

namespace trm::bench {

/// A stretch of time that calls lie in, such as a step.
struct TraceRegion {
  std::string name;  ///< "W1 int8: a pass"
  std::int64_t begin_ns = 0, end_ns = 0;
  std::vector<KernelCall> calls;
};

/// {"traceEvents": [...]}: a complete event ("X", microseconds from the first region's begin) for each region and each
/// call, with kernel, shape, type, operations and bytes as arguments; names of threads as metadata ("M").
std::string chrome_trace(std::span<const TraceRegion> regions);

}  // namespace trm::bench
