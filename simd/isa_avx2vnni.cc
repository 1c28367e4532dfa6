// AVX2 with VNNI, as processors of laptops have it: four products of bytes for each column in one step. Everything else
// is that of AVX2.
#include "simd/isa_tables.h"
#include "simd/table.inl"

namespace trm::simd {
namespace {

struct Tag {
  using Isa = Avx2;
  static constexpr std::size_t kPanel = 16;
  static constexpr std::size_t kRows = 6;
};

/// As that of AVX-512 (isa_avx512vnni.cc), on half of the columns.
struct QuadDot {
  using Reg = __m256i;
  using Weight = std::uint8_t;
  using Operand = std::int8_t;
  static constexpr std::size_t kGroup = 4;
  static constexpr std::int32_t kOffset = 128;
  static TRM_INLINE Reg load(const Weight* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
  static TRM_INLINE Reg set(std::int32_t x) { return _mm256_set1_epi32(x); }
  static TRM_INLINE Reg broadcast(const Operand* p) { return set(four_bytes(p)); }
  /// The form that needs no AVX-512. Not the intrinsic, with which g++ 12 copies every accumulator in every step.
  static TRM_INLINE Reg dot(Reg acc, Reg w, Reg a) {
    __asm__("%{vex%} vpdpbusd %2, %1, %0" : "+x"(acc) : "x"(w), "x"(a));
    return acc;
  }
};

}  // namespace

void override_avx2vnni(Kernels<float>& kernels) {
  kernels.matmul_int8 = &kMatmulInt8<Tag, QuadDot>;
}

}  // namespace trm::simd
