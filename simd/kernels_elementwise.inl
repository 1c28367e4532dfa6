// Norms, activations, softmax and loss, rows and plain vectors.
namespace trm::simd {
namespace {

template <class Tag>
void rms_norm_forward(const float* a, const float* b, float* y, float* rstd, std::size_t rows, std::size_t d,
                      float eps) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  for (std::size_t r = 0; r < rows; ++r, a += d, y += d) {
    // Products and sums are not fused here: the result has the same bits on every instruction set.
    const float squares = b ? sum16<I>(d,
                                       [&](auto at, std::size_t i) TRM_LAMBDA {
                                         const V v = at.load(a + i) + at.load(b + i);
                                         return v * v;
                                       })
                            : sum16<I>(d, [&](auto at, std::size_t i) TRM_LAMBDA {
                                const V v = at.load(a + i);
                                return v * v;
                              });
    const float factor = 1.0F / __builtin_sqrtf(squares / static_cast<float>(d) + eps);
    const V f = V::set(factor);
    if (b) {
      each<I>(d, [&](auto at, std::size_t i) TRM_LAMBDA { at.store(y + i, (at.load(a + i) + at.load(b + i)) * f); });
      b += d;
    } else {
      each<I>(d, [&](auto at, std::size_t i) TRM_LAMBDA { at.store(y + i, at.load(a + i) * f); });
    }
    if (rstd) rstd[r] = factor;
  }
}

template <class Tag>
void rms_norm_backward(const float* dy, const float* y, const float* rstd, float* dv, std::size_t rows, std::size_t d) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  for (std::size_t r = 0; r < rows; ++r, dy += d, y += d, dv += d) {
    const float dot = sum16<I>(d, [&](auto at, std::size_t i) TRM_LAMBDA { return at.load(dy + i) * at.load(y + i); });
    const V mean = V::set(dot / static_cast<float>(d));
    const V f = V::set(rstd[r]);
    each<I>(
        d, [&](auto at, std::size_t i) TRM_LAMBDA { at.store(dv + i, f * (at.load(dy + i) - at.load(y + i) * mean)); });
  }
}

template <class Tag>
void silu_gate_forward(const float* gu, float* out, std::size_t rows, std::size_t n) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  for (std::size_t r = 0; r < rows; ++r, gu += 2 * n, out += n) {
    each<I>(n, [&](auto at, std::size_t i) TRM_LAMBDA {
      const V g = at.load(gu + i);
      at.store(out + i, g * sigmoid(g) * at.load(gu + n + i));
    });
  }
}

template <class Tag>
void silu_gate_backward(const float* gu, const float* dout, float* dgu, std::size_t rows, std::size_t n) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  for (std::size_t r = 0; r < rows; ++r, gu += 2 * n, dgu += 2 * n, dout += n) {
    each<I>(n, [&](auto at, std::size_t i) TRM_LAMBDA {
      const V g = at.load(gu + i);
      const V u = at.load(gu + n + i);
      const V d = at.load(dout + i);
      const V s = sigmoid(g);
      at.store(dgu + i, d * u * silu_derivative(g, s));
      at.store(dgu + n + i, d * g * s);
    });
  }
}

template <class I>
TRM_INLINE float row_max(const float* x, std::size_t n) {
  using V = Vec<I>;
  constexpr float lowest = -std::numeric_limits<float>::infinity();
  V top = V::set(lowest);
  each<I>(n, [&](auto at, std::size_t i) TRM_LAMBDA { top = max(at.load_or(x + i, lowest), top); });
  return max(top);
}

/// out(n) = e^(x - top), which may be x; returns the sum. No x is above top.
template <class I>
TRM_INLINE float exp_row(const float* x, float* out, std::size_t n, float top) {
  using V = Vec<I>;
  const V shift = V::set(top);
  return sum16<I>(n, [&](auto at, std::size_t i) TRM_LAMBDA {
    const V e = exp<I, false>(at.load_or(x + i, -std::numeric_limits<float>::infinity()) - shift);
    at.store(out + i, e);
    return e;
  });
}

/// A row of so many registers, the last of which `tail` reads and writes: it stays in registers, and so nothing waits
/// for what has just been stored. The same bits as the loops over memory.
template <class I, std::size_t Registers, class Tail>
TRM_INLINE void softmax_row(float* x, Vec<I> scale, Tail tail) {
  using V = Vec<I>;
  constexpr std::size_t width = V::kWidth, parts = 16 / width, last = (Registers - 1) * width;
  constexpr float lowest = -std::numeric_limits<float>::infinity();
  V v[Registers];
  V top = V::set(lowest);
  for_each_const<Registers>([&](auto r) TRM_LAMBDA {
    constexpr std::size_t at = decltype(r)::kValue;
    v[at] = (at * width < last ? V::load(x + at * width) : tail.load(x + at * width)) * scale;
    top = max(at * width < last ? v[at] : tail.keep(v[at], lowest), top);
  });
  const V shift = V::set(max(top));
  V sums[parts];
  for (V& s : sums) s = V::set(0.0F);
  for_each_const<Registers>([&](auto r) TRM_LAMBDA {
    constexpr std::size_t at = decltype(r)::kValue;
    v[at] = exp<I, false>(v[at] - shift);
    V& s = sums[at % parts];
    s = s + (at * width < last ? v[at] : tail.keep(v[at], 0.0F));
  });
  for (std::size_t step = parts / 2; step > 0; step /= 2) {
    for (std::size_t p = 0; p < step; ++p) sums[p] = sums[p] + sums[p + step];
  }
  const V factor = V::set(1.0F / sum(sums[0]));
  for_each_const<Registers>([&](auto r) TRM_LAMBDA {
    constexpr std::size_t at = decltype(r)::kValue;
    if (at * width < last) {
      (v[at] * factor).store(x + at * width);
    } else {
      tail.store(x + at * width, v[at] * factor);
    }
  });
}

/// NaN or +infinity anywhere in a row, or nothing but -infinity, makes all of it NaN.
template <class Tag>
void softmax(float* x, std::size_t ldx, std::size_t rows, std::size_t n, float scale) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  constexpr std::size_t width = V::kWidth;
  constexpr std::size_t most = width == 4 ? 4 : 8;  // half of the registers that there are, at least
  const V s = V::set(scale);
  if (n == 0) return;
  if (n <= most * width) {
    const std::size_t rest = n % width;
    with_const<most>((n + width - 1) / width, [&](auto registers) TRM_LAMBDA {
      constexpr std::size_t count = decltype(registers)::kValue;
      for (std::size_t r = 0; r < rows; ++r) {
        if (rest == 0) {
          softmax_row<I, count>(x + r * ldx, s, Whole<V>{});
        } else {
          softmax_row<I, count>(x + r * ldx, s, Part<I>{rest});
        }
      }
    });
    return;
  }
  for (std::size_t r = 0; r < rows; ++r, x += ldx) {
    each<I>(n, [&](auto at, std::size_t i) TRM_LAMBDA { at.store(x + i, at.load(x + i) * s); });
    const V factor = V::set(1.0F / exp_row<I>(x, x, n, row_max<I>(x, n)));
    each<I>(n, [&](auto at, std::size_t i) TRM_LAMBDA { at.store(x + i, at.load(x + i) * factor); });
  }
}

template <class Tag>
void softmax_backward(const float* p, const float* dp, float* dx, std::size_t ld, std::size_t rows, std::size_t n,
                      float scale) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  const V factor = V::set(scale);
  for (std::size_t r = 0; r < rows; ++r, p += ld, dp += ld, dx += ld) {
    const V dot =
        V::set(sum16<I>(n, [&](auto at, std::size_t i) TRM_LAMBDA { return at.load(p + i) * at.load(dp + i); }));
    each<I>(n, [&](auto at, std::size_t i)
                   TRM_LAMBDA { at.store(dx + i, factor * (at.load(p + i) * (at.load(dp + i) - dot))); });
  }
}

template <class Tag>
void cross_entropy(const float* logits, const std::int32_t* targets, float weight, float* loss, float* dlogits,
                   std::size_t rows, std::size_t n) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  for (std::size_t r = 0; r < rows; ++r) {
    const float* row = logits + r * n;
    float* grad = dlogits ? dlogits + r * n : nullptr;
    if (targets[r] < 0) {
      loss[r] = 0.0F;
      if (grad) each<I>(n, [&](auto at, std::size_t i) TRM_LAMBDA { at.store(grad + i, V::set(0.0F)); });
      continue;
    }
    const auto target = static_cast<std::size_t>(targets[r]);
    const float highest = row_max<I>(row, n);
    const float hit = row[target] - highest;  // before the gradient overwrites it
    const V top = V::set(highest);
    // exp(-infinity) is 0: the lanes behind the row add nothing.
    const float total = sum16<I>(n, [&](auto at, std::size_t i) TRM_LAMBDA {
      return exp<I, false>(at.load_or(row + i, -std::numeric_limits<float>::infinity()) - top);
    });
    loss[r] = __builtin_logf(total) - hit;
    if (!grad) continue;
    const float hit_probability = static_cast<float>(__builtin_expf(hit)) / total;
    const V factor = V::set(weight / total);
    each<I>(n, [&](auto at, std::size_t i)
                   TRM_LAMBDA { at.store(grad + i, exp<I, false>(at.load(row + i) - top) * factor); });
    grad[target] = weight * (hit_probability - 1.0F);
  }
}

template <class Tag>
void rope(float* x, std::size_t ldx, const float* cos, const float* sin, std::size_t tokens, std::size_t heads,
          std::size_t head_dim, bool inverse) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  const std::size_t half = head_dim / 2;
  const V direction = V::set(inverse ? -1.0F : 1.0F);
  for (std::size_t t = 0; t < tokens; ++t) {
    for (std::size_t h = 0; h < heads; ++h) {
      float* first = x + t * ldx + h * head_dim;
      float* second = first + half;
      each<I>(half, [&](auto at, std::size_t i) TRM_LAMBDA {
        const V c = at.load(cos + t * half + i);
        const V s = at.load(sin + t * half + i) * direction;
        const V a = at.load(first + i);
        const V b = at.load(second + i);
        at.store(first + i, fma(a, c, -(b * s)));
        at.store(second + i, fma(b, c, a * s));
      });
    }
  }
}

template <class Tag>
void transpose(const float* src, std::size_t lds, float* dst, std::size_t ldd, std::size_t rows, std::size_t cols) {
  // Squares of 4 in registers, on every instruction set.
  constexpr std::size_t side = 4;
  const std::size_t whole_rows = rows / side * side;
  const std::size_t whole_cols = cols / side * side;
  for (std::size_t r = 0; r < whole_rows; r += side) {
    for (std::size_t c = 0; c < whole_cols; c += side) {
      const float* from = src + r * lds + c;
      float* to = dst + c * ldd + r;
      const Float4 r0 = Plain::load(from);
      const Float4 r1 = Plain::load(from + lds);
      const Float4 r2 = Plain::load(from + 2 * lds);
      const Float4 r3 = Plain::load(from + 3 * lds);
      const Float4 low01 = __builtin_shufflevector(r0, r1, 0, 4, 1, 5);
      const Float4 low23 = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
      const Float4 high01 = __builtin_shufflevector(r0, r1, 2, 6, 3, 7);
      const Float4 high23 = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
      Plain::store(to, __builtin_shufflevector(low01, low23, 0, 1, 4, 5));
      Plain::store(to + ldd, __builtin_shufflevector(low01, low23, 2, 3, 6, 7));
      Plain::store(to + 2 * ldd, __builtin_shufflevector(high01, high23, 0, 1, 4, 5));
      Plain::store(to + 3 * ldd, __builtin_shufflevector(high01, high23, 2, 3, 6, 7));
    }
    for (std::size_t c = whole_cols; c < cols; ++c) {
      for (std::size_t i = r; i < r + side; ++i) dst[c * ldd + i] = src[i * lds + c];
    }
  }
  for (std::size_t r = whole_rows; r < rows; ++r) {
    for (std::size_t c = 0; c < cols; ++c) dst[c * ldd + r] = src[r * lds + c];
  }
}

template <class Tag>
void gather(const float* table, const std::int32_t* ids, float* out, std::size_t rows, std::size_t d, float factor,
            bool accumulate) {
  using I = typename Tag::Isa;
  const Vec<I> f = Vec<I>::set(factor);
  for (std::size_t r = 0; r < rows; ++r, out += d) {
    const float* row = table + static_cast<std::size_t>(ids[r]) * d;
    if (accumulate) {
      each<I>(
          d, [&](auto at, std::size_t i) TRM_LAMBDA { at.store(out + i, fma(f, at.load(row + i), at.load(out + i))); });
    } else {
      each<I>(d, [&](auto at, std::size_t i) TRM_LAMBDA { at.store(out + i, f * at.load(row + i)); });
    }
  }
}

template <class Tag>
void scatter_add(const float* dout, const std::int32_t* ids, float* dtable, std::size_t rows, std::size_t d,
                 float factor) {
  using I = typename Tag::Isa;
  const Vec<I> f = Vec<I>::set(factor);
  for (std::size_t r = 0; r < rows; ++r, dout += d) {
    float* row = dtable + static_cast<std::size_t>(ids[r]) * d;
    each<I>(d,
            [&](auto at, std::size_t i) TRM_LAMBDA { at.store(row + i, fma(f, at.load(dout + i), at.load(row + i))); });
  }
}

template <class Tag>
void add(float* y, const float* x, std::size_t n) {
  each<typename Tag::Isa>(n,
                          [&](auto at, std::size_t i) TRM_LAMBDA { at.store(y + i, at.load(y + i) + at.load(x + i)); });
}

template <class Tag>
void add_to(float* y, const float* a, const float* b, std::size_t n) {
  each<typename Tag::Isa>(n,
                          [&](auto at, std::size_t i) TRM_LAMBDA { at.store(y + i, at.load(a + i) + at.load(b + i)); });
}

template <class Tag>
void scale(float* y, float factor, std::size_t n) {
  using I = typename Tag::Isa;
  const Vec<I> f = Vec<I>::set(factor);
  each<I>(n, [&](auto at, std::size_t i) TRM_LAMBDA { at.store(y + i, at.load(y + i) * f); });
}

/// Sixteen lanes of doubles and the tree of sum16: the same bits on every instruction set (a square of a float is
/// exact in double).
template <class Tag>
double sum_squares(const float* x, std::size_t n) {
  double lane[16] = {};
  std::size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    for (std::size_t l = 0; l < 16; ++l) {
      const double v = static_cast<double>(x[i + l]);
      lane[l] += v * v;
    }
  }
  for (std::size_t l = 0; i + l < n; ++l) {
    const double v = static_cast<double>(x[i + l]);
    lane[l] += v * v;
  }
  for (std::size_t step = 8; step > 0; step /= 2) {
    for (std::size_t l = 0; l < step; ++l) lane[l] += lane[l + step];
  }
  return lane[0];
}

template <class Tag>
void ema(float* shadow, const float* x, float rate, std::size_t n) {
  using I = typename Tag::Isa;
  const Vec<I> keep = Vec<I>::set(rate);
  const Vec<I> take = Vec<I>::set(1.0F - rate);
  each<I>(n, [&](auto at, std::size_t i)
                 TRM_LAMBDA { at.store(shadow + i, fma(keep, at.load(shadow + i), take * at.load(x + i))); });
}

/// The part that both optimizers share: f(m, v) is the direction of the step.
template <class I, class F>
TRM_INLINE void adam(float* p, float* m, float* v, const float* g, std::size_t n, const OptimizerStep& s, F&& f) {
  using V = Vec<I>;
  const V keep = V::set(static_cast<float>(1 - s.lr * s.weight_decay));
  const V rate1 = V::set(static_cast<float>(1 - s.beta1));
  const V rate2 = V::set(static_cast<float>(1 - s.beta2));
  const V step = V::set(static_cast<float>(-s.lr / s.bias1));
  const V grad_scale = V::set(static_cast<float>(s.grad_scale));
  each<I>(n, [&](auto at, std::size_t i) TRM_LAMBDA {
    const V grad = at.load(g + i) * grad_scale;
    const V m0 = at.load(m + i);
    const V v0 = at.load(v + i);
    const V m1 = fma(rate1, grad - m0, m0);
    const V v1 = fma(rate2, grad * grad - v0, v0);
    at.store(m + i, m1);
    at.store(v + i, v1);
    at.store(p + i, fma(step, f(m1, v1), at.load(p + i) * keep));
  });
}

template <class Tag>
void adamw(float* p, float* m, float* v, const float* g, std::size_t n, const OptimizerStep& s) {
  using V = Vec<typename Tag::Isa>;
  const V root = V::set(static_cast<float>(1 / __builtin_sqrt(s.bias2)));
  const V eps = V::set(static_cast<float>(s.eps));
  adam<typename Tag::Isa>(p, m, v, g, n, s, [&](V m1, V v1) TRM_LAMBDA { return m1 / fma(sqrt(v1), root, eps); });
}

// The bias correction of the first moment stands outside the arctangent, as in adam-atan2 0.0.3.
template <class Tag>
void adam_atan2(float* p, float* m, float* v, const float* g, std::size_t n, const OptimizerStep& s) {
  using V = Vec<typename Tag::Isa>;
  const V root = V::set(static_cast<float>(1 / __builtin_sqrt(s.bias2)));
  adam<typename Tag::Isa>(p, m, v, g, n, s, [&](V m1, V v1) TRM_LAMBDA { return atan2_right(m1, sqrt(v1) * root); });
}

}  // namespace
}  // namespace trm::simd
