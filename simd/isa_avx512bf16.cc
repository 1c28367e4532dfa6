// AVX-512 with BF16: two products of bfloat16 for each column in one step. Everything else is that of AVX-512 with
// VNNI.
#include "simd/isa_tables.h"
#include "simd/table.inl"

namespace trm::simd {
namespace {

struct Tag {
  using Isa = Avx512;
  static constexpr std::size_t kPanel = 32;
  static constexpr std::size_t kRows = 12;
};

/// vdpbf16ps takes denormal numbers for zero and rounds to nearest after each of the two products.
struct PairBf16 : Bf16Format {
  using V = Vec<Avx512>;

  /// pair(i, p): of row i, the operands p and p + 1.
  template <std::size_t Rows, std::size_t Panels, class Pair>
  static TRM_INLINE void products(Pair&& pair, std::size_t depth, const NarrowPanel& at, float* __restrict c,
                                  std::size_t ldc, bool accumulate) {
    constexpr std::size_t per = Tag::kPanel / V::kWidth;
    constexpr std::size_t vecs = Panels * per;
    __m512 acc[Rows][vecs];
    for (std::size_t i = 0; i < Rows; ++i) {
      for (std::size_t v = 0; v < vecs; ++v) acc[i][v] = _mm512_setzero_ps();
    }
    for (std::size_t p = 0; p < depth; p += 2) {
      __m512bh w[vecs];
      for (std::size_t v = 0; v < vecs; ++v) {
        const std::byte* from = at.weights + v / per * at.stride + (p * Tag::kPanel + v % per * V::kWidth * 2) * 2;
        w[v] = reinterpret_cast<__m512bh>(_mm512_loadu_si512(from));
      }
      for (std::size_t i = 0; i < Rows; ++i) {
        const auto x = reinterpret_cast<__m512bh>(_mm512_set1_epi32(pair(i, p)));
        for (std::size_t v = 0; v < vecs; ++v) acc[i][v] = _mm512_dpbf16_ps(acc[i][v], x, w[v]);
      }
    }
    store_tile<Tag, Rows, Panels>(c, ldc, at.last, accumulate,
                                  [&](std::size_t i, std::size_t v) TRM_LAMBDA { return V{acc[i][v]}; });
  }

  template <std::size_t Rows, std::size_t Panels>
  static void tile(const Operand* __restrict a, std::size_t depth, const Row*, const NarrowPanel& at,
                   float* __restrict c, std::size_t ldc, bool accumulate) {
    const auto pair = [&](std::size_t i, std::size_t p) TRM_LAMBDA {
      std::int32_t both = 0;
      __builtin_memcpy(&both, a + i * depth + p, sizeof both);
      return both;
    };
    products<Rows, Panels>(pair, depth, at, c, ldc, accumulate);
  }

  /// `pairs` rows of pairs of dy, `distance` pairs apart.
  template <std::size_t Rows>
  static void gradient_tile(const std::byte* __restrict dy, std::size_t distance, std::size_t pairs,
                            const NarrowPanel& at, float* __restrict dw, std::size_t lddw) {
    const auto pair = [&](std::size_t i, std::size_t p) TRM_LAMBDA {
      std::int32_t both = 0;
      __builtin_memcpy(&both, dy + (p / 2 * distance + i) * sizeof both, sizeof both);
      return both;
    };
    products<Rows, 1>(pair, 2 * pairs, at, dw, lddw, true);
  }

  static constexpr auto kWeightGradient = paired_weight_gradient<Tag, PairBf16>;
};

}  // namespace

void override_avx512bf16(Kernels<float>& kernels) {
  kernels.matmul_bf16 = &kMatmulBf16<Tag, PairBf16>;
}

}  // namespace trm::simd
