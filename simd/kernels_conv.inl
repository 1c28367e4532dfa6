// Causal depthwise convolution followed by SiLU.
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

}  // namespace
}  // namespace trm::simd
