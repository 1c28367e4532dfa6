// AVX-512 with VNNI: four products of bytes for each column in one step. Everything else is that of AVX-512.
#include "simd/isa_tables.h"
#include "simd/table.inl"

namespace trm::simd {
namespace {

struct Tag {
  using Isa = Avx512;
  static constexpr std::size_t kPanel = 32;
  static constexpr std::size_t kRows = 12;
};

/// vpdpbusd multiplies bytes without a sign by bytes with one, and adds without saturation. The weights are those
/// without: so a row's operands come straight from memory.
struct QuadDot {
  using Reg = __m512i;
  using Weight = std::uint8_t;
  using Operand = std::int8_t;
  static constexpr std::size_t kGroup = 4;
  static constexpr std::int32_t kOffset = 128;
  static TRM_INLINE Reg load(const Weight* p) { return _mm512_loadu_si512(p); }
  static TRM_INLINE Reg set(std::int32_t x) { return _mm512_set1_epi32(x); }
  static TRM_INLINE Reg broadcast(const Operand* p) { return set(four_bytes(p)); }
  /// Not the intrinsic, with which g++ 12 copies every accumulator in every step.
  static TRM_INLINE Reg dot(Reg acc, Reg w, Reg a) {
    __asm__("vpdpbusd %2, %1, %0" : "+v"(acc) : "v"(w), "v"(a));
    return acc;
  }
};

}  // namespace

void override_avx512vnni(Kernels<float>& kernels) {
  kernels.matmul_int8 = &kMatmulInt8<Tag, QuadDot>;
}

}  // namespace trm::simd
