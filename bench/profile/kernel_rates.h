// The rates of the kernels on this machine: each is timed on a few shapes that are no model's, and its time is taken
// apart into a sum (cost.h).
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "bench/kernels/case.h"
#include "bench/profile/limits.h"
#include "simd/kernels.h"

namespace trm::bench {

/// Called with each case that was timed; `far`: its operands came from beyond the second-level cache.
using CaseSeen = std::function<void(const KernelCase& kernel_case, bool far, const Figure& seconds)>;

/// Of every kernel that runs at inference, products in each of the types. `levels`: of this machine; without one beyond
/// the second-level cache, exposures stay 0.
std::vector<KernelRate> measure_rates(const simd::Kernels<float>& kernels, std::span<const simd::WeightType> types,
                                      const std::vector<CacheLevel>& levels, std::size_t samples, double least_s,
                                      const CaseSeen& seen);

}  // namespace trm::bench
