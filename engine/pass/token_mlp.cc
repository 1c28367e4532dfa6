// The token-mixing half of the published `mlp_t` models: a SwiGLU that acts on the positions of each channel. The
// canvas is transposed, so each channel of each sample is a row of T numbers, and the norm runs over positions.
#include "engine/pass/mixing.h"

namespace trm {

namespace {

enum class To : unsigned char { channels, positions };

/// Every sample of the batch from (T, D) to (D, T), or back.
template <class T>
void turn(const LayerCall<T>& call, const T* from, T* to, To direction) {
  const std::size_t d = call.shape().hidden_size;
  for (const Sequence<T>& q : call.sequences) {
    const std::size_t at = q.begin * d;
    if (direction == To::channels) {
      call.kernels().transpose(from + at, d, to + at, q.tokens, q.tokens, d);
    } else {
      call.kernels().transpose(from + at, q.tokens, to + at, d, d, q.tokens);
    }
  }
}

}  // namespace

template <class T>
void token_mlp(const LayerCall<T>& call, const T* h1) {
  const UnitShape& c = call.shape();
  const LayerActivations<T>& a = call.act;
  const std::size_t n = call.sequences.size() * c.hidden_size;
  turn(call, h1, a.token_in, To::channels);
  call.weights().token_gate_up.apply(a.token_in, a.token_gu, n);
  call.kernels().silu_gate_forward(a.token_gu, a.token_act, n, c.token_intermediate);
  call.weights().token_down.apply(a.token_act, call.scratch.tokens, n);
  call.kernels().rms_norm_forward(a.token_in, call.scratch.tokens, a.token_out, a.rstd2, n, c.positions, call.eps());
  turn(call, a.token_out, a.h2, To::positions);
}

template <class T>
void token_mlp_backward(const LayerCall<T>& call, T* d, T* grad) {
  const UnitShape& c = call.shape();
  const LayerActivations<T>& a = call.act;
  const LayerScratch<T>& s = call.scratch;
  const std::size_t n = call.sequences.size() * c.hidden_size;
  turn(call, d, s.tokens, To::channels);
  call.kernels().rms_norm_backward(s.tokens, a.token_out, a.rstd2, s.tokens, n, c.positions);
  call.weights().token_down.apply_backward(s.tokens, a.token_act, call.slot(grad, call.ids().token_down), s.dact, n,
                                           false);
  call.kernels().silu_gate_backward(a.token_gu, s.dact, s.dwide, n, c.token_intermediate);
  call.weights().token_gate_up.apply_backward(s.dwide, a.token_in, call.slot(grad, call.ids().token_gate_up), s.tokens,
                                              n, true);
  turn(call, s.tokens, d, To::positions);
}

#define TRM_INSTANTIATE(T)                                   \
  template void token_mlp<T>(const LayerCall<T>&, const T*); \
  template void token_mlp_backward<T>(const LayerCall<T>&, T*, T*);
TRM_INSTANTIATE(float)
TRM_INSTANTIATE(double)
#undef TRM_INSTANTIATE

}  // namespace trm
