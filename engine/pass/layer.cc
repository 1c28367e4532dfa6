#include "engine/pass/layer.h"

#include <algorithm>
#include <cstring>

#include "engine/pass/mixing.h"

namespace trm {

namespace {

template <class T>
void convolution(const LayerCall<T>& call, const T* in) {
  const UnitShape& c = call.shape();
  const simd::Kernels<T>& k = call.kernels();
  const LayerActivations<T>& a = call.act;
  const std::size_t d = c.hidden_size;
  for (const Sequence<T>& q : call.sequences) {
    const T* x = in + q.begin * d;
    if (c.grid_columns > 0) {
      k.grid_conv_silu_forward(x, call.weights().depthwise, a.conv_pre == nullptr ? nullptr : a.conv_pre + q.begin * d,
                               a.conv + q.begin * d, q.tokens / c.grid_columns, c.grid_columns, d, c.conv_kernel);
      continue;
    }
    k.conv_silu_forward(x, call.cached ? q.state.conv : nullptr, call.weights().depthwise,
                        a.conv_pre == nullptr ? nullptr : a.conv_pre + q.begin * d, a.conv + q.begin * d, q.tokens, d,
                        c.conv_kernel);
    if (call.cached && c.conv_kernel > 1) {
      const std::size_t keep = c.conv_kernel - 1;
      const std::size_t fresh = std::min(keep, q.tokens);
      std::memmove(q.state.conv, q.state.conv + fresh * d, (keep - fresh) * d * sizeof(T));
      std::memcpy(q.state.conv + (keep - fresh) * d, x + (q.tokens - fresh) * d, fresh * d * sizeof(T));
    }
  }
  call.weights().pointwise.apply(a.conv, call.scratch.rows, call.rows);
  k.rms_norm_forward(in, call.scratch.rows, a.h1, a.rstd1, call.rows, d, call.eps());
}

template <class T>
void convolution_backward(const LayerCall<T>& call, const T* in, T* d, T* grad) {
  const UnitShape& c = call.shape();
  const simd::Kernels<T>& k = call.kernels();
  const LayerActivations<T>& a = call.act;
  const LayerScratch<T>& s = call.scratch;
  const std::size_t dim = c.hidden_size;
  k.rms_norm_backward(d, a.h1, a.rstd1, d, call.rows, dim);
  call.weights().pointwise.apply_backward(d, a.conv, call.slot(grad, call.ids().pointwise), s.dact, call.rows, false);
  for (const Sequence<T>& q : call.sequences) {
    const std::size_t at = q.begin * dim;
    if (c.grid_columns > 0) {
      k.grid_conv_silu_backward(in + at, call.weights().depthwise, a.conv_pre + at, s.dact + at, s.dconv + at,
                                call.slot(grad, call.ids().depthwise), s.rows, q.tokens / c.grid_columns,
                                c.grid_columns, dim, c.conv_kernel);
      continue;
    }
    k.conv_silu_backward(in + at, call.weights().depthwise, a.conv_pre + at, s.dact + at, s.dconv + at,
                         call.slot(grad, call.ids().depthwise), s.attention, q.tokens, dim, c.conv_kernel);
  }
  k.add(d, s.dconv, call.rows * dim);
}

/// The rows of h1 that are read, one sequence after another.
template <class T>
void take_read_rows(const LayerCall<T>& call, const T* h1, T* to) {
  const std::size_t d = call.shape().hidden_size;
  for (const Sequence<T>& q : call.sequences) {
    std::memcpy(to, h1 + (q.begin + q.unread) * d, q.read() * d * sizeof(T));
    to += q.read() * d;
  }
}

/// The same call for the rows that are read.
template <class T>
LayerCall<T> of_read_rows(const LayerCall<T>& call) {
  LayerCall<T> out = call;
  out.rows = 0;
  for (const Sequence<T>& q : call.sequences) out.rows += q.read();
  return out;
}

/// act.h2 = N(h1 + W_o attention(W_qkv h1)).
template <class T>
void attention(const LayerCall<T>& call, const T* h1) {
  const LayerActivations<T>& a = call.act;
  call.apply(call.weights().qkv, h1, a.qkv);
  if (call.shape().mixing == Mixing::causal) {
    causal_attention(call);
  } else {
    full_attention(call);
  }
  if (call.last) {
    const LayerCall<T> rest = of_read_rows(call);
    rest.apply(call.weights().o, a.attn, call.scratch.rows);
    take_read_rows(call, h1, a.h2);
    rest.norm(a.h2, call.scratch.rows, a.h2, a.rstd2);
    return;
  }
  call.apply(call.weights().o, a.attn, call.scratch.rows);
  call.norm(h1, call.scratch.rows, a.h2, a.rstd2);
}

template <class T>
void attention_backward(const LayerCall<T>& call, const T* h1, T* d, T* grad) {
  const LayerActivations<T>& a = call.act;
  const LayerScratch<T>& s = call.scratch;
  call.kernels().rms_norm_backward(d, a.h2, a.rstd2, d, call.rows, call.shape().hidden_size);
  call.weights().o.apply_backward(d, a.attn, call.slot(grad, call.ids().o), s.dact, call.rows, false);
  if (call.shape().mixing == Mixing::causal) {
    causal_attention_backward(call, grad);
  } else {
    full_attention_backward(call);
  }
  call.weights().qkv.apply_backward(s.dwide, h1, call.slot(grad, call.ids().qkv), d, call.rows, true);
}

/// act.out = N(h2 + SwiGLU(h2)).
template <class T>
void channel_mlp(const LayerCall<T>& call) {
  const UnitShape& c = call.shape();
  const LayerActivations<T>& a = call.act;
  const CrewMember::Share r = call.mine();
  const std::size_t i = c.intermediate_size;
  call.apply(call.weights().gate_up, a.h2, a.gu);
  call.kernels().silu_gate_forward(a.gu + r.begin * 2 * i, a.act + r.begin * i, r.count(), i);
  call.apply(call.weights().down, a.act, call.scratch.rows);
  call.norm(a.h2, call.scratch.rows, a.out, a.rstd3);
}

template <class T>
void channel_mlp_backward(const LayerCall<T>& call, T* d, T* grad) {
  const UnitShape& c = call.shape();
  const simd::Kernels<T>& k = call.kernels();
  const LayerActivations<T>& a = call.act;
  const LayerScratch<T>& s = call.scratch;
  k.rms_norm_backward(d, a.out, a.rstd3, d, call.rows, c.hidden_size);
  call.weights().down.apply_backward(d, a.act, call.slot(grad, call.ids().down), s.dact, call.rows, false);
  k.silu_gate_backward(a.gu, s.dact, s.dwide, call.rows, c.intermediate_size);
  call.weights().gate_up.apply_backward(s.dwide, a.h2, call.slot(grad, call.ids().gate_up), d, call.rows, true);
}

template <class T>
void forward(const LayerCall<T>& call, const T* in) {
  const T* h1 = in;
  if (call.shape().conv_kernel > 0) {
    convolution(call, in);
    h1 = call.act.h1;
  }
  if (call.shape().mixing == Mixing::mlp) {
    token_mlp(call, h1);
  } else {
    attention(call, h1);
  }
  channel_mlp(call.last ? of_read_rows(call) : call);
}

}  // namespace

std::size_t state_capacity(const ModelConfig& c) {
  return c.rope ? c.max_tokens : c.window - 1 + state_chunk(c);
}

std::size_t state_chunk(const ModelConfig& c) {
  // A quarter of the window of slack moves each key four times in its life at the most.
  return c.rope ? c.max_tokens : std::max<std::size_t>(16, c.window / 4);
}

template <class T>
void layer_forward(const Network<T>& net, std::size_t layer, std::size_t index, std::span<const Sequence<T>> sequences,
                   std::size_t rows, const T* in, const LayerActivations<T>& act, const LayerScratch<T>& s,
                   const CrewMember& member) {
  forward(LayerCall<T>{net, layer, index, sequences, rows, act, s, false, member}, in);
}

template <class T>
void layer_forward_cached(const Network<T>& net, std::size_t layer, std::size_t index,
                          std::span<const Sequence<T>> sequences, std::size_t rows, const T* in,
                          const LayerActivations<T>& act, const LayerScratch<T>& s, bool last) {
  forward(LayerCall<T>{net, layer, index, sequences, rows, act, s, true, {}, last}, in);
}

template <class T>
void layer_backward(const Network<T>& net, std::size_t layer, std::size_t index, std::span<const Sequence<T>> sequences,
                    std::size_t rows, const T* in, const LayerActivations<T>& act, const LayerScratch<T>& s, T* d,
                    T* grad) {
  const LayerCall<T> call{net, layer, index, sequences, rows, act, s, false};
  const bool convolves = net.shape().conv_kernel > 0;
  const T* h1 = convolves ? act.h1 : in;
  channel_mlp_backward(call, d, grad);
  if (net.shape().mixing == Mixing::mlp) {
    token_mlp_backward(call, d, grad);
  } else {
    attention_backward(call, h1, d, grad);
  }
  if (convolves) convolution_backward(call, in, d, grad);
}

#define TRM_INSTANTIATE(T)                                                                                         \
  template void layer_forward<T>(const Network<T>&, std::size_t, std::size_t, std::span<const Sequence<T>>,        \
                                 std::size_t, const T*, const LayerActivations<T>&, const LayerScratch<T>&,        \
                                 const CrewMember&);                                                               \
  template void layer_forward_cached<T>(const Network<T>&, std::size_t, std::size_t, std::span<const Sequence<T>>, \
                                        std::size_t, const T*, const LayerActivations<T>&, const LayerScratch<T>&, \
                                        bool);                                                                     \
  template void layer_backward<T>(const Network<T>&, std::size_t, std::size_t, std::span<const Sequence<T>>,       \
                                  std::size_t, const T*, const LayerActivations<T>&, const LayerScratch<T>&, T*, T*);
TRM_INSTANTIATE(float)
TRM_INSTANTIATE(double)
#undef TRM_INSTANTIATE

}  // namespace trm
