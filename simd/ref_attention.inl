// Scalar attention kernels, forward and backward.
namespace trm::simd::ref {
namespace {

template <class T>
void local_attention_forward(const LocalAttention<T>& a) {
  for (std::size_t h = 0; h < a.heads; ++h) {
    for (std::size_t t = 0; t < a.tokens; ++t) {
      const std::size_t end = a.past + t + 1;
      const std::size_t seen = std::min(end, a.window);
      const std::size_t first = end - seen;
      const std::size_t slot = a.window - seen;
      const T* q = a.q + t * a.ldq + h * a.head_dim;
      T* p = a.scratch;
      T top = 0;
      for (std::size_t j = 0; j < seen; ++j) {
        T dot = 0;
        for (std::size_t d = 0; d < a.head_dim; ++d) dot += q[d] * a.kt[(h * a.head_dim + d) * a.ldkt + first + j];
        p[j] = dot * a.scale + (a.bias ? a.bias[h * a.window + slot + j] : T(0));
        top = j == 0 ? p[j] : std::max(top, p[j]);
      }
      T sum = 0;
      for (std::size_t j = 0; j < seen; ++j) {
        p[j] = std::exp(p[j] - top);
        sum += p[j];
      }
      for (std::size_t j = 0; j < seen; ++j) p[j] /= sum;
      for (std::size_t d = 0; d < a.head_dim; ++d) {
        T dot = 0;
        for (std::size_t j = 0; j < seen; ++j) dot += p[j] * a.v[(first + j) * a.ldv + h * a.head_dim + d];
        a.out[t * a.ldo + h * a.head_dim + d] = dot;
      }
      if (a.probs) {
        T* kept = a.probs + (h * a.tokens + t) * a.window;
        for (std::size_t s = 0; s < a.window; ++s) kept[s] = s < slot ? T(0) : p[s - slot];
      }
    }
  }
}

template <class T>
void local_attention_backward(const LocalAttentionGrad<T>& a) {
  const std::size_t hd = a.head_dim;
  for (std::size_t h = 0; h < a.heads; ++h) {
    for (std::size_t t = 0; t < a.tokens; ++t) {
      for (std::size_t d = 0; d < hd; ++d) {
        const std::size_t at = t * a.lddqkv + h * hd + d;
        a.dq[at] = a.dk[at] = a.dv[at] = T(0);
      }
    }
    for (std::size_t t = 0; t < a.tokens; ++t) {
      const std::size_t seen = std::min(t + 1, a.window);
      const std::size_t first = t + 1 - seen;
      const std::size_t slot = a.window - seen;
      const T* p = a.probs + (h * a.tokens + t) * a.window + slot;
      const T* dout = a.dout + t * a.lddo + h * hd;
      const T* q = a.q + t * a.ldq + h * hd;
      T* ds = a.scratch;
      T mean = 0;
      for (std::size_t j = 0; j < seen; ++j) {
        T dot = 0;
        for (std::size_t d = 0; d < hd; ++d) dot += dout[d] * a.vt[(h * hd + d) * a.ldvt + first + j];
        ds[j] = dot;
        mean += p[j] * dot;
      }
      for (std::size_t j = 0; j < seen; ++j) {
        ds[j] = p[j] * (ds[j] - mean);
        if (a.dbias) a.dbias[h * a.window + slot + j] += ds[j];
        const T* k = a.k + (first + j) * a.ldk + h * hd;
        for (std::size_t d = 0; d < hd; ++d) {
          a.dq[t * a.lddqkv + h * hd + d] += a.scale * ds[j] * k[d];
          a.dk[(first + j) * a.lddqkv + h * hd + d] += a.scale * ds[j] * q[d];
          a.dv[(first + j) * a.lddqkv + h * hd + d] += p[j] * dout[d];
        }
      }
    }
  }
}

// phi(x) = elu(x) + 1 and its derivative.
template <class T>
T phi(T x) {
  return x > T(0) ? x + T(1) : std::exp(x);
}
template <class T>
T phi_derivative(T x) {
  return x > T(0) ? T(1) : std::exp(x);
}

template <class T>
void linear_attention_forward(const LinearAttention<T>& a) {
  const std::size_t hd = a.head_dim;
  for (std::size_t h = 0; h < a.heads; ++h) {
    T* state = a.state + h * hd * hd;
    T* norm = a.norm + h * hd;
    for (std::size_t t = 0; t < a.tokens; ++t) {
      const std::size_t at = t * a.ldqkv + h * hd;
      T den = a.eps;
      for (std::size_t i = 0; i < hd; ++i) {
        const T key = phi(a.k[at + i]);
        for (std::size_t j = 0; j < hd; ++j) state[i * hd + j] = a.decay[h] * state[i * hd + j] + key * a.v[at + j];
        norm[i] = a.decay[h] * norm[i] + key;
        den += phi(a.q[at + i]) * norm[i];
      }
      for (std::size_t j = 0; j < hd; ++j) {
        T num = 0;
        for (std::size_t i = 0; i < hd; ++i) num += phi(a.q[at + i]) * state[i * hd + j];
        a.out[t * a.ldo + h * hd + j] = num / den;
      }
    }
  }
}

template <class T>
void linear_attention_backward(const LinearAttentionGrad<T>& a) {
  const std::size_t hd = a.head_dim;
  const std::size_t block = hd * (hd + 1);  // a state and its norm
  for (std::size_t h = 0; h < a.heads; ++h) {
    const T decay = a.decay[h];
    T* states = a.scratch;  // entry t+1 is the state after token t
    std::fill(states, states + block, T(0));
    for (std::size_t t = 0; t < a.tokens; ++t) {
      const std::size_t at = t * a.ldqkv + h * hd;
      const T* before = states + t * block;
      T* after = states + (t + 1) * block;
      for (std::size_t i = 0; i < hd; ++i) {
        const T key = phi(a.k[at + i]);
        for (std::size_t j = 0; j < hd; ++j) after[i * hd + j] = decay * before[i * hd + j] + key * a.v[at + j];
        after[hd * hd + i] = decay * before[hd * hd + i] + key;
      }
    }
    T* grad = states + (a.tokens + 1) * block;  // gradient of the state after the current token
    std::fill(grad, grad + block, T(0));
    for (std::size_t t = a.tokens; t-- > 0;) {
      const std::size_t at = t * a.ldqkv + h * hd;
      const T* before = states + t * block;
      const T* after = states + (t + 1) * block;
      const T* out = a.out + t * a.ldo + h * hd;
      const T* dout = a.dout + t * a.lddo + h * hd;
      T* dq = a.dq + t * a.lddqkv + h * hd;
      T* dk = a.dk + t * a.lddqkv + h * hd;
      T* dv = a.dv + t * a.lddqkv + h * hd;
      T den = a.eps;
      T dden = 0;
      for (std::size_t i = 0; i < hd; ++i) {
        den += phi(a.q[at + i]) * after[hd * hd + i];
        dden -= dout[i] * out[i];
      }
      dden /= den;
      for (std::size_t i = 0; i < hd; ++i) {
        const T query = phi(a.q[at + i]);
        T sum = dden * after[hd * hd + i];
        for (std::size_t j = 0; j < hd; ++j) {
          const T dnum = dout[j] / den;
          sum += after[i * hd + j] * dnum;
          grad[i * hd + j] += query * dnum;
        }
        grad[hd * hd + i] += query * dden;
        dq[i] = sum * phi_derivative(a.q[at + i]);
      }
      for (std::size_t j = 0; j < hd; ++j) dv[j] = T(0);
      T ddecay = 0;
      for (std::size_t i = 0; i < hd; ++i) {
        const T key = phi(a.k[at + i]);
        T sum = grad[hd * hd + i];
        ddecay += grad[hd * hd + i] * before[hd * hd + i];
        for (std::size_t j = 0; j < hd; ++j) {
          sum += grad[i * hd + j] * a.v[at + j];
          dv[j] += grad[i * hd + j] * key;
          ddecay += grad[i * hd + j] * before[i * hd + j];
        }
        dk[i] = sum * phi_derivative(a.k[at + i]);
      }
      a.ddecay[h] += ddecay;
      for (std::size_t i = 0; i < block; ++i) grad[i] *= decay;
    }
  }
}

}  // namespace
}  // namespace trm::simd::ref
