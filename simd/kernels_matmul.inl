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
      for (std::size_t j = 0; j < columns; ++j) {
        for (std::size_t i = 0; i < k; ++i) packed[i * panel + j] = from[i * row_stride + j * col_stride];
      }
    }
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = columns; j < panel; ++j) packed[i * panel + j] = 0.0F;
    }
  }
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
      for (std::size_t i = 0; i < m;) {
        const std::size_t rows = m <= 3 ? m : next_rows<Tag>(m - i);
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

template <class Tag>
void weight_gradient(const float* dy, std::size_t lddy, const float* x, std::size_t ldx, float* dw, std::size_t lddw,
                     std::size_t m, std::size_t n, std::size_t k) {
  using I = typename Tag::Isa;
  constexpr std::size_t panel = Tag::kPanel;
  // Rows of x lie a power of two apart more often than not and would fight for a few sets of L1: a panel of them is
  // copied (16 KiB) and read once for every tile of rows of dw.
  constexpr std::size_t block = 4096 / panel;
  alignas(64) float packed[block * panel];
  for (std::size_t r0 = 0; r0 < m; r0 += block) {
    const std::size_t rows = m - r0 < block ? m - r0 : block;
    for (std::size_t j = 0; j < k; j += panel) {
      const std::size_t columns = k - j < panel ? k - j : panel;
      for (std::size_t r = 0; r < rows; ++r) {
        const float* from = x + (r0 + r) * ldx + j;
        float* to = packed + r * panel;
        if (columns == panel) {
          for (std::size_t v = 0; v < panel; v += Vec<I>::kWidth) Vec<I>::load(from + v).store(to + v);
        } else {
          for (std::size_t v = 0; v < panel; ++v) to[v] = v < columns ? from[v] : 0.0F;
        }
      }
      for (std::size_t i = 0; i < n;) {
        const std::size_t count = next_rows<Tag>(n - i);
        with_const<Tag::kRows>(count, [&](auto c) {
          weight_gradient_tile<Tag, decltype(c)::kValue>(dy + r0 * lddy + i, lddy, packed, dw + i * lddw + j, lddw,
                                                         rows, columns);
        });
        i += count;
      }
    }
  }
}

}  // namespace
}  // namespace trm::simd
