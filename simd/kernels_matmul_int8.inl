// int8 weights with a scale for each column, and rows that are quantised with a scale of their own as they come. Sums
// are of integers and so exact: every instruction set gives the same bits.
namespace trm::simd {
namespace {

/// The operands of one step.
TRM_INLINE std::int32_t four_bytes(const void* p) {
  std::int32_t out = 0;
  __builtin_memcpy(&out, p, sizeof out);
  return out;
}

/// What all steps of pairs share.
struct PairOperands {
  using Weight = std::int8_t;
  using Operand = std::int16_t;
  static constexpr std::size_t kGroup = 2;
  static constexpr std::int32_t kOffset = 0;
};

/// One step of an instruction set: kGroup products for each column. Weights are stored as q + kOffset, which a row's
/// own sum takes out again. Portable: pairs of 16 bits.
template <class I>
struct PairDot : PairOperands {
  using Reg = typename I::Bits;

  static TRM_INLINE Reg load(const Weight* p) {
    constexpr std::size_t lanes = sizeof(Reg) / sizeof(std::uint32_t);
    std::int16_t wide[2 * lanes];
    for (std::size_t i = 0; i < 2 * lanes; ++i) wide[i] = p[i];
    Reg out;
    __builtin_memcpy(&out, wide, sizeof out);
    return out;
  }
  static TRM_INLINE Reg set(std::int32_t x) { return Reg{} + static_cast<std::uint32_t>(x); }
  static TRM_INLINE Reg broadcast(const Operand* p) { return set(four_bytes(p)); }
  /// The number of 16 bits with a sign that the lower half holds, modulo 2^32.
  static TRM_INLINE Reg widened(Reg x) { return ((x & 0xffffU) ^ 0x8000U) - 0x8000U; }
  static TRM_INLINE Reg dot(Reg acc, Reg w, Reg a) {
    return acc + widened(w) * widened(a) + widened(w >> 16U) * widened(a >> 16U);
  }
};

#if defined(__x86_64__)
template <>
struct PairDot<Sse2> : PairOperands {
  using Reg = __m128i;
  static TRM_INLINE Reg load(const Weight* p) {
    const Reg bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
    return _mm_srai_epi16(_mm_unpacklo_epi8(bytes, bytes), 8);
  }
  static TRM_INLINE Reg set(std::int32_t x) { return _mm_set1_epi32(x); }
  static TRM_INLINE Reg broadcast(const Operand* p) { return set(four_bytes(p)); }
  static TRM_INLINE Reg dot(Reg acc, Reg w, Reg a) { return _mm_add_epi32(acc, _mm_madd_epi16(w, a)); }
};
#endif

#if defined(__AVX2__)
template <>
struct PairDot<Avx2> : PairOperands {
  using Reg = __m256i;
  static TRM_INLINE Reg load(const Weight* p) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  }
  static TRM_INLINE Reg set(std::int32_t x) { return _mm256_set1_epi32(x); }
  static TRM_INLINE Reg broadcast(const Operand* p) { return set(four_bytes(p)); }
  static TRM_INLINE Reg dot(Reg acc, Reg w, Reg a) { return _mm256_add_epi32(acc, _mm256_madd_epi16(w, a)); }
};
#endif

#if defined(__AVX512BW__)
template <>
struct PairDot<Avx512> : PairOperands {
  using Reg = __m512i;
  static TRM_INLINE Reg load(const Weight* p) {
    return _mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  }
  static TRM_INLINE Reg set(std::int32_t x) { return _mm512_set1_epi32(x); }
  static TRM_INLINE Reg broadcast(const Operand* p) { return set(four_bytes(p)); }
  static TRM_INLINE Reg dot(Reg acc, Reg w, Reg a) { return _mm512_add_epi32(acc, _mm512_madd_epi16(w, a)); }
};
#endif

/// A step may bring its own largest() and quantise(), with the bits of largest_bits() and to_int8().
template <class Dot>
constexpr bool kQuantises = requires(const float* a, std::int8_t* to) {
  Dot::largest(a, std::size_t{});
  Dot::quantise(a, std::size_t{}, 0.0F, to);
};

template <class Tag, class Dot>
struct Int8Format {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  using Operand = typename Dot::Operand;
  using Weight = typename Dot::Weight;
  using Column = Int8Scale;
  struct Row {  // not initialised: a call has room for hundreds
    float scale, inverse;
    std::int32_t sum;  ///< of the operands that are converted at the moment
  };
  static constexpr std::size_t kGroup = Dot::kGroup;
  static constexpr std::size_t kMostDepth = kInt8Depth;
  static constexpr bool kScales = true;

  static Row row(const float* a, std::size_t k) {
    std::int32_t largest = 0;
    if constexpr (kQuantises<Dot>) {
      largest = Dot::largest(a, k);
    } else {
      largest = largest_bits(a, 1, k);
    }
    const Int8Scale s = int8_scale(largest);
    return {s.scale, s.inverse, 0};
  }
  static void convert(const float* a, std::size_t depth, std::size_t padded, Row& row, Operand* to) {
    std::int32_t sum = 0;
    // What is not finite is no number here; the scale says so.
    const float inverse = row.inverse;
    if (inverse == 0.0F) {
      for (std::size_t p = 0; p < padded; ++p) to[p] = 0;
    } else if constexpr (kQuantises<Dot>) {
      sum = Dot::quantise(a, depth, inverse, to);
      for (std::size_t p = depth; p < padded; ++p) to[p] = 0;
    } else {
      for (std::size_t p = 0; p < depth; ++p) {
        const std::int32_t q = to_int8(a[p], inverse);
        sum += q;
        to[p] = static_cast<Operand>(q);
      }
      for (std::size_t p = depth; p < padded; ++p) to[p] = 0;
    }
    row.sum = sum;
  }
  static Column column(const float* b, std::size_t stride, std::size_t k) {
    return int8_scale(largest_bits(b, stride, k));
  }
  static Weight weight(float x, Column how) {
    return static_cast<Weight>((how.inverse == 0.0F ? 0 : to_int8(x, how.inverse)) + Dot::kOffset);
  }

  template <std::size_t Rows, std::size_t Panels>
  static void tile(const Operand* __restrict a, std::size_t depth, const Row* rows, const NarrowPanel& at,
                   float* __restrict c, std::size_t ldc, bool accumulate) {
    constexpr std::size_t per = Tag::kPanel / V::kWidth;
    constexpr std::size_t vecs = Panels * per;
    using Reg = typename Dot::Reg;
    Reg acc[Rows][vecs];
    for (std::size_t i = 0; i < Rows; ++i) {
      const Reg start = Dot::set(-Dot::kOffset * rows[i].sum);
      for (std::size_t v = 0; v < vecs; ++v) acc[i][v] = start;
    }
    const auto* weights = reinterpret_cast<const Weight*>(at.weights);
    for (std::size_t p = 0; p < depth; p += kGroup) {
      if constexpr (Rows > 3) {
        for (std::size_t b = 0; b < Tag::kPanel * kGroup; b += 64) {
          __builtin_prefetch(at.ahead + p * Tag::kPanel + b, 0, 3);
        }
      }
      if constexpr (Rows < vecs) {
        Reg x[Rows];
        for (std::size_t i = 0; i < Rows; ++i) x[i] = Dot::broadcast(a + i * depth + p);
        for (std::size_t v = 0; v < vecs; ++v) {
          const Reg w = Dot::load(weights + v / per * at.stride + p * Tag::kPanel + v % per * V::kWidth * kGroup);
          for (std::size_t i = 0; i < Rows; ++i) acc[i][v] = Dot::dot(acc[i][v], w, x[i]);
        }
      } else {
        Reg w[vecs];
        for (std::size_t v = 0; v < vecs; ++v) {
          w[v] = Dot::load(weights + v / per * at.stride + p * Tag::kPanel + v % per * V::kWidth * kGroup);
        }
        for (std::size_t i = 0; i < Rows; ++i) {
          const Reg x = Dot::broadcast(a + i * depth + p);
          for (std::size_t v = 0; v < vecs; ++v) acc[i][v] = Dot::dot(acc[i][v], w[v], x);
        }
      }
    }
    store_tile<Tag, Rows, Panels>(c, ldc, at.last, accumulate, [&](std::size_t i, std::size_t v) TRM_LAMBDA {
      const auto sums = __builtin_convertvector((typename I::Ints)acc[i][v], typename I::Reg);
      const V columns = V::load(at.column_scales + v * V::kWidth);
      return V{sums} * (V::set(rows[i].scale) * columns);
    });
  }
};

template <class Tag, class Dot>
constexpr Matmul<float> kMatmulInt8 = {
    .name = "int8",
    .tile_rows = Tag::kRows,
    .tile_columns = Tag::kPanel,
    .alignment = 64,
    .packed_bytes = narrow_packed_bytes<Tag, Int8Format<Tag, Dot>>,
    .pack = narrow_pack<Tag, Int8Format<Tag, Dot>>,
    .run = narrow_matmul<Tag, Int8Format<Tag, Dot>>,
    .weight_gradient = nullptr,
};

}  // namespace
}  // namespace trm::simd
