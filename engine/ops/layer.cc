#include "engine/ops/layer.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace trm {

namespace {

template <class T>
T score_scale(const ModelConfig& c) {
  return static_cast<T>(1.0 / std::sqrt(static_cast<double>(c.head_dim)));
}

/// Guards the denominator of linear attention; small against one key's feature sum (each feature is at least e^-x).
template <class T>
constexpr T kLinearEps = static_cast<T>(1e-6);

template <class T>
const T* layer_bias(const ModelConfig& c, const PackedLayer<T>& w, std::size_t index) {
  return w.bias == nullptr ? nullptr : w.bias + index * c.local_heads() * c.window;
}

/// One linear layer y(rows, out) = x W^T.
template <class T>
void linear(const simd::Kernels<T>& k, const PackedLinear<T>& w, const T* x, T* y, std::size_t rows) {
  k.matmul(x, w.in, w.forward.data(), y, w.out, rows, w.out, w.in, false);
}

template <class T>
void convolution(const Network<T>& net, const PackedLayer<T>& w, std::span<const Sequence<T>> sequences,
                 std::size_t rows, const T* in, const LayerActivations<T>& a, const LayerScratch<T>& s, bool cached) {
  const ModelConfig& c = net.config();
  const simd::Kernels<T>& k = net.kernels();
  const std::size_t d = c.hidden_size;
  for (const Sequence<T>& q : sequences) {
    const T* x = in + q.begin * d;
    k.conv_silu_forward(x, cached ? q.state.conv : nullptr, w.depthwise,
                        a.conv_pre == nullptr ? nullptr : a.conv_pre + q.begin * d, a.conv + q.begin * d, q.tokens, d,
                        c.conv_kernel);
    if (cached && c.conv_kernel > 1) {
      const std::size_t keep = c.conv_kernel - 1;
      const std::size_t fresh = std::min(keep, q.tokens);
      std::memmove(q.state.conv, q.state.conv + fresh * d, (keep - fresh) * d * sizeof(T));
      std::memcpy(q.state.conv + (keep - fresh) * d, x + (q.tokens - fresh) * d, fresh * d * sizeof(T));
    }
  }
  linear(k, w.pointwise, a.conv, s.rows, rows);
  k.rms_norm_forward(in, s.rows, a.h1, a.rstd1, rows, d, static_cast<T>(c.rms_norm_eps));
}

/// Rotates q and k of the local heads of one sequence in place.
template <class T>
void rotate(const Network<T>& net, const Sequence<T>& q, T* qkv, bool inverse) {
  const ModelConfig& c = net.config();
  const std::size_t a = c.attention_size();
  const std::size_t half = c.head_dim / 2;
  for (std::size_t part = 0; part < 2; ++part) {
    net.kernels().rope(qkv + q.begin * 3 * a + part * a, 3 * a, net.rope_cos() + q.position * half,
                       net.rope_sin() + q.position * half, q.tokens, c.local_heads(), c.head_dim, inverse);
  }
}

template <class T>
void attention(const Network<T>& net, const PackedLayer<T>& w, std::size_t index,
               std::span<const Sequence<T>> sequences, const LayerActivations<T>& act, const LayerScratch<T>& s,
               bool cached) {
  const ModelConfig& c = net.config();
  const simd::Kernels<T>& k = net.kernels();
  const std::size_t a = c.attention_size();
  const std::size_t local = c.local_size();
  for (const Sequence<T>& q : sequences) {
    if (c.rope) rotate(net, q, act.qkv, false);
    const T* rows = act.qkv + q.begin * 3 * a;
    T* out = act.attn + q.begin * a;
    if (local > 0) {
      simd::LocalAttention<T> l{};
      l.heads = c.local_heads();
      l.head_dim = c.head_dim;
      l.window = c.window;
      l.tokens = q.tokens;
      l.q = rows;
      l.ldq = 3 * a;
      l.bias = layer_bias(c, w, index);
      l.scale = score_scale<T>(c);
      l.out = out;
      l.ldo = a;
      l.probs = act.probs == nullptr ? nullptr : act.probs + q.begin * c.local_heads() * c.window;
      l.scratch = s.window;
      if (cached) {
        const std::size_t capacity = q.state.capacity;
        k.transpose(rows + a, 3 * a, q.state.kt + q.past, capacity, q.tokens, local);
        for (std::size_t t = 0; t < q.tokens; ++t) {
          std::memcpy(q.state.v + (q.past + t) * local, rows + t * 3 * a + 2 * a, local * sizeof(T));
        }
        l.past = q.past;
        l.kt = q.state.kt;
        l.ldkt = capacity;
        l.v = q.state.v;
        l.ldv = local;
      } else {
        k.transpose(rows + a, 3 * a, s.kt, q.tokens, q.tokens, local);
        l.kt = s.kt;
        l.ldkt = q.tokens;
        l.v = rows + 2 * a;
        l.ldv = 3 * a;
      }
      k.local_attention_forward(l);
    }
    if (c.global_heads > 0) {
      simd::LinearAttention<T> g{};
      g.heads = c.global_heads;
      g.head_dim = c.head_dim;
      g.tokens = q.tokens;
      g.q = rows + local;
      g.k = rows + a + local;
      g.v = rows + 2 * a + local;
      g.ldqkv = 3 * a;
      g.decay = w.decay.data() + index * c.global_heads;
      g.eps = kLinearEps<T>;
      g.out = out + local;
      g.ldo = a;
      if (cached) {
        g.state = q.state.linear;
        g.norm = q.state.norm;
      } else {
        const std::size_t matrices = c.global_size() * c.head_dim;
        std::memset(s.linear, 0, (matrices + c.global_size()) * sizeof(T));
        g.state = s.linear;
        g.norm = s.linear + matrices;
      }
      k.linear_attention_forward(g);
    }
  }
}

template <class T>
void forward(const Network<T>& net, std::size_t layer, std::size_t index, std::span<const Sequence<T>> sequences,
             std::size_t rows, const T* in, const LayerActivations<T>& act, const LayerScratch<T>& s, bool cached) {
  const ModelConfig& c = net.config();
  const simd::Kernels<T>& k = net.kernels();
  const PackedLayer<T>& w = net.layer(layer);
  const T eps = static_cast<T>(c.rms_norm_eps);
  const T* h1 = in;
  if (c.conv_kernel > 0) {
    convolution(net, w, sequences, rows, in, act, s, cached);
    h1 = act.h1;
  }
  linear(k, w.qkv, h1, act.qkv, rows);
  attention(net, w, index, sequences, act, s, cached);
  linear(k, w.o, static_cast<const T*>(act.attn), s.rows, rows);
  k.rms_norm_forward(h1, s.rows, act.h2, act.rstd2, rows, c.hidden_size, eps);
  linear(k, w.gate_up, static_cast<const T*>(act.h2), act.gu, rows);
  k.silu_gate_forward(act.gu, act.act, rows, c.intermediate_size);
  linear(k, w.down, static_cast<const T*>(act.act), s.rows, rows);
  k.rms_norm_forward(act.h2, s.rows, act.out, act.rstd3, rows, c.hidden_size, eps);
}

template <class T>
void attention_backward(const Network<T>& net, const PackedLayer<T>& w, const LayerTensors& ids, std::size_t index,
                        std::span<const Sequence<T>> sequences, const LayerActivations<T>& act,
                        const LayerScratch<T>& s, T* grad) {
  const ModelConfig& c = net.config();
  const simd::Kernels<T>& k = net.kernels();
  const std::size_t a = c.attention_size();
  const std::size_t local = c.local_size();
  auto slot = [&](std::size_t id) { return grad + net.registry().tensors[id].offset; };
  for (const Sequence<T>& q : sequences) {
    const T* rows = act.qkv + q.begin * 3 * a;
    const T* dout = s.dact + q.begin * a;
    T* dqkv = s.dwide + q.begin * 3 * a;
    if (local > 0) {
      k.transpose(rows + 2 * a, 3 * a, s.kt, q.tokens, q.tokens, local);
      simd::LocalAttentionGrad<T> l{};
      l.heads = c.local_heads();
      l.head_dim = c.head_dim;
      l.window = c.window;
      l.tokens = q.tokens;
      l.q = rows;
      l.ldq = 3 * a;
      l.k = rows + a;
      l.ldk = 3 * a;
      l.vt = s.kt;
      l.ldvt = q.tokens;
      l.probs = act.probs + q.begin * c.local_heads() * c.window;
      l.dout = dout;
      l.lddo = a;
      l.scale = score_scale<T>(c);
      l.dq = dqkv;
      l.dk = dqkv + a;
      l.dv = dqkv + 2 * a;
      l.lddqkv = 3 * a;
      l.dbias = w.bias == nullptr ? nullptr : slot(ids.bias) + index * c.local_heads() * c.window;
      l.scratch = s.attention;
      k.local_attention_backward(l);
    }
    if (c.global_heads > 0) {
      simd::LinearAttentionGrad<T> g{};
      g.heads = c.global_heads;
      g.head_dim = c.head_dim;
      g.tokens = q.tokens;
      g.q = rows + local;
      g.k = rows + a + local;
      g.v = rows + 2 * a + local;
      g.ldqkv = 3 * a;
      g.decay = w.decay.data() + index * c.global_heads;
      g.eps = kLinearEps<T>;
      g.out = act.attn + q.begin * a + local;
      g.ldo = a;
      g.dout = dout + local;
      g.lddo = a;
      g.dq = dqkv + local;
      g.dk = dqkv + a + local;
      g.dv = dqkv + 2 * a + local;
      g.lddqkv = 3 * a;
      // The kernel gives the gradient of the decay; the parameter is its logit.
      T* ddecay = s.linear;
      std::fill_n(ddecay, c.global_heads, T(0));
      g.ddecay = ddecay;
      g.scratch = s.attention;
      k.linear_attention_backward(g);
      T* dlogit = slot(ids.decay) + index * c.global_heads;
      for (std::size_t h = 0; h < c.global_heads; ++h) dlogit[h] += ddecay[h] * g.decay[h] * (T(1) - g.decay[h]);
    }
    if (c.rope) rotate(net, q, s.dwide, true);
  }
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
                   std::size_t rows, const T* in, const LayerActivations<T>& act, const LayerScratch<T>& s) {
  forward(net, layer, index, sequences, rows, in, act, s, false);
}

template <class T>
void layer_forward_cached(const Network<T>& net, std::size_t layer, std::size_t index,
                          std::span<const Sequence<T>> sequences, std::size_t rows, const T* in,
                          const LayerActivations<T>& act, const LayerScratch<T>& s) {
  forward(net, layer, index, sequences, rows, in, act, s, true);
}

template <class T>
void layer_backward(const Network<T>& net, std::size_t layer, std::size_t index, std::span<const Sequence<T>> sequences,
                    std::size_t rows, const T* in, const LayerActivations<T>& act, const LayerScratch<T>& s, T* d,
                    T* grad) {
  const ModelConfig& c = net.config();
  const simd::Kernels<T>& k = net.kernels();
  const PackedLayer<T>& w = net.layer(layer);
  const LayerTensors& ids = net.registry().layers[layer];
  const std::size_t dim = c.hidden_size;
  const T* h1 = c.conv_kernel > 0 ? act.h1 : in;
  auto slot = [&](std::size_t id) { return grad + net.registry().tensors[id].offset; };
  // Gradient of one linear layer: dW += dy^T x; dx = dy W, or dx += dy W.
  auto linear_backward = [&](const PackedLinear<T>& l, std::size_t id, const T* dy, const T* x, T* dx,
                             bool accumulate) {
    k.matmul_weight_grad(dy, l.out, x, l.in, slot(id), l.in, rows, l.out, l.in);
    k.matmul(dy, l.out, l.backward.data(), dx, l.in, rows, l.in, l.out, accumulate);
  };

  k.rms_norm_backward(d, act.out, act.rstd3, d, rows, dim);
  linear_backward(w.down, ids.down, d, act.act, s.dact, false);
  k.silu_gate_backward(act.gu, s.dact, s.dwide, rows, c.intermediate_size);
  linear_backward(w.gate_up, ids.gate_up, s.dwide, act.h2, d, true);

  k.rms_norm_backward(d, act.h2, act.rstd2, d, rows, dim);
  linear_backward(w.o, ids.o, d, act.attn, s.dact, false);
  attention_backward(net, w, ids, index, sequences, act, s, grad);
  linear_backward(w.qkv, ids.qkv, s.dwide, h1, d, true);

  if (c.conv_kernel > 0) {
    k.rms_norm_backward(d, act.h1, act.rstd1, d, rows, dim);
    linear_backward(w.pointwise, ids.pointwise, d, act.conv, s.dact, false);
    for (const Sequence<T>& q : sequences) {
      const std::size_t at = q.begin * dim;
      k.conv_silu_backward(in + at, w.depthwise, act.conv_pre + at, s.dact + at, s.dconv + at, slot(ids.depthwise),
                           s.attention, q.tokens, dim, c.conv_kernel);
    }
    k.add(d, s.dconv, rows * dim);
  }
}

#define TRM_INSTANTIATE(T)                                                                                          \
  template void layer_forward<T>(const Network<T>&, std::size_t, std::size_t, std::span<const Sequence<T>>,         \
                                 std::size_t, const T*, const LayerActivations<T>&, const LayerScratch<T>&);        \
  template void layer_forward_cached<T>(const Network<T>&, std::size_t, std::size_t, std::span<const Sequence<T>>,  \
                                        std::size_t, const T*, const LayerActivations<T>&, const LayerScratch<T>&); \
  template void layer_backward<T>(const Network<T>&, std::size_t, std::size_t, std::span<const Sequence<T>>,        \
                                  std::size_t, const T*, const LayerActivations<T>&, const LayerScratch<T>&, T*, T*);
TRM_INSTANTIATE(float)
TRM_INSTANTIATE(double)
#undef TRM_INSTANTIATE

}  // namespace trm
