// Matrix products.
//
// The right-hand side lies in panels of Tag::kPanel columns, so the inner loop reads it in order. A tile keeps
// Tag::kRows x Tag::kPanel sums in registers (6 x 16 on AVX2: 12 of 16 registers, the rest for one row of the panel and
// a broadcast). With one to three rows a tile takes several panels, or too few independent chains of fused
// multiply-adds would hide their latency of about 4 cycles. Each sum is one accumulator with k ascending, also across
// blocks of k, so the bits of a row do not depend on the number of rows. Missing columns of the last panel are zero.
namespace trm::simd {
namespace {

constexpr std::size_t panels_per_tile(std::size_t rows) {
  return rows == 1 ? 6 : rows == 2 ? 3 : rows == 3 ? 2 : 1;
}

/// How many panels the next tile takes of `left` in a product of m rows: two groups of similar size beat a full one and
/// a thin one.
TRM_INLINE std::size_t next_panels(std::size_t m, std::size_t left) {
  if (m > 3) return 1;
  const std::size_t most = panels_per_tile(m);
  if (left <= most) return left;
  return left < 2 * most ? (left + 1) / 2 : most;
}

template <class Tag>
std::size_t packed_bytes(std::size_t k, std::size_t n) {
  return (n + Tag::kPanel - 1) / Tag::kPanel * Tag::kPanel * k * sizeof(float);
}

/// Four columns of B, each of which lies in a row, become a part of a panel, in squares of four numbers.
template <class Tag>
TRM_INLINE void pack_four_columns(const float* from, std::size_t distance, std::size_t k, float* packed) {
  constexpr std::size_t panel = Tag::kPanel;
  std::size_t i = 0;
  for (; i + 4 <= k; i += 4, packed += 4 * panel) {
    Float4 row[4];
    for (std::size_t j = 0; j < 4; ++j) __builtin_memcpy(&row[j], from + j * distance + i, sizeof(Float4));
    const Float4 a = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5);
    const Float4 b = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
    const Float4 c = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7);
    const Float4 d = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
    const Float4 column[4] = {__builtin_shufflevector(a, b, 0, 1, 4, 5), __builtin_shufflevector(a, b, 2, 3, 6, 7),
                              __builtin_shufflevector(c, d, 0, 1, 4, 5), __builtin_shufflevector(c, d, 2, 3, 6, 7)};
    for (std::size_t p = 0; p < 4; ++p) __builtin_memcpy(packed + p * panel, &column[p], sizeof(Float4));
  }
  for (; i < k; ++i, packed += panel) {
    for (std::size_t j = 0; j < 4; ++j) packed[j] = from[j * distance + i];
  }
}

template <class Tag>
void pack(const float* b, std::size_t row_stride, std::size_t col_stride, std::size_t k, std::size_t n, void* to) {
  constexpr std::size_t panel = Tag::kPanel;
  auto* packed = static_cast<float*>(to);
  for (std::size_t j0 = 0; j0 < n; j0 += panel, packed += panel * k) {
    const std::size_t columns = n - j0 < panel ? n - j0 : panel;
    const float* from = b + j0 * col_stride;
    if (col_stride == 1) {
      for (std::size_t i = 0; i < k; ++i) {
        for (std::size_t j = 0; j < columns; ++j) packed[i * panel + j] = from[i * row_stride + j];
      }
    } else {
      std::size_t j = 0;
      if (row_stride == 1) {
        for (; j + 4 <= columns; j += 4) pack_four_columns<Tag>(from + j * col_stride, col_stride, k, packed + j);
      }
      for (; j < columns; ++j) {
        for (std::size_t i = 0; i < k; ++i) packed[i * panel + j] = from[i * row_stride + j * col_stride];
      }
    }
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = columns; j < panel; ++j) packed[i * panel + j] = 0.0F;
    }
  }
}

/// Asks for `bytes` from `from` on, a cache line at a time.
TRM_INLINE void prefetch(const void* from, std::size_t bytes) {
  for (std::size_t line = 0; line < bytes; line += 64) __builtin_prefetch(static_cast<const std::byte*>(from) + line);
}

/// Rows x (Panels * panel) sums; the last panel has `last` columns, the others are full.
template <class Tag, std::size_t Rows, std::size_t Panels>
void matmul_tile(const float* __restrict a, std::size_t lda, const float* __restrict packed, std::size_t panel_stride,
                 float* __restrict c, std::size_t ldc, std::size_t k, std::size_t last, bool accumulate) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  constexpr std::size_t per = Tag::kPanel / V::kWidth;
  constexpr std::size_t vecs = Panels * per;
  const std::size_t columns = (Panels - 1) * Tag::kPanel + last;
  V acc[Rows][vecs];
  if (!accumulate) {
    for (std::size_t i = 0; i < Rows; ++i) {
      for (std::size_t v = 0; v < vecs; ++v) acc[i][v] = V::set(0.0F);
    }
  } else if (columns == Panels * Tag::kPanel) {
    for (std::size_t i = 0; i < Rows; ++i) {
      for (std::size_t v = 0; v < vecs; ++v) acc[i][v] = V::load(c + i * ldc + v * V::kWidth);
    }
  } else {
    for (std::size_t i = 0; i < Rows; ++i) {
      for (std::size_t v = 0; v < vecs; ++v) {
        const std::size_t at = v * V::kWidth;
        const float* p = c + i * ldc + at;
        acc[i][v] = at + V::kWidth <= columns ? V::load(p)
                    : at < columns            ? Part<I>{columns - at}.load(p)
                                              : V::set(0.0F);
      }
    }
  }
  // Whichever side is shorter waits in registers.
  for (std::size_t p = 0; p < k; ++p) {
    if constexpr (Rows < vecs) {
      V x[Rows];
      for (std::size_t i = 0; i < Rows; ++i) x[i] = V::set(a[i * lda + p]);
      for (std::size_t v = 0; v < vecs; ++v) {
        const V b = V::load(packed + v / per * panel_stride + p * Tag::kPanel + v % per * V::kWidth);
        for (std::size_t i = 0; i < Rows; ++i) acc[i][v] = fma(x[i], b, acc[i][v]);
      }
    } else {
      V b[vecs];
      for (std::size_t v = 0; v < vecs; ++v) {
        b[v] = V::load(packed + v / per * panel_stride + p * Tag::kPanel + v % per * V::kWidth);
      }
      for (std::size_t i = 0; i < Rows; ++i) {
        const V x = V::set(a[i * lda + p]);
        for (std::size_t v = 0; v < vecs; ++v) acc[i][v] = fma(x, b[v], acc[i][v]);
      }
    }
  }
  if (columns == Panels * Tag::kPanel) {
    for (std::size_t i = 0; i < Rows; ++i) {
      for (std::size_t v = 0; v < vecs; ++v) acc[i][v].store(c + i * ldc + v * V::kWidth);
    }
  } else {
    for (std::size_t i = 0; i < Rows; ++i) {
      for (std::size_t v = 0; v < vecs; ++v) {
        const std::size_t at = v * V::kWidth;
        if (at + V::kWidth <= columns) {
          acc[i][v].store(c + i * ldc + at);
        } else if (at < columns) {
          Part<I>{columns - at}.store(c + i * ldc + at, acc[i][v]);
        }
      }
    }
  }
}

/// How many rows the next tile takes of `left`: all of them, a full tile, or half of what would leave a thin rest.
template <class Tag>
TRM_INLINE std::size_t next_rows(std::size_t left) {
  if (left <= Tag::kRows) return left;
  return left < 2 * Tag::kRows ? (left + 1) / 2 : Tag::kRows;
}

template <class Tag>
void matmul(const float* a, std::size_t lda, const void* weights, float* c, std::size_t ldc, std::size_t m,
            std::size_t n, std::size_t k, bool accumulate) {
  constexpr std::size_t panel = Tag::kPanel;
  // A block of a panel (256 x 16 floats are 16 KiB) stays in L1 while all rows pass over it.
  constexpr std::size_t block = 4096 / panel;
  if (m == 0 || n == 0) return;
  const auto* packed = static_cast<const float*>(weights);
  const std::size_t stride = panel * k;
  std::size_t k0 = 0;
  do {
    const std::size_t depth = m <= 3 || k - k0 <= block + block / 2 ? k - k0 : block;
    const bool add = accumulate || k0 > 0;
    for (std::size_t j = 0; j < n;) {
      const std::size_t left = (n - j + panel - 1) / panel;
      const std::size_t group = next_panels(m, left);
      const std::size_t columns = n - j < group * panel ? n - j : group * panel;
      const std::size_t last = columns - (group - 1) * panel;
      const float* b = packed + j / panel * stride + k0 * panel;
      // Weights larger than the second-level cache come from afar: while the rows pass over this block, each tile asks
      // for a part of the next one. Blocks of one row of panels lie `stride` apart.
      const float* ahead = j + columns < n ? b + stride : k0 + depth < k ? packed + (k0 + depth) * panel : nullptr;
      const std::size_t share = ahead == nullptr || m <= 3 ? 0 : depth * panel / ((m + Tag::kRows - 1) / Tag::kRows);
      for (std::size_t i = 0; i < m;) {
        const std::size_t rows = m <= 3 ? m : next_rows<Tag>(m - i);
        if (share > 0) {
          for (std::size_t line = 0; line < share; line += 16) __builtin_prefetch(ahead + line, 0, 2);
          ahead += share;
        }
        with_const<Tag::kRows>(rows, [&](auto r) {
          constexpr std::size_t count = decltype(r)::kValue;
          with_const<panels_per_tile(count)>(group, [&](auto g) {
            matmul_tile<Tag, count, decltype(g)::kValue>(a + i * lda + k0, lda, b, stride, c + i * ldc + j, ldc, depth,
                                                         last, add);
          });
        });
        i += rows;
      }
      j += columns;
    }
    k0 += depth;
  } while (k0 < k);
}

/// Rows x panel elements of dw, `columns` of them real; x is packed (m, panel).
template <class Tag, std::size_t Rows>
void weight_gradient_tile(const float* __restrict dy, std::size_t lddy, const float* __restrict x, float* __restrict dw,
                          std::size_t lddw, std::size_t m, std::size_t columns) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  constexpr std::size_t per = Tag::kPanel / V::kWidth;
  V acc[Rows][per];
  const bool full = columns == Tag::kPanel;
  for (std::size_t i = 0; i < Rows; ++i) {
    for (std::size_t v = 0; v < per; ++v) {
      const std::size_t at = v * V::kWidth;
      const float* p = dw + i * lddw + at;
      acc[i][v] = full || at + V::kWidth <= columns ? V::load(p)
                  : at < columns                    ? Part<I>{columns - at}.load(p)
                                                    : V::set(0.0F);
    }
  }
  for (std::size_t r = 0; r < m; ++r) {
    V b[per];
    for (std::size_t v = 0; v < per; ++v) b[v] = V::load(x + r * Tag::kPanel + v * V::kWidth);
    for (std::size_t i = 0; i < Rows; ++i) {
      const V g = V::set(dy[r * lddy + i]);
      for (std::size_t v = 0; v < per; ++v) acc[i][v] = fma(g, b[v], acc[i][v]);
    }
  }
  for (std::size_t i = 0; i < Rows; ++i) {
    for (std::size_t v = 0; v < per; ++v) {
      const std::size_t at = v * V::kWidth;
      if (full || at + V::kWidth <= columns) {
        acc[i][v].store(dw + i * lddw + at);
      } else if (at < columns) {
        Part<I>{columns - at}.store(dw + i * lddw + at, acc[i][v]);
      }
    }
  }
}

/// What becomes of the factors of a weight gradient: nothing.
struct AsItIs {
  static constexpr bool kConverts = false;
  static float of(float x) { return x; }
};

/// to(rows, columns) = from(rows, columns), each number through Convert::of().
template <class Tag, class Convert>
TRM_INLINE void copy_columns(const float* __restrict from, std::size_t ld, std::size_t rows, std::size_t columns,
                             float* __restrict to, std::size_t distance) {
  using V = Vec<typename Tag::Isa>;
  for (std::size_t r = 0; r < rows; ++r, from += ld, to += distance) {
    std::size_t i = 0;
    if constexpr (!Convert::kConverts) {
      for (; i + V::kWidth <= columns; i += V::kWidth) V::load(from + i).store(to + i);
    }
    for (; i < columns; ++i) to[i] = Convert::of(from[i]);
  }
}

/// The same of a panel: columns that are missing are zero.
template <class Tag, class Convert>
TRM_INLINE void copy_panel(const float* __restrict from, std::size_t ld, std::size_t rows, std::size_t columns,
                           float* __restrict to) {
  constexpr std::size_t panel = Tag::kPanel;
  if (columns == panel) return copy_columns<Tag, Convert>(from, ld, rows, panel, to, panel);
  for (std::size_t r = 0; r < rows; ++r, from += ld, to += panel) {
    for (std::size_t i = 0; i < panel; ++i) to[i] = i < columns ? Convert::of(from[i]) : 0.0F;
  }
}

/// Convert::of() is applied to both factors.
template <class Tag, class Convert = AsItIs>
void weight_gradient(const float* dy, std::size_t lddy, const float* x, std::size_t ldx, float* dw, std::size_t lddw,
                     std::size_t m, std::size_t n, std::size_t k) {
  constexpr std::size_t panel = Tag::kPanel;
  // Rows of x lie a power of two apart more often than not and would fight for a few sets of L1: a panel of them is
  // copied (16 KiB) and read once for every tile of rows of dw.
  constexpr std::size_t block = 4096 / panel;
  // So do rows of dy, and they are read again for every panel. If more of them than a quarter of a megabyte pass by
  // (65,536 numbers), columns of them are copied, too: at most 64 KiB, which stay in the second-level cache.
  constexpr std::size_t wide = 16384 / block / Tag::kRows * Tag::kRows, large = 65536 / block;
  alignas(64) float packed[block * panel];
  alignas(64) float gradients[block * wide];
  if (n == 0) return;
  const bool copies = Convert::kConverts || n > large;
  // Parts of one size: with few columns in the last one, x would be copied for little.
  const std::size_t parts = copies ? (n + wide - 1) / wide : 1;
  const std::size_t part = ((n + parts - 1) / parts + Tag::kRows - 1) / Tag::kRows * Tag::kRows;
  for (std::size_t r0 = 0; r0 < m; r0 += block) {
    const std::size_t rows = m - r0 < block ? m - r0 : block;
    for (std::size_t i0 = 0; i0 < n; i0 += part) {
      const std::size_t here = n - i0 < part ? n - i0 : part;
      const float* from = dy + r0 * lddy + i0;
      if (copies) copy_columns<Tag, Convert>(from, lddy, rows, here, gradients, here);
      for (std::size_t j = 0; j < k; j += panel) {
        const std::size_t columns = k - j < panel ? k - j : panel;
        copy_panel<Tag, Convert>(x + r0 * ldx + j, ldx, rows, columns, packed);
        for (std::size_t i = 0; i < here;) {
          const std::size_t count = next_rows<Tag>(here - i);
          // The sums of the next tile lie a row of dw apart, where no processor looks for them by itself.
          for (std::size_t row = i + count; row < here && row < i + count + Tag::kRows; ++row) {
            prefetch(dw + (i0 + row) * lddw + j, columns * sizeof(float));
          }
          with_const<Tag::kRows>(count, [&](auto c) {
            weight_gradient_tile<Tag, decltype(c)::kValue>((copies ? gradients : from) + i, copies ? here : lddy,
                                                           packed, dw + (i0 + i) * lddw + j, lddw, rows, columns);
          });
          i += count;
        }
      }
    }
  }
}

}  // namespace
}  // namespace trm::simd
