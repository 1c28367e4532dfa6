// Matrix products with weights of fewer bits. The rows of `a` are turned into the operands of the product piece by
// piece, into a room on the stack; then the packed panels pass over the piece as in kernels_matmul.inl, and the sums
// leave as floats. What is special about a type stands in a format:
//
//   Operand         an element of a converted row
//   Row, Column     what the product has to know of a row besides its operands, of a column besides its weights
//   kScales         a column has a scale
//   kGroup          how many k one step takes: of so many k, the weights of a column lie side by side
//   kMostDepth      how many k are summed up before the sums go to c, at most
//   row(a, k)       looks at a whole row; column(...) at a whole column
//   convert(...)    `depth` elements of the row to operands, zeros up to `padded`
//   weight(x, how)  a weight of a column
//   tile<Rows, P>   sums of P panels into c
//
// Every sum over k has one accumulator, in ascending order, so a row has the same bits alone and among others.
namespace trm::simd {
namespace {

/// Weights of one column panel, and where its columns stand.
struct NarrowPanel {
  const std::byte* weights;    ///< of the first k of this product
  std::size_t stride;          ///< bytes from panel to panel
  const float* column_scales;  ///< of the first column; null: none
  std::size_t last;            ///< columns of the last panel of a tile
  /// Weights that are needed soon, laid out as these: those of the next panel, while the first rows pass over this one.
  const std::byte* ahead;
};

constexpr std::size_t round_up(std::size_t n, std::size_t step) {
  return (n + step - 1) / step * step;
}

template <class Tag, class Format>
void narrow_matmul(const float* a, std::size_t lda, const void* weights, float* c, std::size_t ldc, std::size_t m,
                   std::size_t n, std::size_t k, bool accumulate) {
  using Operand = typename Format::Operand;
  constexpr std::size_t panel = Tag::kPanel;
  constexpr std::size_t least = Tag::kRows * Format::kMostDepth, usual = std::size_t{65536} / sizeof(Operand);
  constexpr std::size_t room_operands = least < usual ? usual : least;  // a part of the second-level cache
  constexpr std::size_t most_rows = 32 * Tag::kRows;
  if (m == 0 || n == 0) return;
  alignas(64) Operand operands[room_operands];
  typename Format::Row rows[most_rows];
  const std::size_t columns_padded = round_up(n, panel);
  const std::size_t stride = round_up(k, Format::kGroup) * panel * sizeof(typename Format::Weight);
  const auto* scales = static_cast<const float*>(weights);
  const std::byte* packed =
      static_cast<const std::byte*>(weights) + (Format::kScales ? columns_padded * sizeof(float) : 0);
  const std::size_t block = block_depth(k, Format::kMostDepth);
  std::size_t k0 = 0;
  do {
    const std::size_t depth = k - k0 < block ? k - k0 : block;
    const std::size_t padded = round_up(depth, Format::kGroup);
    const bool add = accumulate || k0 > 0;
    std::size_t piece = padded == 0 ? most_rows : room_operands / padded / Tag::kRows * Tag::kRows;
    if (piece > most_rows) piece = most_rows;
    const std::size_t pieces = (m + piece - 1) / piece;
    piece = (m + pieces - 1) / pieces;
    for (std::size_t i0 = 0; i0 < m; i0 += piece) {
      const std::size_t count = m - i0 < piece ? m - i0 : piece;
      for (std::size_t i = 0; i < count; ++i) {
        const float* row = a + (i0 + i) * lda;
        rows[i] = Format::row(row, k);
        Format::convert(row + k0, depth, padded, rows[i], operands + i * padded);
      }
      for (std::size_t j = 0; j < n;) {
        const std::size_t left = (n - j + panel - 1) / panel;
        const std::size_t group = next_panels(m, left);
        const std::size_t columns = n - j < group * panel ? n - j : group * panel;
        NarrowPanel at = {packed + j / panel * stride + k0 * panel * sizeof(typename Format::Weight), stride,
                          scales + j, columns - (group - 1) * panel, nullptr};
        at.ahead = j + columns < n ? at.weights + group * stride : at.weights;
        for (std::size_t i = 0; i < count;) {
          const std::size_t tile = m <= 3 ? count : next_rows<Tag>(count - i);
          with_const<Tag::kRows>(tile, [&](auto r) {
            constexpr std::size_t tile_rows = decltype(r)::kValue;
            with_const<panels_per_tile(tile_rows)>(group, [&](auto g) {
              Format::template tile<tile_rows, decltype(g)::kValue>(operands + i * padded, padded, rows + i, at,
                                                                    c + (i0 + i) * ldc + j, ldc, add);
            });
          });
          i += tile;
          at.ahead = at.weights;
        }
        j += columns;
      }
    }
    k0 += depth;
  } while (k0 < k);
}

template <class Tag, class Format>
std::size_t narrow_packed_bytes(std::size_t k, std::size_t n) {
  const std::size_t columns = round_up(n, Tag::kPanel);
  return columns *
         (round_up(k, Format::kGroup) * sizeof(typename Format::Weight) + (Format::kScales ? sizeof(float) : 0));
}

template <class Tag, class Format>
void narrow_pack(const float* b, std::size_t row_stride, std::size_t col_stride, std::size_t k, std::size_t n,
                 void* to) {
  using Weight = typename Format::Weight;
  constexpr std::size_t panel = Tag::kPanel, group = Format::kGroup;
  const std::size_t depth = round_up(k, group), columns = round_up(n, panel);
  auto* scales = static_cast<float*>(to);
  auto* packed =
      reinterpret_cast<Weight*>(static_cast<std::byte*>(to) + (Format::kScales ? columns * sizeof(float) : 0));
  for (std::size_t j = 0; j < columns; ++j) {
    const bool real = j < n;
    const float* column = b + (real ? j * col_stride : 0);
    const typename Format::Column how = Format::column(column, row_stride, real ? k : 0);
    if constexpr (Format::kScales) scales[j] = how.scale;
    Weight* at = packed + j / panel * panel * depth + j % panel * group;
    for (std::size_t i = 0; i < depth; ++i) {
      at[i / group * group * panel + i % group] = Format::weight(real && i < k ? column[i * row_stride] : 0.0F, how);
    }
  }
}

/// Writes the sums of a tile: c = v, or c += v.
template <class Tag, std::size_t Rows, std::size_t Panels, class Value>
TRM_INLINE void store_tile(float* c, std::size_t ldc, std::size_t last, bool accumulate, Value&& value) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  constexpr std::size_t vecs = Panels * (Tag::kPanel / V::kWidth);
  const std::size_t columns = (Panels - 1) * Tag::kPanel + last;
  if (columns == vecs * V::kWidth && !accumulate) {
    for_each_const<Rows>([&](auto i) TRM_LAMBDA {
      for_each_const<vecs>(
          [&](auto v) TRM_LAMBDA { value(i.kValue, v.kValue).store(c + i.kValue * ldc + v.kValue * V::kWidth); });
    });
    return;
  }
  for (std::size_t i = 0; i < Rows; ++i) {
    for (std::size_t v = 0; v < vecs; ++v) {
      const std::size_t at = v * V::kWidth;
      float* p = c + i * ldc + at;
      V x = value(i, v);
      if (at + V::kWidth <= columns) {
        if (accumulate) x = V::load(p) + x;
        x.store(p);
      } else if (at < columns) {
        const Part<I> part{columns - at};
        if (accumulate) x = part.load(p) + x;
        part.store(p, x);
      }
    }
  }
}

}  // namespace
}  // namespace trm::simd
