// The elementary functions of simd/math.inl as compiled for one instruction set: built once for each with the flags and
// the names TRM_TEST_ISA (tag of vec.h) and TRM_TEST_FUNCTION.
#include "simd/vec.h"
//
#include "simd/math.inl"
#include "tests/simd/math_isa.h"

namespace trm::simd {
namespace {

template <class I>
void exp_all(const float* x, float* y, std::size_t n) {
  each<I>(n, [&](auto at, std::size_t i) { at.store(y + i, exp(at.load(x + i))); });
}
template <class I>
void exp_below_all(const float* x, float* y, std::size_t n) {
  each<I>(n, [&](auto at, std::size_t i) { at.store(y + i, exp<I, false>(at.load(x + i))); });
}
template <class I>
void sigmoid_all(const float* x, float* y, std::size_t n) {
  each<I>(n, [&](auto at, std::size_t i) { at.store(y + i, sigmoid(at.load(x + i))); });
}
template <class I>
void atan2_all(const float* y, const float* x, float* out, std::size_t n) {
  each<I>(n, [&](auto at, std::size_t i) { at.store(out + i, atan2_right(at.load(y + i), at.load(x + i))); });
}
template <class I>
void minmax_all(const float* x, const float* y, float* out, std::size_t n) {
  each<I>(n, [&](auto at, std::size_t i) {
    const Vec<I> a = at.load(x + i);
    const Vec<I> b = at.load(y + i);
    at.store(out + 4 * i, max(a, b));
    at.store(out + 4 * i + Vec<I>::kWidth, min(a, b));
    at.store(out + 4 * i + 2 * Vec<I>::kWidth, abs(a));
    at.store(out + 4 * i + 3 * Vec<I>::kWidth, sqrt(abs(b)));
  });
}

}  // namespace

test::MathTable TRM_TEST_FUNCTION() {
  using I = TRM_TEST_ISA;
  return {Vec<I>::kWidth, exp_all<I>, exp_below_all<I>, sigmoid_all<I>, atan2_all<I>, minmax_all<I>};
}

}  // namespace trm::simd
