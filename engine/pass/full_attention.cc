// Softmax attention over all positions of a canvas, one head of one sequence at a time. Scores are not kept for the
// backward pass but computed again: T x T numbers per head and evaluation would be most of the memory of training.
#include "engine/pass/mixing.h"

namespace trm {

namespace {

/// scratch.scores(queries, T) = softmax(scale q k^T) of one head.
template <class T>
void probabilities(const LayerCall<T>& call, const T* q, const T* k, std::size_t queries, std::size_t tokens) {
  const UnitShape& c = call.shape();
  const simd::Kernels<T>& kernels = call.kernels();
  const LayerScratch<T>& s = call.scratch;
  const std::size_t ld = 3 * c.attention_size();
  const ActivationProduct<T> product(*kernels.matmul, s.packed);
  const std::size_t row = score_row(tokens);
  product.multiply_transposed({q, ld}, {k, ld}, {s.scores, row}, queries, tokens, c.head_dim);
  kernels.softmax(s.scores, row, queries, tokens, call.score_scale());
}

}  // namespace

template <class T>
void LayerCall<T>::rotate(const Sequence<T>& q, T* qkv, bool inverse) const {
  const UnitShape& c = shape();
  const std::size_t a = c.attention_size();
  const std::size_t half = c.head_dim / 2;
  for (std::size_t part = 0; part < 2; ++part) {
    kernels().rope(qkv + q.begin * 3 * a + part * a, 3 * a, net.rope_cos() + q.position * half,
                   net.rope_sin() + q.position * half, q.tokens, c.local_heads(), c.head_dim, inverse);
  }
}

template <class T>
void full_attention(const LayerCall<T>& call) {
  const UnitShape& c = call.shape();
  const LayerScratch<T>& s = call.scratch;
  const ActivationProduct<T> product(*call.kernels().matmul, s.packed);
  const std::size_t a = c.attention_size();
  const std::size_t hd = c.head_dim;
  for (const Sequence<T>& q : call.sequences) {
    const CrewMember::Share own = call.member.share(q.tokens);
    if (c.rope) {
      Sequence<T> rows = q;
      rows.begin += own.begin;
      rows.position += own.begin;
      rows.tokens = own.count();
      call.rotate(rows, call.act.qkv, false);
    }
    call.member.meet();
    for (std::size_t h = 0; h < c.num_heads && own.count() > 0; ++h) {
      const T* head = call.act.qkv + q.begin * 3 * a + h * hd;
      probabilities(call, head + own.begin * 3 * a, head + a, own.count(), q.tokens);
      product.multiply({s.scores, score_row(q.tokens)}, {head + 2 * a, 3 * a},
                       {call.act.attn + (q.begin + own.begin) * a + h * hd, a}, own.count(), hd, q.tokens);
    }
    call.member.meet();
  }
}

template <class T>
void full_attention_backward(const LayerCall<T>& call) {
  const UnitShape& c = call.shape();
  const LayerScratch<T>& s = call.scratch;
  const ActivationProduct<T> product(*call.kernels().matmul, s.packed);
  const std::size_t a = c.attention_size();
  const std::size_t hd = c.head_dim;
  for (const Sequence<T>& q : call.sequences) {
    const std::size_t n = q.tokens;
    const std::size_t row = score_row(n);
    for (std::size_t t = 0; t < n; ++t) {
      T* keys = s.dwide + (q.begin + t) * 3 * a + a;  // gradients of k and v accumulate
      for (std::size_t i = 0; i < 2 * a; ++i) keys[i] = T(0);
    }
    for (std::size_t h = 0; h < c.num_heads; ++h) {
      const T* head = call.act.qkv + q.begin * 3 * a + h * hd;
      const T* dout = s.dact + q.begin * a + h * hd;
      T* dhead = s.dwide + q.begin * 3 * a + h * hd;
      probabilities(call, head, head + a, n, n);
      product.add_transposed_product({s.scores, row}, {dout, a}, {dhead + 2 * a, 3 * a}, n, n, hd);
      product.multiply_transposed({dout, a}, {head + 2 * a, 3 * a}, {s.dscores, row}, n, n, hd);
      call.kernels().softmax_backward(s.scores, s.dscores, s.dscores, row, n, n, call.score_scale());
      product.multiply({s.dscores, row}, {head + a, 3 * a}, {dhead, 3 * a}, n, hd, n);
      product.add_transposed_product({s.dscores, row}, {head, 3 * a}, {dhead + a, 3 * a}, n, n, hd);
    }
    if (c.rope) call.rotate(q, s.dwide, true);
  }
}

#define TRM_INSTANTIATE(T)                                                \
  template void LayerCall<T>::rotate(const Sequence<T>&, T*, bool) const; \
  template void full_attention<T>(const LayerCall<T>&);                   \
  template void full_attention_backward<T>(const LayerCall<T>&);
TRM_INSTANTIATE(float)
TRM_INSTANTIATE(double)
#undef TRM_INSTANTIATE

}  // namespace trm
