// The token-mixing half of the published `mlp_t` models: a SwiGLU that acts on the positions of each channel. The
// canvas is transposed, so each channel of each sample is a row of T numbers, and the norm runs over positions.
#include "engine/pass/mixing.h"

namespace trm {

namespace {

enum class To : unsigned char { channels, positions };

/// The member's channels of every sample of the batch from (T, D) to (D, T), or back.
template <class T>
void turn(const LayerCall<T>& call, const T* from, T* to, To direction) {
  const std::size_t d = call.shape().hidden_size;
  const CrewMember::Share own = call.member.share(d);
  for (const Sequence<T>& q : call.sequences) {
    const std::size_t by_position = q.begin * d + own.begin, by_channel = q.begin * d + own.begin * q.tokens;
    if (direction == To::channels) {
      call.kernels().transpose(from + by_position, d, to + by_channel, q.tokens, q.tokens, own.count());
    } else {
      call.kernels().transpose(from + by_channel, q.tokens, to + by_position, d, own.count(), q.tokens);
    }
  }
}

}  // namespace

template <class T>
void token_mlp(const LayerCall<T>& call, const T* h1) {
  const UnitShape& c = call.shape();
  const LayerActivations<T>& a = call.act;
  // A crew has one sequence; alone, the channels of all sequences are in one piece.
  const CrewMember::Share own = call.member.share(call.sequences.size() * c.hidden_size);
  const std::size_t n = own.count(), t = c.positions, wide = c.token_intermediate;
  T* in = a.token_in + own.begin * t;
  T* gate_up = a.token_gu + own.begin * 2 * wide;
  T* gated = a.token_act + own.begin * wide;
  T* down = call.scratch.tokens + own.begin * t;
  call.member.meet();
  turn(call, h1, a.token_in, To::channels);
  call.weights().token_gate_up.apply(in, gate_up, n);
  call.kernels().silu_gate_forward(gate_up, gated, n, wide);
  call.weights().token_down.apply(gated, down, n);
  call.kernels().rms_norm_forward(in, down, a.token_out + own.begin * t,
                                  a.rstd2 == nullptr ? nullptr : a.rstd2 + own.begin, n, t, call.eps());
  turn(call, a.token_out, a.h2, To::positions);
  call.member.meet();
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
