// All limits of this machine, one after another, within a budget of time.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "bench/profile/kernel_rates.h"
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

/// Everything but the rates of kernels. Error: no memory, no threads.
Result<MachineLimits> measure_machine(const MeasureOptions& options, const MeasureProgress& progress);

/// Adds a few samples to each of the costs of threads. Error: as above.
Status measure_syncs_again(MachineLimits& limits);

/// Rounds of a RateMeter in a profile, and how long a sample of a case takes.
struct RateBudget {
  std::size_t first_rounds, all_rounds;  ///< the first before the models, the rest between them
  double sample_s;
};
RateBudget rate_budget(bool quick);
/// A meter for the kernels in all types of weights.
RateMeter make_rate_meter(const MeasureOptions& options, const MachineLimits& limits);
/// Rates from the samples so far; the samples themselves go to `samples`.
std::vector<KernelRate> metered_rates(const RateMeter& meter, std::vector<reports::SampleSet>& samples);

}  // namespace trm::bench
