// Matrix products by tiles: registers of up to 16 rows of 64 bytes, of which one instruction multiplies two and adds
// the product to a third. The rows of `a` are turned into operands piece by piece as in kernels_matmul_narrow.inl; what
// differs is that weights and operands lie in memory as tiles do, each in the order in which it is read.
//
// The tiles themselves stand behind `Tiles`, so that plain C++ can take their place in tests:
//
//   configure(shapes)        sets rows and bytes of a row of all tiles; they hold zeros then
//   release()                gives the tiles back
//   zero<T>()                tile T holds zeros
//   load<T>(from, stride)    the rows of tile T, `stride` bytes apart; store<T> writes them
//   dot_int8<C, A, B>()      C(rows, 16) += A(rows, 64) B(64, 16) in int32; B holds four k of a column side by side
//   dot_bf16<C, A, B>()      C(rows, 16) += A(rows, 32) B(32, 16) in float; B holds two k of a column side by side
//
// Tiles 0 to 3 hold sums, 4 and 5 operands, 6 and 7 weights. Each sum over k has one accumulator, and all tiles of a
// product have their k at the same places, so a row has the same bits alone and among others.
namespace trm::simd {
namespace {

constexpr std::size_t kTileRows = 16, kTileRowBytes = 64, kTileBytes = kTileRows * kTileRowBytes;
constexpr std::size_t kTileColumns = kTileRowBytes / sizeof(float);

/// Shapes of the tiles as the instruction that configures them reads them.
struct alignas(64) TileShapes {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {};
  std::uint8_t rows[16] = {};
};
static_assert(sizeof(TileShapes) == 64);

/// Sums and operands have `rows` rows. Weights have 16, one for each group of k.
constexpr TileShapes tile_shapes(std::size_t rows) {
  TileShapes shapes;
  for (std::size_t t = 0; t < 8; ++t) {
    shapes.row_bytes[t] = kTileRowBytes;
    shapes.rows[t] = static_cast<std::uint8_t>(t < 6 ? rows : kTileRows);
  }
  return shapes;
}

template <class Tag, class T>
struct TileBf16 : Bf16Format {
  using Tiles = T;
  using V = Vec<typename Tag::Isa>;
  using Sum = float;

  template <int C, int A, int B>
  static TRM_INLINE void dot() {
    Tiles::template dot_bf16<C, A, B>();
  }
  static TRM_INLINE V value(const Sum* sums, const Row&, const float*) { return V::load(sums); }
};

/// Both factors have a sign here, so weights need no offset.
struct SignedBytes {
  using Operand = std::int8_t;
  using Weight = std::int8_t;
  static constexpr std::size_t kGroup = 4;
  static constexpr std::int32_t kOffset = 0;
};

/// Rows and columns are quantised as for every other instruction set.
template <class Tag, class T>
struct TileInt8 : Int8Format<Tag, SignedBytes> {
  using Tiles = T;
  using I = typename Tag::Isa;
  using V = Vec<I>;
  using Sum = std::int32_t;
  using Row = typename Int8Format<Tag, SignedBytes>::Row;

  template <int C, int A, int B>
  static TRM_INLINE void dot() {
    Tiles::template dot_int8<C, A, B>();
  }
  static TRM_INLINE V value(const Sum* sums, const Row& row, const float* column_scales) {
    typename I::Ints integers;
    __builtin_memcpy(&integers, sums, sizeof integers);
    return V{__builtin_convertvector(integers, typename I::Reg)} * (V::set(row.scale) * V::load(column_scales));
  }
};

/// Elements of k that a tile of operands or weights holds.
template <class Format>
constexpr std::size_t kTileDepth = kTileRowBytes / sizeof(typename Format::Operand);

/// Tiles of weights that lie one behind the other for 16 columns: each block of k ends with a tile of its own.
template <class Format>
std::size_t tile_steps(std::size_t k) {
  constexpr std::size_t depth = kTileDepth<Format>;
  const std::size_t block = block_depth(k, Format::kMostDepth);
  if (k <= block) return (k + depth - 1) / depth;
  const std::size_t full = (k - 1) / block;
  return full * ((block + depth - 1) / depth) + (k - full * block + depth - 1) / depth;
}

template <class Tag, class Format>
std::size_t tile_packed_bytes(std::size_t k, std::size_t n) {
  const std::size_t panels = (n + kTileColumns - 1) / kTileColumns;
  return panels * (tile_steps<Format>(k) * kTileBytes + (Format::kScales ? kTileColumns * sizeof(float) : 0));
}

/// Packed: the scales of all columns, then for each 16 columns their tiles in the order of k.
template <class Tag, class Format>
void tile_pack(const float* b, std::size_t row_stride, std::size_t col_stride, std::size_t k, std::size_t n, void* to) {
  using Weight = typename Format::Weight;
  constexpr std::size_t depth = kTileDepth<Format>, group = Format::kGroup, tile = kTileBytes / sizeof(Weight);
  const std::size_t columns = round_up(n, kTileColumns), block = block_depth(k, Format::kMostDepth);
  const std::size_t panel = tile_steps<Format>(k) * tile;
  auto* scales = static_cast<float*>(to);
  auto* packed =
      reinterpret_cast<Weight*>(static_cast<std::byte*>(to) + (Format::kScales ? columns * sizeof(float) : 0));
  for (std::size_t j = 0; j < columns; ++j) {
    const bool real = j < n;
    const float* column = b + (real ? j * col_stride : 0);
    const typename Format::Column how = Format::column(column, row_stride, real ? k : 0);
    if constexpr (Format::kScales) scales[j] = how.scale;
    Weight* at = packed + j / kTileColumns * panel + j % kTileColumns * group;
    for (std::size_t k0 = 0; k0 < k; k0 += block) {
      const std::size_t end = k - k0 < block ? k : k0 + block;
      const std::size_t padded = round_up(end - k0, depth);
      for (std::size_t p = 0; p < padded; ++p) {
        const float x = real && k0 + p < end ? column[(k0 + p) * row_stride] : 0.0F;
        at[p / group * group * kTileColumns + p % group] = Format::weight(x, how);
      }
      at += padded / depth * tile;
    }
  }
}

/// Tiles of weights: of `panels` times 16 columns, `stride` bytes apart.
struct TileColumns {
  const std::byte* weights;
  std::size_t stride;
  std::size_t panels;
};

/// Sums of RowTiles x ColTiles tiles, as rows of ColTiles * 16 numbers, 16 rows for each tile of rows.
template <class Format, std::size_t RowTiles, std::size_t ColTiles>
TRM_INLINE void tile_sums(const std::byte* a, std::size_t group_bytes, std::size_t rows, const TileColumns& here,
                          const TileColumns& next, std::size_t steps, typename Format::Sum* sums) {
  using Tiles = typename Format::Tiles;
  static_assert(RowTiles * ColTiles <= 4 && (RowTiles == 1 || RowTiles == 2));
  // The sum of row tile r and column tile c is in tile c * RowTiles + r.
  const auto columns = [&](auto&& column) TRM_LAMBDA {
    column(Const<0>{});
    if constexpr (ColTiles > 1) column(Const<1>{});
    if constexpr (ColTiles > 2) column(Const<2>{});
    if constexpr (ColTiles > 3) column(Const<3>{});
  };
  columns([&](auto at) TRM_LAMBDA {
    constexpr int c = decltype(at)::kValue * RowTiles;
    Tiles::template zero<c>();
    if constexpr (RowTiles == 2) Tiles::template zero<c + 1>();
  });
  for (std::size_t s = 0; s < steps; ++s) {
    Tiles::template load<4>(a + s * rows * kTileRowBytes, kTileRowBytes);
    if constexpr (RowTiles == 2) Tiles::template load<5>(a + group_bytes + s * rows * kTileRowBytes, kTileRowBytes);
    columns([&](auto at) TRM_LAMBDA {
      constexpr int panel = decltype(at)::kValue, c = panel * RowTiles, b = 6 + panel % 2;
      Tiles::template load<b>(here.weights + panel * here.stride + s * kTileBytes, kTileRowBytes);
      Format::template dot<c, 4, b>();
      if constexpr (RowTiles == 2) Format::template dot<c + 1, 5, b>();
    });
    // Fewer than four products are a block of the last columns: nothing comes behind it.
    if constexpr (RowTiles * ColTiles == 4) {
      for (std::size_t panel = 0; panel < next.panels; ++panel) {
        const std::byte* tile = next.weights + panel * next.stride + s * kTileBytes;
        for (std::size_t line = 0; line < kTileBytes; line += 64) __builtin_prefetch(tile + line, 0, 2);
      }
    }
  }
  columns([&](auto at) TRM_LAMBDA {
    constexpr std::size_t panel = decltype(at)::kValue, width = ColTiles * kTileColumns;
    constexpr int c = panel * RowTiles;
    Tiles::template store<c>(sums + panel * kTileColumns, width * sizeof *sums);
    if constexpr (RowTiles == 2) {
      Tiles::template store<c + 1>(sums + kTileRows * width + panel * kTileColumns, width * sizeof *sums);
    }
  });
}

/// What a block of outputs is made of.
template <class Format>
struct TileRows {
  const std::byte* operands;         ///< of the first group of rows, tile by tile
  std::size_t group_bytes;           ///< from group to group
  std::size_t group_rows;            ///< rows of a tile
  const typename Format::Row* rows;  ///< of the first row
  std::size_t count;                 ///< rows that c has
};

template <class Tag, class Format, std::size_t RowTiles, std::size_t ColTiles>
void tile_block(const TileRows<Format>& rows, const TileColumns& here, const TileColumns& next, std::size_t steps,
                const float* column_scales, float* c, std::size_t ldc, std::size_t columns, bool accumulate) {
  constexpr std::size_t width = ColTiles * kTileColumns;
  alignas(64) typename Format::Sum sums[RowTiles * kTileRows * width];
  tile_sums<Format, RowTiles, ColTiles>(rows.operands, rows.group_bytes, rows.group_rows, here, next, steps, sums);
  const std::size_t last = columns - (ColTiles - 1) * kTileColumns;
  for (std::size_t group = 0; group < RowTiles; ++group) {
    for (std::size_t r = 0; r < rows.group_rows; ++r) {
      const std::size_t i = group * rows.group_rows + r;
      if (i >= rows.count) return;
      const auto* from = sums + (group * kTileRows + r) * width;
      store_tile<Tag, 1, ColTiles>(c + i * ldc, ldc, last, accumulate, [&](std::size_t, std::size_t v) TRM_LAMBDA {
        constexpr std::size_t lanes = Vec<typename Tag::Isa>::kWidth;
        return Format::value(from + v * lanes, rows.rows[i], column_scales + v * lanes);
      });
    }
  }
}

/// The rows of `a` from k0 on as tiles of operands: those of a group of rows one behind the other. Rows that are
/// missing in the last group are zero.
template <class Format>
void tile_operands(const float* a, std::size_t lda, std::size_t count, std::size_t k, std::size_t k0, std::size_t depth,
                   std::size_t group_rows, std::size_t group_bytes, typename Format::Row* rows, std::byte* to) {
  using Operand = typename Format::Operand;
  constexpr std::size_t most = kTileDepth<Format>;
  const std::size_t step = group_rows * kTileRowBytes;
  const std::size_t all = round_up(count, group_rows);
  for (std::size_t i = 0; i < all; ++i) {
    std::byte* at = to + i / group_rows * group_bytes + i % group_rows * kTileRowBytes;
    const float* row = i < count ? a + i * lda : nullptr;
    if (row != nullptr) rows[i] = Format::row(row, k);
    for (std::size_t p = 0; p < depth; p += most, at += step) {
      Operand operands[most] = {};
      if (row != nullptr && depth - p >= most) {
        Format::convert(row + k0 + p, most, most, rows[i], operands);
      } else if (row != nullptr) {
        Format::convert(row + k0 + p, depth - p, most, rows[i], operands);
      }
      __builtin_memcpy(at, operands, kTileRowBytes);
    }
  }
}

/// The products of a piece of rows, an even number of groups or all of them, with the columns `here`; `columns` of them
/// are real. The last products bring the weights of the columns behind them nearer.
template <class Tag, class Format>
TRM_INLINE void tile_piece(const TileRows<Format>& rows, const TileColumns& here, const TileColumns& next,
                           std::size_t steps, const float* column_scales, float* c, std::size_t ldc,
                           std::size_t columns, bool accumulate) {
  const std::size_t groups = (rows.count + rows.group_rows - 1) / rows.group_rows;
  const auto run = [&](auto row_tiles, auto col_tiles, std::size_t group, std::size_t panel, bool is_last) TRM_LAMBDA {
    constexpr std::size_t r = decltype(row_tiles)::kValue, t = decltype(col_tiles)::kValue;
    const std::size_t i = group * rows.group_rows, column = panel * kTileColumns;
    const std::size_t real = columns - column < t * kTileColumns ? columns - column : t * kTileColumns;
    tile_block<Tag, Format, r, t>(
        {rows.operands + group * rows.group_bytes, rows.group_bytes, rows.group_rows, rows.rows + i, rows.count - i},
        {here.weights + panel * here.stride, here.stride, t}, is_last ? next : TileColumns{here.weights, 0, 0}, steps,
        column_scales + column, c + i * ldc + column, ldc, real, accumulate);
  };
  for (std::size_t group = 0; group + 1 < groups; group += 2) {
    for (std::size_t t = 0; t < here.panels; t += 2) {
      const std::size_t taken = here.panels - t < 2 ? 1 : 2;
      const bool is_last = group + 2 == groups;
      with_const<2>(taken, [&](auto tiles) TRM_LAMBDA { run(Const<2>{}, tiles, group, t, is_last); });
    }
  }
  if (groups % 2 == 1) {
    with_const<4>(here.panels, [&](auto tiles) TRM_LAMBDA { run(Const<1>{}, tiles, groups - 1, 0, true); });
  }
}

/// Blocks of two by two tiles, so that a tile that is loaded serves two products. All groups of rows have one size, as
/// even as possible: 97 rows are seven groups of 14, not six of 16 and one of a single row, and no tile needs another
/// shape on the way. A group that is left over takes four tiles of columns instead: with fewer chains of products, each
/// would wait for the one before.
template <class Tag, class Format>
void tile_matmul(const float* a, std::size_t lda, const void* weights, float* c, std::size_t ldc, std::size_t m,
                 std::size_t n, std::size_t k, bool accumulate) {
  constexpr std::size_t most_rows = 32 * kTileRows;
  // Two groups of the deepest rows: a part of the second-level cache.
  constexpr std::size_t room = 2 * kTileRows * Format::kMostDepth * sizeof(typename Format::Operand);
  if (m == 0 || n == 0) return;
  alignas(64) std::byte operands[room];
  typename Format::Row rows[most_rows];
  const std::size_t full_groups = (m + kTileRows - 1) / kTileRows;
  const std::size_t group_rows = (m + full_groups - 1) / full_groups;
  const std::size_t groups = (m + group_rows - 1) / group_rows;
  const std::size_t panels = (n + kTileColumns - 1) / kTileColumns;
  const std::size_t stride = tile_steps<Format>(k) * kTileBytes;
  const auto* scales = static_cast<const float*>(weights);
  const std::byte* packed =
      static_cast<const std::byte*>(weights) + (Format::kScales ? panels * kTileColumns * sizeof(float) : 0);
  const std::size_t block = block_depth(k, Format::kMostDepth);
  Format::Tiles::configure(tile_shapes(group_rows));
  std::size_t k0 = 0;
  do {
    const std::size_t depth = k - k0 < block ? k - k0 : block;
    const std::size_t steps = (depth + kTileDepth<Format> - 1) / kTileDepth<Format>;
    const std::size_t group_bytes = steps * group_rows * kTileRowBytes;
    const bool add = accumulate || k0 > 0;
    // Pieces of an even number of groups, so that at most one of all groups is left over.
    std::size_t most = group_bytes == 0 ? most_rows : room / group_bytes;
    if (most > most_rows / kTileRows) most = most_rows / kTileRows;
    most -= most % 2;
    const std::size_t pieces = (groups + most - 1) / most;
    const std::size_t piece = round_up((groups + pieces - 1) / pieces, 2) * group_rows;
    for (std::size_t i0 = 0; i0 < m; i0 += piece) {
      const std::size_t count = m - i0 < piece ? m - i0 : piece;
      tile_operands<Format>(a + i0 * lda, lda, count, k, k0, depth, group_rows, group_bytes, rows, operands);
      const std::size_t here_groups = (count + group_rows - 1) / group_rows;
      const std::size_t width = here_groups % 2 == 1 ? 4 : 2;
      for (std::size_t j = 0; j < panels; j += width) {
        const std::size_t here_panels = panels - j < width ? panels - j : width;
        const std::size_t after = panels - j - here_panels, column = j * kTileColumns;
        tile_piece<Tag, Format>({operands, group_bytes, group_rows, rows, count},
                                {packed + j * stride, stride, here_panels},
                                {packed + (j + here_panels) * stride, stride, after < width ? after : width}, steps,
                                scales + column, c + i0 * ldc + column, ldc, n - column, add);
      }
    }
    packed += steps * kTileBytes;
    k0 += depth;
  } while (k0 < k);
  Format::Tiles::release();
}

/// Pairs of rows (kernels_matmul_bf16.inl) of up to 32 rows and 16 columns as a tile; what is missing is zero.
inline void pair_tile(const float* from, std::size_t ld, std::size_t rows, std::size_t columns, std::byte* to) {
  if (rows < 2 * kTileRows || columns < kTileColumns) __builtin_memset(to, 0, kTileBytes);
  pair_rows(from, ld, rows, columns, to, kTileColumns);
}

/// dw(n, k) += dy^T x as a product of tiles: pairs of rows of x are tiles of weights as they come, and those of dy,
/// transposed, are tiles of operands. A part of dy is converted once; then all columns of x pass over it.
template <class Tag, class Format>
void tile_weight_gradient(const float* dy, std::size_t lddy, const float* x, std::size_t ldx, float* dw,
                          std::size_t lddw, std::size_t m, std::size_t n, std::size_t k) {
  constexpr std::size_t depth = kTileDepth<Format>, most_steps = 8, most_rows = 16 * kTileRows, most_panels = 4;
  static_assert(depth == 2 * kTileRows, "a tile of weights is sixteen pairs of rows");
  constexpr std::size_t group_bytes = most_steps * kTileBytes;
  if (m == 0 || n == 0 || k == 0) return;
  alignas(64) std::byte operands[most_rows / kTileRows * group_bytes];  // 128 KiB: a part of the second-level cache
  alignas(64) std::byte weights[most_panels * group_bytes];
  alignas(64) float turned[kTileBytes / sizeof(float)];
  typename Format::Row rows[most_rows];
  Format::Tiles::configure(tile_shapes(kTileRows));
  for (std::size_t r0 = 0; r0 < m; r0 += most_steps * depth) {
    const std::size_t left = m - r0 < most_steps * depth ? m - r0 : most_steps * depth;
    const std::size_t steps = (left + depth - 1) / depth;
    const auto rows_of = [&](std::size_t s) { return left - s * depth < depth ? left - s * depth : depth; };
    for (std::size_t i0 = 0; i0 < n; i0 += most_rows) {
      const std::size_t count = n - i0 < most_rows ? n - i0 : most_rows;
      const std::size_t groups = (count + kTileRows - 1) / kTileRows;
      for (std::size_t g = 0; g < groups; ++g) {
        const std::size_t i = g * kTileRows, here = count - i < kTileRows ? count - i : kTileRows;
        for (std::size_t s = 0; s < steps; ++s) {
          std::byte pairs[kTileBytes];
          float as_read[kTileBytes / sizeof(float)];
          pair_tile(dy + (r0 + s * depth) * lddy + i0 + i, lddy, rows_of(s), here, pairs);
          // A pair moves as a float would: nothing looks at its bits.
          __builtin_memcpy(as_read, pairs, kTileBytes);
          transpose<Tag>(as_read, kTileColumns, turned, kTileRows, kTileRows, kTileColumns);
          __builtin_memcpy(operands + g * group_bytes + s * kTileBytes, turned, kTileBytes);
        }
      }
      const std::size_t width = groups % 2 == 1 ? most_panels : 2;
      for (std::size_t j = 0; j < k; j += width * kTileColumns) {
        const std::size_t columns = k - j < width * kTileColumns ? k - j : width * kTileColumns;
        const std::size_t panels = (columns + kTileColumns - 1) / kTileColumns;
        for (std::size_t t = 0; t < panels; ++t) {
          const std::size_t at = t * kTileColumns, here = columns - at < kTileColumns ? columns - at : kTileColumns;
          for (std::size_t s = 0; s < steps; ++s) {
            pair_tile(x + (r0 + s * depth) * ldx + j + at, ldx, rows_of(s), here,
                      weights + t * group_bytes + s * kTileBytes);
          }
        }
        // Nothing reads the scales: these types have none.
        tile_piece<Tag, Format>({operands, group_bytes, kTileRows, rows, count}, {weights, group_bytes, panels},
                                {weights, group_bytes, 0}, steps, turned, dw + i0 * lddw + j, lddw, columns, true);
      }
    }
  }
  Format::Tiles::release();
}

/// Null where the operands are no pairs.
template <class Tag, class Format>
constexpr auto tile_gradient() -> decltype(Matmul<float>::weight_gradient) {
  if constexpr (Format::kScales) {
    return nullptr;
  } else {
    return tile_weight_gradient<Tag, Format>;
  }
}

template <class Tag, class Format>
constexpr Matmul<float> kMatmulTiles = {
    .name = Format::kScales ? "int8" : "bf16",
    .tile_rows = 2 * Tag::kRows,
    .tile_columns = 2 * Tag::kPanel,
    .alignment = 64,
    .packed_bytes = tile_packed_bytes<Tag, Format>,
    .pack = tile_pack<Tag, Format>,
    .run = tile_matmul<Tag, Format>,
    .weight_gradient = tile_gradient<Tag, Format>(),
};

}  // namespace
}  // namespace trm::simd
