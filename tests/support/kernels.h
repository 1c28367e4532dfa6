// The kernels that tests use where one instruction set is enough: the best one, capped by TRM_ISA as in the program.
// With it, the stage `isa` runs the same tests on every instruction set.
#pragma once

#include <cstdlib>

#include "simd/cpu.h"
#include "simd/kernels.h"

namespace trm::test {

inline simd::Isa best_isa() {
  const char* cap = std::getenv("TRM_ISA");
  const simd::Selection best = simd::select_isa(cap == nullptr ? "" : cap);
  if (best.table == nullptr) std::abort();
  return best.isa;
}

inline const simd::Kernels<float>& best_kernels(simd::WeightType type = simd::WeightType::fp32) {
  return *simd::isa_table(best_isa(), type);
}

}  // namespace trm::test
