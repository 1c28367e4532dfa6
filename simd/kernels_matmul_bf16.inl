// bf16 weights where the machine multiplies floats: operands are floats rounded to bfloat16, a register of weights is
// widened once and serves all rows of a tile. The products are exact, the sums are those of fp32.
namespace trm::simd {
namespace {

/// What all formats of bf16 weights share: rows of bfloat16, and nothing to know of rows and columns.
struct Bf16Format {
  using Operand = std::uint16_t;
  using Weight = std::uint16_t;
  struct Row {};
  struct Column {};
  static constexpr std::size_t kGroup = 2;
  static constexpr std::size_t kMostDepth = kBf16Depth;
  static constexpr bool kScales = false;

  static Row row(const float*, std::size_t) { return {}; }
  static void convert(const float* a, std::size_t depth, std::size_t padded, Row&, Operand* to) {
    for (std::size_t p = 0; p < depth; ++p) to[p] = to_bf16(a[p]);
    for (std::size_t p = depth; p < padded; ++p) to[p] = 0;
  }
  static Column column(const float*, std::size_t, std::size_t) { return {}; }
  static Weight weight(float x, Column) { return to_bf16(x); }
};

template <class Tag>
struct WidenedBf16 : Bf16Format {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  using Operand = float;

  static void convert(const float* a, std::size_t depth, std::size_t padded, Row&, Operand* to) {
    for (std::size_t p = 0; p < depth; ++p) to[p] = as_bf16(a[p]);
    for (std::size_t p = depth; p < padded; ++p) to[p] = 0.0F;
  }

  template <std::size_t Rows, std::size_t Panels>
  static void tile(const Operand* __restrict a, std::size_t depth, const Row*, const NarrowPanel& at,
                   float* __restrict c, std::size_t ldc, bool accumulate) {
    constexpr std::size_t per = Tag::kPanel / V::kWidth;
    constexpr std::size_t vecs = Panels * per;
    V acc[Rows][vecs];
    for (std::size_t i = 0; i < Rows; ++i) {
      for (std::size_t v = 0; v < vecs; ++v) acc[i][v] = V::set(0.0F);
    }
    // Even k, then odd k: one half of the widened weights waits in registers at a time.
    for (std::size_t p = 0; p < depth; p += 2) {
      typename I::Bits pair[vecs];
      for (std::size_t v = 0; v < vecs; ++v) {
        const std::byte* from = at.weights + v / per * at.stride + (p * Tag::kPanel + v % per * V::kWidth * 2) * 2;
        __builtin_memcpy(&pair[v], from, sizeof pair[v]);
      }
      for (std::size_t odd = 0; odd < 2; ++odd) {
        V w[vecs];
        for (std::size_t v = 0; v < vecs; ++v) {
          w[v] = from_bits<I>(odd == 0 ? pair[v] << 16U : pair[v] & 0xffff0000U);
        }
        for (std::size_t i = 0; i < Rows; ++i) {
          const V x = V::set(a[i * depth + p + odd]);
          for (std::size_t v = 0; v < vecs; ++v) acc[i][v] = fma(x, w[v], acc[i][v]);
        }
      }
    }
    store_tile<Tag, Rows, Panels>(c, ldc, at.last, accumulate,
                                  [&](std::size_t i, std::size_t v) TRM_LAMBDA { return acc[i][v]; });
  }
};

template <class Tag, class Format>
constexpr Matmul<float> kMatmulBf16 = {
    .name = "bf16",
    .tile_rows = Tag::kRows,
    .tile_columns = Tag::kPanel,
    .alignment = 64,
    .packed_bytes = narrow_packed_bytes<Tag, Format>,
    .pack = narrow_pack<Tag, Format>,
    .run = narrow_matmul<Tag, Format>,
    .weight_gradient = nullptr,
};

}  // namespace
}  // namespace trm::simd
