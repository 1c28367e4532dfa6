// bf16 weights where the machine multiplies floats: operands are floats rounded to bfloat16, a register of weights is
// widened once and serves all rows of a tile. The products are exact, the sums are those of fp32.
namespace trm::simd {
namespace {

/// Factors of a weight gradient, rounded; the rest is that of fp32.
struct RoundedBf16 {
  static constexpr bool kConverts = true;
  static float of(float x) { return as_bf16(x); }
};

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

  static constexpr auto kWeightGradient = weight_gradient<Tag, RoundedBf16>;
};

/// Rows of numbers as rows of pairs: row p of `to` holds rows 2p and 2p + 1 of `from` side by side, rounded; a row that
/// is missing in the last pair is zero. stride: pairs from row to row.
inline void pair_rows(const float* __restrict from, std::size_t ld, std::size_t rows, std::size_t columns,
                      std::byte* __restrict to, std::size_t stride) {
  const auto pair = [](std::uint32_t first, std::uint32_t second) { return first | second << 16U; };
  for (std::size_t r = 0; r < rows; r += 2, from += 2 * ld, to += stride * sizeof(std::uint32_t)) {
    if (r + 1 < rows) {
      for (std::size_t j = 0; j < columns; ++j) {
        const std::uint32_t both = pair(to_bf16(from[j]), to_bf16(from[ld + j]));
        __builtin_memcpy(to + j * sizeof both, &both, sizeof both);
      }
    } else {
      for (std::size_t j = 0; j < columns; ++j) {
        const std::uint32_t both = to_bf16(from[j]);
        __builtin_memcpy(to + j * sizeof both, &both, sizeof both);
      }
    }
  }
}

/// The weight gradient of a format that multiplies pairs of rows: a panel of x and a part of dy are turned into pairs,
/// and Format::gradient_tile sums them up.
template <class Tag, class Format>
void paired_weight_gradient(const float* dy, std::size_t lddy, const float* x, std::size_t ldx, float* dw,
                            std::size_t lddw, std::size_t m, std::size_t n, std::size_t k) {
  constexpr std::size_t panel = Tag::kPanel, pairs = 4096 / panel;       // 16 KiB of x stay in L1
  constexpr std::size_t wide = 16384 / pairs / Tag::kRows * Tag::kRows;  // and 64 KiB of dy in L2
  alignas(64) std::byte factors[pairs * panel * sizeof(std::uint32_t)];
  alignas(64) std::byte gradients[pairs * wide * sizeof(std::uint32_t)];
  for (std::size_t r0 = 0; r0 < m; r0 += 2 * pairs) {
    const std::size_t rows = m - r0 < 2 * pairs ? m - r0 : 2 * pairs;
    for (std::size_t i0 = 0; i0 < n; i0 += wide) {
      const std::size_t here = n - i0 < wide ? n - i0 : wide;
      pair_rows(dy + r0 * lddy + i0, lddy, rows, here, gradients, wide);
      for (std::size_t j = 0; j < k; j += panel) {
        const std::size_t columns = k - j < panel ? k - j : panel;
        if (columns < panel) __builtin_memset(factors, 0, sizeof factors);
        pair_rows(x + r0 * ldx + j, ldx, rows, columns, factors, panel);
        const NarrowPanel at = {factors, 0, nullptr, columns, factors};
        for (std::size_t i = 0; i < here;) {
          const std::size_t count = next_rows<Tag>(here - i);
          with_const<Tag::kRows>(count, [&](auto c) {
            Format::template gradient_tile<decltype(c)::kValue>(gradients + i * sizeof(std::uint32_t), wide,
                                                                (rows + 1) / 2, at, dw + (i0 + i) * lddw + j, lddw);
          });
          i += count;
        }
      }
    }
  }
}

template <class Tag, class Format>
constexpr Matmul<float> kMatmulBf16 = {
    .name = "bf16",
    .tile_rows = Tag::kRows,
    .tile_columns = Tag::kPanel,
    .alignment = 64,
    .packed_bytes = narrow_packed_bytes<Tag, Format>,
    .pack = narrow_pack<Tag, Format>,
    .run = narrow_matmul<Tag, Format>,
    .weight_gradient = Format::kWeightGradient,
};

}  // namespace
}  // namespace trm::simd
