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

/// Times every kernel that runs at inference, products in each of the types. Whatever disturbs the machine for a while
/// spoils what is timed then; so the caller spreads the rounds over the time that it has, and the least sample of each
/// case is kept.
class RateMeter {
 public:
  /// `levels`: of this machine; without one beyond the second-level cache, exposures stay 0. least_s: of a sample.
  /// `kernels` must outlive it.
  RateMeter(const simd::Kernels<float>& kernels, std::span<const simd::WeightType> types,
            std::vector<CacheLevel> levels, double least_s);
  RateMeter(RateMeter&&) noexcept;
  RateMeter(const RateMeter&) = delete;
  RateMeter& operator=(const RateMeter&) = delete;
  RateMeter& operator=(RateMeter&&) = delete;
  ~RateMeter();

  /// One more sample of each case.
  void round();
  /// From the samples so far, of at least one round.
  [[nodiscard]] std::vector<KernelRate> rates(const CaseSeen& seen) const;

 private:
  struct Series;
  const simd::Kernels<float>& kernels_;
  std::vector<CacheLevel> levels_;
  std::vector<Series> series_;
};

}  // namespace trm::bench
