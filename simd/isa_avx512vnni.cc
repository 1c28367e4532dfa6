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

  // Rows of a model's width are quantised for each product: what a compiler makes of the plain loops takes three times
  // as many instructions, a fifth of a product of 96 by 96.
  static TRM_INLINE std::int32_t largest(const float* a, std::size_t n) {
    const Int16 magnitude = Int16{} + 0x7fffffff;
    Int16 top{};
    std::size_t i = 0;
    for (; i + 16 <= n; i += 16) top = larger(top, Int16(_mm512_loadu_si512(a + i)) & magnitude);
    top = larger(top, Int16(_mm512_maskz_loadu_epi32(Avx512::first(n - i), a + i)) & magnitude);
    return folded(top, [](auto x, auto y) { return larger(x, y); });
  }
  template <class Lanes>
  static TRM_INLINE Lanes larger(Lanes a, Lanes b) {
    return a > b ? a : b;
  }
  /// All lanes as one, by f of two halves.
  template <class F>
  static TRM_INLINE std::int32_t folded(Int16 x, F&& f) {
    const Int8 eight = f(__builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7),
                         __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15));
    const Int4 four =
        f(__builtin_shufflevector(eight, eight, 0, 1, 2, 3), __builtin_shufflevector(eight, eight, 4, 5, 6, 7));
    const Int4 two = f(four, __builtin_shufflevector(four, four, 2, 3, 2, 3));
    return f(two, __builtin_shufflevector(two, two, 1, 1, 1, 1))[0];
  }
  static TRM_INLINE Reg integers(__m512 x, __m512 inverse) {
    return _mm512_maskz_cvtps_epi32(static_cast<__mmask16>(0xffff), x * inverse);  // to nearest even, as to_int8()
  }
  /// depth numbers to bytes; returns their sum.
  static TRM_INLINE std::int32_t quantise(const float* a, std::size_t depth, float inverse, Operand* to) {
    const __m512 factor = _mm512_set1_ps(inverse);
    const Reg ones = _mm512_set1_epi8(1);
    // Packs work within quarters of a register: this puts the quarters of four sources back in order.
    const Reg order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    Reg sum = _mm512_setzero_si512();
    std::size_t p = 0;
    for (; p + 64 <= depth; p += 64) {
      const Reg low =
          _mm512_packs_epi32(integers(_mm512_loadu_ps(a + p), factor), integers(_mm512_loadu_ps(a + p + 16), factor));
      const Reg high = _mm512_packs_epi32(integers(_mm512_loadu_ps(a + p + 32), factor),
                                          integers(_mm512_loadu_ps(a + p + 48), factor));
      const Reg bytes =
          _mm512_maskz_permutexvar_epi32(static_cast<__mmask16>(0xffff), order, _mm512_packs_epi16(low, high));
      _mm512_storeu_si512(to + p, bytes);
      sum = dot(sum, ones, bytes);
    }
    for (; p < depth; p += 16) {
      const __mmask16 some = depth - p < 16 ? Avx512::first(depth - p) : static_cast<__mmask16>(0xffff);
      const Reg q = integers(_mm512_maskz_loadu_ps(some, a + p), factor);
      _mm512_mask_cvtepi32_storeu_epi8(to + p, some, q);
      sum = Reg(Int16(sum) + Int16(q));
    }
    return folded(Int16(sum), [](auto x, auto y) { return x + y; });
  }
};

}  // namespace

void override_avx512vnni(Kernels<float>& kernels) {
  kernels.matmul_int8 = &kMatmulInt8<Tag, QuadDot>;
}

}  // namespace trm::simd
