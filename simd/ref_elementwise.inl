// Scalar norms, activations, convolution, embedding, loss, vector and optimizer kernels.
namespace trm::simd::ref {
namespace {

template <class T>
T sigmoid(T x) {
  return T(1) / (T(1) + std::exp(-x));
}

template <class T>
T silu_derivative(T x) {
  const T s = sigmoid(x);
  return s * (T(1) + x * (T(1) - s));
}

template <class T>
void rms_norm_forward(const T* a, const T* b, T* y, T* rstd, std::size_t rows, std::size_t d, T eps) {
  for (std::size_t r = 0; r < rows; ++r) {
    T sum = 0;
    for (std::size_t i = 0; i < d; ++i) {
      const T v = b ? a[r * d + i] + b[r * d + i] : a[r * d + i];
      sum += v * v;
    }
    const T factor = T(1) / std::sqrt(sum / static_cast<T>(d) + eps);
    for (std::size_t i = 0; i < d; ++i) {
      const T v = b ? a[r * d + i] + b[r * d + i] : a[r * d + i];
      y[r * d + i] = v * factor;
    }
    if (rstd) rstd[r] = factor;
  }
}

template <class T>
void rms_norm_backward(const T* dy, const T* y, const T* rstd, T* dv, std::size_t rows, std::size_t d) {
  for (std::size_t r = 0; r < rows; ++r) {
    T sum = 0;
    for (std::size_t i = 0; i < d; ++i) sum += dy[r * d + i] * y[r * d + i];
    const T mean = sum / static_cast<T>(d);
    for (std::size_t i = 0; i < d; ++i) dv[r * d + i] = rstd[r] * (dy[r * d + i] - y[r * d + i] * mean);
  }
}

template <class T>
void silu_gate_forward(const T* gu, T* out, std::size_t rows, std::size_t n) {
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t i = 0; i < n; ++i) {
      const T g = gu[r * 2 * n + i];
      out[r * n + i] = g * sigmoid(g) * gu[r * 2 * n + n + i];
    }
  }
}

template <class T>
void silu_gate_backward(const T* gu, const T* dout, T* dgu, std::size_t rows, std::size_t n) {
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t i = 0; i < n; ++i) {
      const T g = gu[r * 2 * n + i];
      const T u = gu[r * 2 * n + n + i];
      const T d = dout[r * n + i];
      dgu[r * 2 * n + i] = d * u * silu_derivative(g);
      dgu[r * 2 * n + n + i] = d * g * sigmoid(g);
    }
  }
}

template <class T>
void softmax_row(T* x, std::size_t n) {
  if (n == 0) return;
  T top = x[0];
  for (std::size_t i = 1; i < n; ++i) top = std::max(top, x[i]);
  T sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    x[i] = std::exp(x[i] - top);
    sum += x[i];
  }
  for (std::size_t i = 0; i < n; ++i) x[i] /= sum;
}

template <class T>
void softmax(T* x, std::size_t ldx, std::size_t rows, std::size_t n, T scale) {
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t i = 0; i < n; ++i) x[r * ldx + i] *= scale;
    softmax_row(x + r * ldx, n);
  }
}

template <class T>
void softmax_backward(const T* p, const T* dp, T* dx, std::size_t ld, std::size_t rows, std::size_t n, T scale) {
  for (std::size_t r = 0; r < rows; ++r) {
    T dot = 0;
    for (std::size_t i = 0; i < n; ++i) dot += p[r * ld + i] * dp[r * ld + i];
    for (std::size_t i = 0; i < n; ++i) dx[r * ld + i] = scale * p[r * ld + i] * (dp[r * ld + i] - dot);
  }
}

template <class T>
void conv_silu_forward(const T* x, const T* past, const T* w, T* pre, T* out, std::size_t tokens, std::size_t d,
                       std::size_t k) {
  for (std::size_t t = 0; t < tokens; ++t) {
    for (std::size_t c = 0; c < d; ++c) {
      T sum = 0;
      for (std::size_t j = 0; j < k; ++j) {
        // Row t + j of the sequence with the k-1 past rows in front of it.
        const std::size_t row = t + j;
        if (row >= k - 1) {
          sum += w[j * d + c] * x[(row - (k - 1)) * d + c];
        } else if (past) {
          sum += w[j * d + c] * past[row * d + c];
        }
      }
      if (pre) pre[t * d + c] = sum;
      out[t * d + c] = sum * sigmoid(sum);
    }
  }
}

template <class T>
void conv_silu_backward(const T* x, const T* w, const T* pre, const T* dout, T* dx, T* dw, T* scratch,
                        std::size_t tokens, std::size_t d, std::size_t k) {
  for (std::size_t i = 0; i < tokens * d; ++i) scratch[i] = dout[i] * silu_derivative(pre[i]);
  for (std::size_t t = 0; t < tokens; ++t) {
    for (std::size_t c = 0; c < d; ++c) {
      T sum = 0;
      for (std::size_t j = 0; j < k; ++j) {
        const std::size_t target = t + (k - 1) - j;
        if (target < tokens) sum += w[j * d + c] * scratch[target * d + c];
      }
      dx[t * d + c] = sum;
    }
  }
  for (std::size_t j = 0; j < k; ++j) {
    for (std::size_t c = 0; c < d; ++c) {
      T sum = 0;
      for (std::size_t t = k - 1 - j; t < tokens; ++t) sum += scratch[t * d + c] * x[(t + j - (k - 1)) * d + c];
      dw[j * d + c] += sum;
    }
  }
}

/// Calls f(position, tap, neighbour) for every neighbour that lies inside the grid.
template <class F>
void each_neighbour(std::size_t rows, std::size_t cols, std::size_t k, F&& f) {
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < cols; ++c) {
      for (std::size_t i = 0; i < k; ++i) {
        for (std::size_t j = 0; j < k; ++j) {
          const std::size_t y = r + i - k / 2, x = c + j - k / 2;  // in front of the grid: huge
          if (y < rows && x < cols) f(r * cols + c, i * k + j, y * cols + x);
        }
      }
    }
  }
}

template <class T>
void grid_conv_silu_forward(const T* x, const T* w, T* pre, T* out, std::size_t rows, std::size_t cols, std::size_t d,
                            std::size_t k) {
  std::vector<T> sum(rows * cols * d);
  each_neighbour(rows, cols, k, [&](std::size_t at, std::size_t tap, std::size_t from) {
    for (std::size_t c = 0; c < d; ++c) sum[at * d + c] += w[tap * d + c] * x[from * d + c];
  });
  for (std::size_t i = 0; i < sum.size(); ++i) {
    if (pre) pre[i] = sum[i];
    out[i] = sum[i] * sigmoid(sum[i]);
  }
}

template <class T>
void grid_conv_silu_backward(const T* x, const T* w, const T* pre, const T* dout, T* dx, T* dw, T* scratch,
                             std::size_t rows, std::size_t cols, std::size_t d, std::size_t k) {
  for (std::size_t i = 0; i < rows * cols * d; ++i) {
    scratch[i] = dout[i] * silu_derivative(pre[i]);
    dx[i] = 0;
  }
  std::vector<T> sum(k * k * d);
  each_neighbour(rows, cols, k, [&](std::size_t at, std::size_t tap, std::size_t from) {
    for (std::size_t c = 0; c < d; ++c) {
      dx[from * d + c] += w[tap * d + c] * scratch[at * d + c];
      sum[tap * d + c] += scratch[at * d + c] * x[from * d + c];
    }
  });
  for (std::size_t i = 0; i < sum.size(); ++i) dw[i] += sum[i];
}

template <class T>
void rope(T* x, std::size_t ldx, const T* cos, const T* sin, std::size_t tokens, std::size_t heads,
          std::size_t head_dim, bool inverse) {
  const std::size_t half = head_dim / 2;
  for (std::size_t t = 0; t < tokens; ++t) {
    for (std::size_t h = 0; h < heads; ++h) {
      T* row = x + t * ldx + h * head_dim;
      for (std::size_t i = 0; i < half; ++i) {
        const T c = cos[t * half + i];
        const T s = inverse ? -sin[t * half + i] : sin[t * half + i];
        const T first = row[i];
        const T second = row[half + i];
        row[i] = first * c - second * s;
        row[half + i] = second * c + first * s;
      }
    }
  }
}

template <class T>
void transpose(const T* src, std::size_t lds, T* dst, std::size_t ldd, std::size_t rows, std::size_t cols) {
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < cols; ++c) dst[c * ldd + r] = src[r * lds + c];
  }
}

template <class T>
void gather(const T* table, const std::int32_t* ids, T* out, std::size_t rows, std::size_t d, T factor,
            bool accumulate) {
  for (std::size_t r = 0; r < rows; ++r) {
    const T* row = table + static_cast<std::size_t>(ids[r]) * d;
    for (std::size_t i = 0; i < d; ++i) {
      out[r * d + i] = accumulate ? out[r * d + i] + factor * row[i] : factor * row[i];
    }
  }
}

template <class T>
void scatter_add(const T* dout, const std::int32_t* ids, T* dtable, std::size_t rows, std::size_t d, T factor) {
  for (std::size_t r = 0; r < rows; ++r) {
    T* row = dtable + static_cast<std::size_t>(ids[r]) * d;
    for (std::size_t i = 0; i < d; ++i) row[i] += factor * dout[r * d + i];
  }
}

template <class T>
void cross_entropy(const T* logits, const std::int32_t* targets, T weight, T* loss, T* dlogits, std::size_t rows,
                   std::size_t n) {
  for (std::size_t r = 0; r < rows; ++r) {
    const T* row = logits + r * n;
    if (targets[r] < 0) {
      loss[r] = 0;
      if (dlogits) std::fill(dlogits + r * n, dlogits + (r + 1) * n, T(0));
      continue;
    }
    const auto target = static_cast<std::size_t>(targets[r]);
    const T top = *std::max_element(row, row + n);
    T sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += std::exp(row[i] - top);
    loss[r] = std::log(sum) - (row[target] - top);
    if (!dlogits) continue;
    for (std::size_t i = 0; i < n; ++i) {
      dlogits[r * n + i] = weight * (std::exp(row[i] - top) / sum - (i == target ? T(1) : T(0)));
    }
  }
}

template <class T>
void add(T* y, const T* x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += x[i];
}

template <class T>
void add_to(T* y, const T* a, const T* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = a[i] + b[i];
}

template <class T>
void scale(T* y, T factor, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] *= factor;
}

template <class T>
double sum_squares(const T* x, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  return sum;
}

template <class T>
void ema(T* shadow, const T* x, T rate, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) shadow[i] = rate * shadow[i] + (T(1) - rate) * x[i];
}

template <class T>
void adamw(T* p, T* m, T* v, const T* g, std::size_t n, const OptimizerStep& s) {
  const T keep = static_cast<T>(1 - s.lr * s.weight_decay);
  const T rate1 = static_cast<T>(1 - s.beta1);
  const T rate2 = static_cast<T>(1 - s.beta2);
  const T step = static_cast<T>(s.lr / s.bias1);
  const T root = static_cast<T>(1 / std::sqrt(s.bias2));
  const T eps = static_cast<T>(s.eps);
  const T grad_scale = static_cast<T>(s.grad_scale);
  for (std::size_t i = 0; i < n; ++i) {
    const T grad = g[i] * grad_scale;
    m[i] += rate1 * (grad - m[i]);
    v[i] += rate2 * (grad * grad - v[i]);
    p[i] = p[i] * keep - step * m[i] / (std::sqrt(v[i]) * root + eps);
  }
}

// The bias correction of the first moment stands outside the arctangent, as in the package that the published
// models were trained with (adam-atan2 0.0.3).
template <class T>
void adam_atan2(T* p, T* m, T* v, const T* g, std::size_t n, const OptimizerStep& s) {
  const T keep = static_cast<T>(1 - s.lr * s.weight_decay);
  const T rate1 = static_cast<T>(1 - s.beta1);
  const T rate2 = static_cast<T>(1 - s.beta2);
  const T step = static_cast<T>(s.lr / s.bias1);
  const T root = static_cast<T>(1 / std::sqrt(s.bias2));
  const T grad_scale = static_cast<T>(s.grad_scale);
  for (std::size_t i = 0; i < n; ++i) {
    const T grad = g[i] * grad_scale;
    m[i] += rate1 * (grad - m[i]);
    v[i] += rate2 * (grad * grad - v[i]);
    p[i] = p[i] * keep - step * std::atan2(m[i], std::sqrt(v[i]) * root);
  }
}

}  // namespace
}  // namespace trm::simd::ref
