// Softmax attention over a sliding window.
//
// Two products make it up. Scores are vectors over keys (keys lie transposed) and values are vectors over head_dim.
// Both work on a block of rows at once, eight queries of one head or, when a single token is generated, eight heads of
// one query, because one row alone is a chain of dependent additions. Every row is computed in the same order in every
// block, so a query gives the same bits alone and among others.
namespace trm::simd {
namespace {

constexpr std::size_t kAttentionRows = 8;
/// Rows of scores that fit the buffer on the stack (8 x 280 floats); larger windows go one row at a time. A row has
/// room for the keys of all eight queries and for a whole register behind them, so that it is written without masks.
constexpr std::size_t kAttentionWindow = 256;
constexpr std::size_t kAttentionStride = kAttentionWindow + kAttentionRows + 16;

/// Writes a register of a row of scores: whole where the row has room (Padded), else only its part.
template <bool Padded, class At, class V>
TRM_INLINE void put(At at, float* p, V v) {
  if constexpr (Padded) {
    v.store(p);
  } else {
    at.store(p, v);
  }
}

/// out[i*ldo + c] = sum_d x[i*ldx + d] y[i*row_y + d*ldy + c] for i < Rows, c < columns, d ascending.
template <class I, std::size_t Rows, bool Padded>
TRM_INLINE void dot_columns(const float* x, std::size_t ldx, const float* y, std::size_t row_y, std::size_t ldy,
                            float* out, std::size_t ldo, std::size_t columns, std::size_t dim) {
  using V = Vec<I>;
  each<I>(columns, [&](auto at, std::size_t c) TRM_LAMBDA {
    V acc[Rows];
    for (auto& a : acc) a = V::set(0.0F);
    if (row_y == 0) {
      for (std::size_t d = 0; d < dim; ++d) {
        const V b = at.load(y + d * ldy + c);
        for (std::size_t i = 0; i < Rows; ++i) acc[i] = fma(V::set(x[i * ldx + d]), b, acc[i]);
      }
    } else {
      for (std::size_t d = 0; d < dim; ++d) {
        for (std::size_t i = 0; i < Rows; ++i) {
          acc[i] = fma(V::set(x[i * ldx + d]), at.load(y + i * row_y + d * ldy + c), acc[i]);
        }
      }
    }
    for (std::size_t i = 0; i < Rows; ++i) put<Padded>(at, out + i * ldo + c, acc[i]);
  });
}

/// out[i*ldo + d] = factor * sum over r in [first(i), last(i)) of w[i*row_w + r*step_w] x[i*row_x + r*ldx + d],
/// r ascending, for i < Rows, d < dim.
template <class I, std::size_t Rows, class First, class Last>
TRM_INLINE void weighted_rows_in(const float* w, std::size_t row_w, std::size_t step_w, const float* x,
                                 std::size_t row_x, std::size_t ldx, float* out, std::size_t ldo, std::size_t dim,
                                 float factor, First&& first, Last&& last) {
  using V = Vec<I>;
  // Rows that every i sees; before and after them each i goes alone.
  std::size_t begin = first(0);
  std::size_t end = last(0);
  for (std::size_t i = 1; i < Rows; ++i) {
    begin = first(i) > begin ? first(i) : begin;
    end = last(i) < end ? last(i) : end;
  }
  if (end < begin) end = begin;
  each<I>(dim, [&](auto at, std::size_t d) TRM_LAMBDA {
    V acc[Rows];
    for (std::size_t i = 0; i < Rows; ++i) {
      acc[i] = V::set(0.0F);
      const std::size_t stop = begin < last(i) ? begin : last(i);
      for (std::size_t r = first(i); r < stop; ++r) {
        acc[i] = fma(V::set(w[i * row_w + r * step_w]), at.load(x + i * row_x + r * ldx + d), acc[i]);
      }
    }
    if (row_x == 0) {
      for (std::size_t r = begin; r < end; ++r) {
        const V b = at.load(x + r * ldx + d);
        for (std::size_t i = 0; i < Rows; ++i) acc[i] = fma(V::set(w[i * row_w + r * step_w]), b, acc[i]);
      }
    } else {
      for (std::size_t r = begin; r < end; ++r) {
        for (std::size_t i = 0; i < Rows; ++i) {
          acc[i] = fma(V::set(w[i * row_w + r * step_w]), at.load(x + i * row_x + r * ldx + d), acc[i]);
        }
      }
    }
    for (std::size_t i = 0; i < Rows; ++i) {
      for (std::size_t r = end; r < last(i); ++r) {
        acc[i] = fma(V::set(w[i * row_w + r * step_w]), at.load(x + i * row_x + r * ldx + d), acc[i]);
      }
      at.store(out + i * ldo + d, acc[i] * V::set(factor));
    }
  });
}

template <class I, std::size_t Rows, class First, class Last>
TRM_INLINE void weighted_rows(const float* w, std::size_t row_w, std::size_t step_w, const float* x, std::size_t row_x,
                              std::size_t ldx, float* out, std::size_t ldo, std::size_t dim, float factor,
                              First&& first, Last&& last) {
  using Small = typename Half<I>::Type;
  if (dim <= Vec<Small>::kWidth) {
    weighted_rows_in<Small, Rows>(w, row_w, step_w, x, row_x, ldx, out, ldo, dim, factor, first, last);
  } else {
    weighted_rows_in<I, Rows>(w, row_w, step_w, x, row_x, ldx, out, ldo, dim, factor, first, last);
  }
}

/// Turns raw products of one query into probabilities, in place; keeps them if asked.
template <class I, bool Padded>
TRM_INLINE void finish_scores(const LocalAttention<float>& a, std::size_t h, std::size_t t, float* s,
                              std::size_t seen) {
  using V = Vec<I>;
  constexpr float lowest = -std::numeric_limits<float>::infinity();
  const std::size_t slot = a.window - seen;
  const V scale = V::set(a.scale);
  V top = V::set(lowest);
  if (a.bias) {
    const float* bias = a.bias + h * a.window + slot;
    each<I>(seen, [&](auto at, std::size_t j) TRM_LAMBDA {
      const V v = at.keep(fma(at.load(s + j), scale, at.load(bias + j)), lowest);
      put<Padded>(at, s + j, v);
      top = max(v, top);
    });
  } else {
    each<I>(seen, [&](auto at, std::size_t j) TRM_LAMBDA {
      const V v = at.keep(at.load(s + j) * scale, lowest);
      put<Padded>(at, s + j, v);
      top = max(v, top);
    });
  }
  const V shift = V::set(max(top));
  const V factor = V::set(1.0F / sum16<I>(seen, [&](auto at, std::size_t j) TRM_LAMBDA {
                            const V e = exp<I, false>(at.load_or(s + j, lowest) - shift);
                            put<Padded>(at, s + j, e);
                            return e;
                          }));
  if (!a.probs) {
    each<I>(seen, [&](auto at, std::size_t j) TRM_LAMBDA { put<Padded>(at, s + j, at.load(s + j) * factor); });
    return;
  }
  float* kept = a.probs + (h * a.tokens + t) * a.window;
  for (std::size_t j = 0; j < slot; ++j) kept[j] = 0.0F;
  each<I>(seen, [&](auto at, std::size_t j) TRM_LAMBDA {
    const V v = at.load(s + j) * factor;
    put<Padded>(at, s + j, v);
    at.store(kept + slot + j, v);
  });
}

TRM_INLINE std::size_t keys_seen(std::size_t window, std::size_t position) {
  return position + 1 < window ? position + 1 : window;
}

/// Queries t ... t+Rows-1 of head h; `rows` are the scores, `stride` apart, column 0 is the first key of query t.
template <class I, std::size_t Rows, bool Padded>
void local_attention_queries(const LocalAttention<float>& a, std::size_t h, std::size_t t, float* rows,
                             std::size_t stride) {
  const std::size_t origin = a.past + t + 1 - keys_seen(a.window, a.past + t);
  const std::size_t end = a.past + t + Rows;
  const std::size_t column = h * a.head_dim;
  // Keys outside the window of a query are computed with the others and never looked at.
  dot_columns<I, Rows, Padded>(a.q + t * a.ldq + column, a.ldq, a.kt + column * a.ldkt + origin, 0, a.ldkt, rows,
                               stride, end - origin, a.head_dim);
  const auto first = [&](std::size_t i)
                         TRM_LAMBDA { return a.past + t + i + 1 - keys_seen(a.window, a.past + t + i) - origin; };
  const auto last = [&](std::size_t i) TRM_LAMBDA { return a.past + t + i + 1 - origin; };
  for (std::size_t i = 0; i < Rows; ++i) {
    finish_scores<I, Padded>(a, h, t + i, rows + i * stride + first(i), last(i) - first(i));
  }
  weighted_rows<I, Rows>(rows, stride, 1, a.v + origin * a.ldv + column, 0, a.ldv, a.out + t * a.ldo + column, a.ldo,
                         a.head_dim, 1.0F, first, last);
}

/// The probabilities of heads h ... h+Rows-1 of query t, which sees at most Registers registers of keys: they stay in
/// registers until they are complete, and what one head waits for the others hide. The same operations in the same
/// order as dot_columns() and finish_scores(). rows: `stride` apart, with room for whole registers.
template <class I, std::size_t Rows, std::size_t Registers>
TRM_INLINE void head_probabilities(const LocalAttention<float>& a, std::size_t h, std::size_t t, std::size_t seen,
                                   float* rows, std::size_t stride) {
  using V = Vec<I>;
  constexpr std::size_t width = V::kWidth;
  constexpr float lowest = -std::numeric_limits<float>::infinity();
  const Part<I> last{seen - (Registers - 1) * width};  // 1 to width keys
  const std::size_t origin = a.past + t + 1 - seen;
  const float* q = a.q + t * a.ldq + h * a.head_dim;
  const float* kt = a.kt + h * a.head_dim * a.ldkt + origin;
  const auto load = [&](const float* p, std::size_t r)
                        TRM_LAMBDA { return r + 1 < Registers ? V::load(p + r * width) : last.load(p + r * width); };
  V s[Rows][Registers];
  for (std::size_t i = 0; i < Rows; ++i) {
    for (std::size_t r = 0; r < Registers; ++r) s[i][r] = V::set(0.0F);
  }
  for (std::size_t d = 0; d < a.head_dim; ++d) {
    for (std::size_t i = 0; i < Rows; ++i) {
      const V x = V::set(q[i * a.head_dim + d]);
      for (std::size_t r = 0; r < Registers; ++r)
        s[i][r] = fma(x, load(kt + (i * a.head_dim + d) * a.ldkt, r), s[i][r]);
    }
  }
  const V scale = V::set(a.scale);
  V shift[Rows];
  for (std::size_t i = 0; i < Rows; ++i) {
    const float* bias = a.bias != nullptr ? a.bias + (h + i) * a.window + a.window - seen : nullptr;
    V top = V::set(lowest);
    for (std::size_t r = 0; r < Registers; ++r) {
      s[i][r] = bias != nullptr ? fma(s[i][r], scale, load(bias, r)) : s[i][r] * scale;
      if (r + 1 == Registers) s[i][r] = last.keep(s[i][r], lowest);
      top = max(s[i][r], top);
    }
    shift[i] = V::set(max(top));
  }
  for (std::size_t i = 0; i < Rows; ++i) {
    for (std::size_t r = 0; r < Registers; ++r) s[i][r] = exp<I, false>(s[i][r] - shift[i]);
  }
  for (std::size_t i = 0; i < Rows; ++i) {
    const V factor = V::set(1.0F / sum_of_lanes<I, Registers>(s[i]));
    for (std::size_t r = 0; r < Registers; ++r) (s[i][r] * factor).store(rows + i * stride + r * width);
  }
}

/// The same in groups of heads that leave room for so many registers of each.
template <class I, std::size_t Rows, std::size_t Registers>
TRM_INLINE void grouped_probabilities(const LocalAttention<float>& a, std::size_t h, std::size_t t, std::size_t seen,
                                      float* rows, std::size_t stride) {
  constexpr std::size_t most = Registers <= 2 ? 9 : 4;
  // Nine heads of four registers as three times three, eight as twice four.
  constexpr std::size_t groups = (Rows + most - 1) / most, group = (Rows + groups - 1) / groups;
  head_probabilities<I, group, Registers>(a, h, t, seen, rows, stride);
  if constexpr (Rows > group) {
    grouped_probabilities<I, Rows - group, Registers>(a, h + group, t, seen, rows + group * stride, stride);
  }
}

/// Heads h ... h+Rows-1 of query t.
template <class I, std::size_t Rows, bool Padded>
void local_attention_heads(const LocalAttention<float>& a, std::size_t h, std::size_t t, float* rows,
                           std::size_t stride) {
  const std::size_t seen = keys_seen(a.window, a.past + t);
  const std::size_t origin = a.past + t + 1 - seen;
  const std::size_t column = h * a.head_dim;
  constexpr std::size_t width = Vec<I>::kWidth;
  bool done = false;
  // There are 32 registers where they have 16 lanes.
  if constexpr (Padded && width == 16) {
    constexpr std::size_t most = 4;
    const std::size_t registers = (seen + width - 1) / width;
    done = a.probs == nullptr && registers <= most;
    with_const<most>(registers, [&](auto r) TRM_LAMBDA {
      if (done) grouped_probabilities<I, Rows, decltype(r)::kValue>(a, h, t, seen, rows, stride);
    });
  }
  if (!done) {
    dot_columns<I, Rows, Padded>(a.q + t * a.ldq + column, a.head_dim, a.kt + column * a.ldkt + origin,
                                 a.head_dim * a.ldkt, a.ldkt, rows, stride, seen, a.head_dim);
    for (std::size_t i = 0; i < Rows; ++i) finish_scores<I, Padded>(a, h + i, t, rows + i * stride, seen);
  }
  const auto first = [](std::size_t) TRM_LAMBDA { return std::size_t{0}; };
  const auto last = [&](std::size_t) TRM_LAMBDA { return seen; };
  weighted_rows<I, Rows>(rows, stride, 1, a.v + origin * a.ldv + column, a.head_dim, a.ldv, a.out + t * a.ldo + column,
                         a.head_dim, a.head_dim, 1.0F, first, last);
}

template <class Tag>
void local_attention_forward(const LocalAttention<float>& a) {
  using I = typename Tag::Isa;
  constexpr std::size_t n = kAttentionRows;
  if (a.window > kAttentionWindow) {
    for (std::size_t h = 0; h < a.heads; ++h) {
      for (std::size_t t = 0; t < a.tokens; ++t) local_attention_queries<I, 1, false>(a, h, t, a.scratch, 0);
    }
    return;
  }
  alignas(64) float rows[(n + 1) * kAttentionStride];
  const std::size_t blocked = a.tokens / n * n;
  for (std::size_t h = 0; h < a.heads; ++h) {
    for (std::size_t t = 0; t < blocked; t += n) local_attention_queries<I, n, true>(a, h, t, rows, kAttentionStride);
  }
  // The rest, fewer than eight queries: heads side by side.
  for (std::size_t t = blocked; t < a.tokens; ++t) {
    std::size_t h = 0;
    for (; h + n <= a.heads && h + n + 1 != a.heads; h += n) {
      local_attention_heads<I, n, true>(a, h, t, rows, kAttentionStride);
    }
    // One head left over would take as long as eight.
    for (; h + n + 1 == a.heads; h += n + 1) local_attention_heads<I, n + 1, true>(a, h, t, rows, kAttentionStride);
    for (; h + n / 2 <= a.heads; h += n / 2) local_attention_heads<I, n / 2, true>(a, h, t, rows, kAttentionStride);
    for (; h < a.heads; ++h) local_attention_heads<I, 1, true>(a, h, t, rows, kAttentionStride);
  }
}

/// dS of queries t ... t+Rows-1 into the scratch rows (by slot), and their dq. dP goes to `rows`.
template <class I, std::size_t Rows, bool Padded>
void local_attention_grad_queries(const LocalAttentionGrad<float>& a, std::size_t h, std::size_t t, float* rows,
                                  std::size_t stride) {
  using V = Vec<I>;
  const std::size_t origin = t + 1 - keys_seen(a.window, t);
  const std::size_t column = h * a.head_dim;
  dot_columns<I, Rows, Padded>(a.dout + t * a.lddo + column, a.lddo, a.vt + column * a.ldvt + origin, 0, a.ldvt, rows,
                               stride, t + Rows - origin, a.head_dim);
  const auto first = [&](std::size_t i) TRM_LAMBDA { return t + i + 1 - keys_seen(a.window, t + i) - origin; };
  const auto last = [&](std::size_t i) TRM_LAMBDA { return t + i + 1 - origin; };
  for (std::size_t i = 0; i < Rows; ++i) {
    const std::size_t seen = last(i) - first(i);
    const std::size_t slot = a.window - seen;
    const float* p = a.probs + (h * a.tokens + t + i) * a.window + slot;
    float* dp = rows + i * stride + first(i);
    float* ds = a.scratch + (t + i) * a.window + slot;
    const V mean =
        V::set(sum16<I>(seen, [&](auto at, std::size_t j) TRM_LAMBDA { return at.load(p + j) * at.load(dp + j); }));
    each<I>(seen, [&](auto at, std::size_t j) TRM_LAMBDA {
      const V s = at.load(p + j) * (at.load(dp + j) - mean);
      put<Padded>(at, dp + j, s);
      at.store(ds + j, s);
    });
    if (a.dbias) {
      float* bias = a.dbias + h * a.window + slot;
      each<I>(seen,
              [&](auto at, std::size_t j) TRM_LAMBDA { at.store(bias + j, at.load(bias + j) + at.load(dp + j)); });
    }
  }
  weighted_rows<I, Rows>(rows, stride, 1, a.k + origin * a.ldk + column, 0, a.ldk, a.dq + t * a.lddqkv + column,
                         a.lddqkv, a.head_dim, a.scale, first, last);
}

/// dk and dv of keys j ... j+Rows-1 from the queries that see them.
template <class I, std::size_t Rows>
void local_attention_grad_keys(const LocalAttentionGrad<float>& a, std::size_t h, std::size_t j) {
  const std::size_t column = h * a.head_dim;
  // Row t of dS and P holds key j in slot window-1-(t-j): the next query has it one row further and one slot back.
  // r counts the queries from j.
  const std::size_t corner = j * a.window + a.window - 1;
  const std::size_t step = a.window - 1;
  const auto first = [](std::size_t i) TRM_LAMBDA { return i; };
  const auto last = [&](std::size_t i) TRM_LAMBDA { return a.tokens - j < i + a.window ? a.tokens - j : i + a.window; };
  weighted_rows<I, Rows>(a.scratch + corner, 1, step, a.q + j * a.ldq + column, 0, a.ldq, a.dk + j * a.lddqkv + column,
                         a.lddqkv, a.head_dim, a.scale, first, last);
  weighted_rows<I, Rows>(a.probs + h * a.tokens * a.window + corner, 1, step, a.dout + j * a.lddo + column, 0, a.lddo,
                         a.dv + j * a.lddqkv + column, a.lddqkv, a.head_dim, 1.0F, first, last);
}

template <class Tag>
void local_attention_backward(const LocalAttentionGrad<float>& a) {
  using I = typename Tag::Isa;
  constexpr std::size_t n = kAttentionRows;
  const bool blocks = a.window <= kAttentionWindow;
  alignas(64) float rows[n * kAttentionStride];
  for (std::size_t h = 0; h < a.heads; ++h) {
    std::size_t t = 0;
    if (blocks) {
      for (; t + n <= a.tokens; t += n) local_attention_grad_queries<I, n, true>(a, h, t, rows, kAttentionStride);
      for (; t < a.tokens; ++t) local_attention_grad_queries<I, 1, true>(a, h, t, rows, kAttentionStride);
    } else {
      // The row of scratch that ends as dS holds dP first.
      for (; t < a.tokens; ++t) {
        const std::size_t slot = a.window - keys_seen(a.window, t);
        local_attention_grad_queries<I, 1, false>(a, h, t, a.scratch + t * a.window + slot, 0);
      }
    }
    std::size_t j = 0;
    for (; j + n <= a.tokens; j += n) local_attention_grad_keys<I, n>(a, h, j);
    for (; j < a.tokens; ++j) local_attention_grad_keys<I, 1>(a, h, j);
  }
}

}  // namespace
}  // namespace trm::simd
