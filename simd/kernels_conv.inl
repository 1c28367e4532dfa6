// Depthwise convolution followed by SiLU: causal over a sequence, or over a grid.
namespace trm::simd {
namespace {

template <class Tag>
void conv_silu_forward(const float* x, const float* past, const float* w, float* pre, float* out, std::size_t tokens,
                       std::size_t d, std::size_t k) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  for (std::size_t t = 0; t < tokens; ++t) {
    // Taps before `front` look at rows in front of x.
    const std::size_t front = t + 1 < k ? k - 1 - t : 0;
    each<I>(d, [&](auto at, std::size_t c) TRM_LAMBDA {
      V sum = V::set(0.0F);
      if (past) {
        for (std::size_t j = 0; j < front; ++j) {
          sum = fma(at.load(w + j * d + c), at.load(past + (t + j) * d + c), sum);
        }
      }
      const float* tap = w + front * d + c;
      const float* row = x + (t + front + 1 - k) * d + c;
      for (std::size_t j = front; j < k; ++j, tap += d, row += d) sum = fma(at.load(tap), at.load(row), sum);
      if (pre) at.store(pre + t * d + c, sum);
      at.store(out + t * d + c, sum * sigmoid(sum));
    });
  }
}

template <class Tag>
void conv_silu_backward(const float* x, const float* w, const float* pre, const float* dout, float* dx, float* dw,
                        float* scratch, std::size_t tokens, std::size_t d, std::size_t k) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  each<I>(tokens * d, [&](auto at, std::size_t i) TRM_LAMBDA {
    const V p = at.load(pre + i);
    at.store(scratch + i, at.load(dout + i) * silu_derivative(p, sigmoid(p)));
  });
  for (std::size_t t = 0; t < tokens; ++t) {
    // x[t] is what tap j of row t + k-1-j looked at; the newest tap, of row t itself, comes last.
    const std::size_t first = tokens - t < k ? k - (tokens - t) : 0;
    each<I>(d, [&](auto at, std::size_t c) TRM_LAMBDA {
      V sum = V::set(0.0F);
      for (std::size_t j = first; j < k; ++j) {
        sum = fma(at.load(w + j * d + c), at.load(scratch + (t + (k - 1) - j) * d + c), sum);
      }
      at.store(dx + t * d + c, sum);
    });
  }
  // Four taps at a time, so that four chains of additions run beside each other.
  constexpr std::size_t group = 4;
  for (std::size_t j0 = 0; j0 < k; j0 += group) {
    const std::size_t taps = k - j0 < group ? k - j0 : group;
    each<I>(d, [&](auto at, std::size_t c) TRM_LAMBDA {
      V sum[group];
      for (auto& s : sum) s = V::set(0.0F);
      for (std::size_t t = 0; t < tokens; ++t) {
        const V g = at.load(scratch + t * d + c);
        for (std::size_t j = 0; j < group; ++j) {
          const std::size_t row = t + j0 + j + 1;
          if (j < taps && row >= k) sum[j] = fma(g, at.load(x + (row - k) * d + c), sum[j]);
        }
      }
      for (std::size_t j = 0; j < group; ++j) {
        float* to = dw + (j0 + j) * d + c;
        if (j < taps) at.store(to, at.load(to) + sum[j]);
      }
    });
  }
}

/// Taps [first, last) of a kernel of k whose neighbours of position `at` lie in a side of n.
struct Taps {
  TRM_INLINE Taps(std::size_t at, std::size_t n, std::size_t k)
      : first(at < k / 2 ? k / 2 - at : 0), last(n - at > k / 2 ? k : n - at + k / 2) {}
  std::size_t first, last;
};

template <class Tag>
void grid_conv_silu_forward(const float* x, const float* w, float* pre, float* out, std::size_t rows, std::size_t cols,
                            std::size_t d, std::size_t k) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  for (std::size_t r = 0; r < rows; ++r) {
    const Taps down(r, rows, k);
    for (std::size_t c = 0; c < cols; ++c) {
      const Taps across(c, cols, k);
      const std::size_t at = (r * cols + c) * d;
      each<I>(d, [&](auto access, std::size_t e) TRM_LAMBDA {
        V sum = V::set(0.0F);
        for (std::size_t i = down.first; i < down.last; ++i) {
          const float* tap = w + (i * k + across.first) * d + e;
          const float* cell = x + ((r + i - k / 2) * cols + c + across.first - k / 2) * d + e;
          for (std::size_t j = across.first; j < across.last; ++j, tap += d, cell += d) {
            sum = fma(access.load(tap), access.load(cell), sum);
          }
        }
        if (pre) access.store(pre + at + e, sum);
        access.store(out + at + e, sum * sigmoid(sum));
      });
    }
  }
}

template <class Tag>
void grid_conv_silu_backward(const float* x, const float* w, const float* pre, const float* dout, float* dx, float* dw,
                             float* scratch, std::size_t rows, std::size_t cols, std::size_t d, std::size_t k) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  each<I>(rows * cols * d, [&](auto at, std::size_t i) TRM_LAMBDA {
    const V p = at.load(pre + i);
    at.store(scratch + i, at.load(dout + i) * silu_derivative(p, sigmoid(p)));
  });
  for (std::size_t r = 0; r < rows; ++r) {
    const Taps down(r, rows, k);
    for (std::size_t c = 0; c < cols; ++c) {
      const Taps across(c, cols, k);
      each<I>(d, [&](auto access, std::size_t e) TRM_LAMBDA {
        V sum = V::set(0.0F);
        for (std::size_t i = down.first; i < down.last; ++i) {
          // The neighbour at (i, j) saw this cell through the opposite tap.
          const float* tap = w + ((k - 1 - i) * k + k - 1 - across.first) * d + e;
          const float* cell = scratch + ((r + i - k / 2) * cols + c + across.first - k / 2) * d + e;
          for (std::size_t j = across.first; j < across.last; ++j, tap -= d, cell += d) {
            sum = fma(access.load(tap), access.load(cell), sum);
          }
        }
        access.store(dx + (r * cols + c) * d + e, sum);
      });
    }
  }
  for (std::size_t i = 0; i < k; ++i) {
    const std::size_t top = i < k / 2 ? k / 2 - i : 0;
    const std::size_t bottom = i > k / 2 ? i - k / 2 : 0;
    for (std::size_t j = 0; j < k; ++j) {
      const std::size_t left = j < k / 2 ? k / 2 - j : 0;
      const std::size_t right = j > k / 2 ? j - k / 2 : 0;
      each<I>(d, [&](auto access, std::size_t e) TRM_LAMBDA {
        // A chain of additions per parity of the column hides the latency of fma.
        V even = V::set(0.0F), odd = even;
        for (std::size_t r = top; r + bottom < rows; ++r) {
          const float* g = scratch + (r * cols + left) * d + e;
          const float* cell = x + ((r + i - k / 2) * cols + left + j - k / 2) * d + e;
          std::size_t c = left;
          for (; c + 1 + right < cols; c += 2, g += 2 * d, cell += 2 * d) {
            even = fma(access.load(g), access.load(cell), even);
            odd = fma(access.load(g + d), access.load(cell + d), odd);
          }
          if (c + right < cols) even = fma(access.load(g), access.load(cell), even);
        }
        float* to = dw + (i * k + j) * d + e;
        access.store(to, access.load(to) + (even + odd));
      });
    }
  }
}

}  // namespace
}  // namespace trm::simd
