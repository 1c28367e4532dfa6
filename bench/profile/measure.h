// All limits of this machine, one after another, within a budget of time.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "bench/profile/limits.h"
#include "engine/base/status.h"
#include "reports/record.h"
#include "simd/cpu.h"

namespace trm::bench {

struct MeasureOptions {
  bool quick = false;       ///< fewer samples, smaller working sets
  std::size_t threads = 0;  ///< of "all"; 0: as many as the machine allows
  simd::Selection kernels;  ///< whose rates are measured
};

/// Says what is measured now.
using MeasureProgress = std::function<void(const std::string& what)>;

/// Raw samples of the kernel cases go to `samples`. Error: no memory, no threads.
Result<MachineLimits> measure_machine(const MeasureOptions& options, const MeasureProgress& progress,
                                      std::vector<reports::SampleSet>& samples);

}  // namespace trm::bench
