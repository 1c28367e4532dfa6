// Linear attention with decay. A head's state is small (head_dim^2 floats): it stays in L1 over all tokens.
namespace trm::simd {
namespace {

/// phi(x) = elu(x) + 1.
template <class I>
TRM_INLINE Vec<I> phi(Vec<I> x) {
  const Vec<I> zero = Vec<I>::set(0.0F);
  return if_greater(x, zero, x + Vec<I>::set(1.0F), exp(x));
}
template <class I>
TRM_INLINE Vec<I> phi_derivative(Vec<I> x) {
  const Vec<I> zero = Vec<I>::set(0.0F);
  return if_greater(x, zero, Vec<I>::set(1.0F), exp(x));
}

/// Features are needed one by one as factors of rows: a block of them at a time lies on the stack.
constexpr std::size_t kFeatureBlock = 64;

template <class I>
TRM_INLINE void features(const float* x, float* out, std::size_t n) {
  each<I>(n, [&](auto at, std::size_t i) TRM_LAMBDA { at.store(out + i, phi(at.load(x + i))); });
}

template <class I>
void linear_attention_forward_in(const LinearAttention<float>& a) {
  using V = Vec<I>;
  const std::size_t hd = a.head_dim;
  alignas(64) float query[kFeatureBlock];
  alignas(64) float key[kFeatureBlock];
  for (std::size_t h = 0; h < a.heads; ++h) {
    const V decay = V::set(a.decay[h]);
    for (std::size_t t = 0; t < a.tokens; ++t) {
      const std::size_t at_token = t * a.ldqkv + h * hd;
      const float* v = a.v + at_token;
      float* out = a.out + t * a.ldo + h * hd;
      float den = a.eps;
      for (std::size_t i0 = 0; i0 < hd; i0 += kFeatureBlock) {
        const std::size_t count = hd - i0 < kFeatureBlock ? hd - i0 : kFeatureBlock;
        features<I>(a.q + at_token + i0, query, count);
        features<I>(a.k + at_token + i0, key, count);
        float* norm = a.norm + h * hd + i0;
        den += sum16<I>(count, [&](auto at, std::size_t i) TRM_LAMBDA {
          const V n = fma(decay, at.load(norm + i), at.load(key + i));
          at.store(norm + i, n);
          return n * at.load(query + i);
        });
        float* state = a.state + (h * hd + i0) * hd;
        each<I>(hd, [&](auto at, std::size_t j) TRM_LAMBDA {
          const V value = at.load(v + j);
          V num = i0 == 0 ? V::set(0.0F) : at.load(out + j);
          for (std::size_t i = 0; i < count; ++i) {
            const V s = fma(V::set(key[i]), value, decay * at.load(state + i * hd + j));
            at.store(state + i * hd + j, s);
            num = fma(V::set(query[i]), s, num);
          }
          at.store(out + j, num);
        });
      }
      const V factor = V::set(1.0F / den);
      each<I>(hd, [&](auto at, std::size_t j) TRM_LAMBDA { at.store(out + j, at.load(out + j) * factor); });
    }
  }
}

template <class Tag>
void linear_attention_forward(const LinearAttention<float>& a) {
  using Small = typename Half<typename Tag::Isa>::Type;
  if (a.head_dim <= Vec<Small>::kWidth) {
    linear_attention_forward_in<Small>(a);
  } else {
    linear_attention_forward_in<typename Tag::Isa>(a);
  }
}

template <class Tag>
void linear_attention_backward(const LinearAttentionGrad<float>& a) {
  using I = typename Tag::Isa;
  using V = Vec<I>;
  const std::size_t hd = a.head_dim;
  const std::size_t block = hd * (hd + 1);  // a state, then its norm
  alignas(64) float query[kFeatureBlock];
  alignas(64) float key[kFeatureBlock];
  const V zero = V::set(0.0F);
  for (std::size_t h = 0; h < a.heads; ++h) {
    const V decay = V::set(a.decay[h]);
    float* states = a.scratch;  // entry t+1 is the state after token t
    each<I>(block, [&](auto at, std::size_t i) TRM_LAMBDA { at.store(states + i, zero); });
    for (std::size_t t = 0; t < a.tokens; ++t) {
      const std::size_t at_token = t * a.ldqkv + h * hd;
      const float* before = states + t * block;
      float* after = states + (t + 1) * block;
      for (std::size_t i0 = 0; i0 < hd; i0 += kFeatureBlock) {
        const std::size_t count = hd - i0 < kFeatureBlock ? hd - i0 : kFeatureBlock;
        features<I>(a.k + at_token + i0, key, count);
        for (std::size_t i = 0; i < count; ++i) {
          const V f = V::set(key[i]);
          const std::size_t row = (i0 + i) * hd;
          each<I>(hd, [&](auto at, std::size_t j) TRM_LAMBDA {
            at.store(after + row + j, fma(f, at.load(a.v + at_token + j), decay * at.load(before + row + j)));
          });
        }
        const std::size_t n0 = hd * hd + i0;
        each<I>(count, [&](auto at, std::size_t i) TRM_LAMBDA {
          at.store(after + n0 + i, fma(decay, at.load(before + n0 + i), at.load(key + i)));
        });
      }
    }
    float* grad = states + (a.tokens + 1) * block;  // gradient of the state after the current token
    each<I>(block, [&](auto at, std::size_t i) TRM_LAMBDA { at.store(grad + i, zero); });
    for (std::size_t t = a.tokens; t-- > 0;) {
      const std::size_t at_token = t * a.ldqkv + h * hd;
      const float* before = states + t * block;
      const float* after = states + (t + 1) * block;
      const float* q = a.q + at_token;
      const float* k = a.k + at_token;
      const float* v = a.v + at_token;
      const float* out = a.out + t * a.ldo + h * hd;
      const float* dout = a.dout + t * a.lddo + h * hd;
      float* dq = a.dq + t * a.lddqkv + h * hd;
      float* dk = a.dk + t * a.lddqkv + h * hd;
      float* dv = a.dv + t * a.lddqkv + h * hd;
      const float den = a.eps + sum16<I>(hd, [&](auto at, std::size_t i) TRM_LAMBDA {
                          // Lanes behind the end: phi(0) = 1, but the norm there reads as 0.
                          return phi(at.load(q + i)) * at.load(after + hd * hd + i);
                        });
      const float inverse = 1.0F / den;
      const float dden = -inverse * sum16<I>(hd, [&](auto at, std::size_t i)
                                                     TRM_LAMBDA { return at.load(dout + i) * at.load(out + i); });
      for (std::size_t i0 = 0; i0 < hd; i0 += kFeatureBlock) {
        const std::size_t count = hd - i0 < kFeatureBlock ? hd - i0 : kFeatureBlock;
        features<I>(q + i0, query, count);
        for (std::size_t i = 0; i < count; ++i) {
          const std::size_t row = (i0 + i) * hd;
          const V f = V::set(query[i] * inverse);
          const float dot = sum16<I>(hd, [&](auto at, std::size_t j) TRM_LAMBDA {
            const V g = at.load(dout + j);
            at.store(grad + row + j, fma(f, g, at.load(grad + row + j)));
            return g * at.load(after + row + j);
          });
          dq[i0 + i] = dot * inverse;
        }
        const V d = V::set(dden);
        const std::size_t n0 = hd * hd + i0;
        each<I>(count, [&](auto at, std::size_t i) TRM_LAMBDA {
          at.store(grad + n0 + i, fma(d, at.load(query + i), at.load(grad + n0 + i)));
          const V sum = fma(d, at.load(after + n0 + i), at.load(dq + i0 + i));
          at.store(dq + i0 + i, sum * phi_derivative(at.load(q + i0 + i)));
        });
      }
      for (std::size_t i0 = 0; i0 < hd; i0 += kFeatureBlock) {
        const std::size_t count = hd - i0 < kFeatureBlock ? hd - i0 : kFeatureBlock;
        const float* rows = grad + i0 * hd;
        features<I>(k + i0, key, count);
        each<I>(hd, [&](auto at, std::size_t j) TRM_LAMBDA {
          V sum = i0 == 0 ? zero : at.load(dv + j);
          for (std::size_t i = 0; i < count; ++i) sum = fma(at.load(rows + i * hd + j), V::set(key[i]), sum);
          at.store(dv + j, sum);
        });
        for (std::size_t i = 0; i < count; ++i) {
          dk[i0 + i] = sum16<I>(
              hd, [&](auto at, std::size_t j) TRM_LAMBDA { return at.load(rows + i * hd + j) * at.load(v + j); });
        }
        const float* norms = grad + hd * hd + i0;
        each<I>(count, [&](auto at, std::size_t i) TRM_LAMBDA {
          const V sum = at.load(dk + i0 + i) + at.load(norms + i);
          at.store(dk + i0 + i, sum * phi_derivative(at.load(k + i0 + i)));
        });
      }
      // The gradient fades as it goes to the token before.
      a.ddecay[h] += sum16<I>(block, [&](auto at, std::size_t i) TRM_LAMBDA {
        const V g = at.load(grad + i);
        at.store(grad + i, g * decay);
        return g * at.load(before + i);
      });
    }
  }
}

}  // namespace
}  // namespace trm::simd
