// Elementary functions of one instruction set, for the sweep over bit patterns.
#pragma once

#include <cstddef>

namespace trm::simd::test {

struct MathTable {
  std::size_t width;
  void (*exp)(const float* x, float* y, std::size_t n);
  void (*exp_below)(const float* x, float* y, std::size_t n);  ///< x <= 0 only
  void (*sigmoid)(const float* x, float* y, std::size_t n);
  void (*atan2)(const float* y, const float* x, float* out, std::size_t n);  ///< x >= 0 only
  /// out(4n): registers of max(x, y), min(x, y), |x|, sqrt(|y|) in turn; n a multiple of width.
  void (*minmax)(const float* x, const float* y, float* out, std::size_t n);
};

}  // namespace trm::simd::test

namespace trm::simd {
test::MathTable math_generic();
test::MathTable math_plain();
test::MathTable math_avx2();
test::MathTable math_avx512();
test::MathTable math_neon();
}  // namespace trm::simd
