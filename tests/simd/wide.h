// Vectors of the shape of AVX-512 (16 lanes) that the compiler lowers to the baseline, for the stand-ins of instruction
// sets that a machine may lack.
#pragma once

#include "simd/vec.h"

namespace trm::simd {
namespace {

typedef float Float16 __attribute__((vector_size(64)));
typedef std::uint32_t Wide16 __attribute__((vector_size(64)));
typedef std::int32_t WideInt16 __attribute__((vector_size(64)));

struct Wide {
  using Reg = Float16;
  using Bits = Wide16;
  using Ints = WideInt16;
  static TRM_INLINE Reg set(float x) { return Reg{} + x; }
  static TRM_INLINE Reg load(const float* p) {
    Reg r;
    __builtin_memcpy(&r, p, sizeof(r));
    return r;
  }
  static TRM_INLINE void store(float* p, Reg r) { __builtin_memcpy(p, &r, sizeof(r)); }
  static TRM_INLINE Reg load_part(const float* p, std::size_t n, float fill) {
    Reg r = set(fill);
    for (std::size_t i = 0; i < n; ++i) r[i] = p[i];
    return r;
  }
  static TRM_INLINE void store_part(float* p, std::size_t n, Reg r) {
    for (std::size_t i = 0; i < n; ++i) p[i] = r[i];
  }
  static TRM_INLINE Reg keep(Reg r, std::size_t n, float fill) {
    for (std::size_t i = n; i < 16; ++i) r[i] = fill;
    return r;
  }
  static TRM_INLINE Reg fma(Reg a, Reg b, Reg c) { return a * b + c; }
  static TRM_INLINE Reg sqrt(Reg a) {
    for (std::size_t i = 0; i < 16; ++i) a[i] = __builtin_sqrtf(a[i]);
    return a;
  }
  static TRM_INLINE float sum(Reg a) {
    for (std::size_t step = 8; step > 0; step /= 2) {
      for (std::size_t i = 0; i < step; ++i) a[i] += a[i + step];
    }
    return a[0];
  }
  static TRM_INLINE float max(Reg a) {
    for (std::size_t step = 8; step > 0; step /= 2) {
      for (std::size_t i = 0; i < step; ++i) a[i] = a[i] > a[i + step] ? a[i] : a[i + step];
    }
    return a[0];
  }
};

}  // namespace
}  // namespace trm::simd
