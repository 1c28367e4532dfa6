// The attention of the lightweight unit and of the causal transformer: a window of the past, and a decaying summary of
// all of it.
#include <algorithm>
#include <cstring>

#include "engine/pass/mixing.h"

namespace trm {

namespace {

/// Guards the denominator of linear attention; small against one key's feature sum (each feature is at least e^-x).
template <class T>
constexpr T kLinearEps = static_cast<T>(1e-6);

template <class T>
const T* layer_bias(const LayerCall<T>& call) {
  const T* bias = call.weights().bias;
  return bias == nullptr ? nullptr : bias + call.index * call.shape().local_heads() * call.shape().window;
}

}  // namespace

template <class T>
void causal_attention(const LayerCall<T>& call) {
  const UnitShape& c = call.shape();
  const simd::Kernels<T>& k = call.kernels();
  const LayerActivations<T>& act = call.act;
  const LayerScratch<T>& s = call.scratch;
  const std::size_t a = c.attention_size();
  const std::size_t local = c.local_size();
  std::size_t next = 0;  // row of act.attn
  for (const Sequence<T>& q : call.sequences) {
    if (c.rope) call.rotate(q, act.qkv, false);
    const T* rows = act.qkv + q.begin * 3 * a;
    const std::size_t unread = call.last ? q.unread : 0;
    T* out = act.attn + next * a;
    next += q.tokens - unread;
    if (local > 0) {
      simd::LocalAttention<T> l{};
      l.heads = c.local_heads();
      l.head_dim = c.head_dim;
      l.window = c.window;
      l.tokens = q.tokens - unread;
      l.q = rows + unread * 3 * a;
      l.ldq = 3 * a;
      l.bias = layer_bias(call);
      l.scale = call.score_scale();
      l.out = out;
      l.ldo = a;
      l.probs = act.probs == nullptr ? nullptr : act.probs + q.begin * c.local_heads() * c.window;
      l.scratch = s.window;
      if (call.cached) {
        const std::size_t capacity = q.state.capacity;
        k.transpose(rows + a, 3 * a, q.state.kt + q.past, capacity, q.tokens, local);
        for (std::size_t t = 0; t < q.tokens; ++t) {
          std::memcpy(q.state.v + (q.past + t) * local, rows + t * 3 * a + 2 * a, local * sizeof(T));
        }
        l.past = q.past + unread;
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
      g.decay = call.weights().decay.data() + call.index * c.global_heads;
      g.eps = kLinearEps<T>;
      g.out = out + local;
      g.ldo = a;
      if (call.cached) {
        g.state = q.state.linear;
        g.norm = q.state.norm;
      } else {
        const std::size_t matrices = c.global_size() * c.head_dim;
        std::memset(s.linear, 0, (matrices + c.global_size()) * sizeof(T));
        g.state = s.linear;
        g.norm = s.linear + matrices;
      }
      if (unread > 0) {
        // All of them leave their output in one row, which is overwritten; it is there, since fewer rows are read.
        g.tokens = unread;
        g.ldo = 0;
        k.linear_attention_forward(g);
        g.tokens = q.tokens - unread;
        g.q += unread * g.ldqkv;
        g.k += unread * g.ldqkv;
        g.v += unread * g.ldqkv;
        g.ldo = a;
      }
      k.linear_attention_forward(g);
    }
  }
}

template <class T>
void causal_attention_backward(const LayerCall<T>& call, T* grad) {
  const UnitShape& c = call.shape();
  const simd::Kernels<T>& k = call.kernels();
  const LayerActivations<T>& act = call.act;
  const LayerScratch<T>& s = call.scratch;
  const std::size_t a = c.attention_size();
  const std::size_t local = c.local_size();
  for (const Sequence<T>& q : call.sequences) {
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
      l.scale = call.score_scale();
      l.dq = dqkv;
      l.dk = dqkv + a;
      l.dv = dqkv + 2 * a;
      l.lddqkv = 3 * a;
      l.dbias = call.weights().bias == nullptr
                    ? nullptr
                    : call.slot(grad, call.ids().bias) + call.index * c.local_heads() * c.window;
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
      g.decay = call.weights().decay.data() + call.index * c.global_heads;
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
      T* dlogit = call.slot(grad, call.ids().decay) + call.index * c.global_heads;
      for (std::size_t h = 0; h < c.global_heads; ++h) dlogit[h] += ddecay[h] * g.decay[h] * (T(1) - g.decay[h]);
    }
    if (c.rope) call.rotate(q, s.dwide, true);
  }
}

#define TRM_INSTANTIATE(T)                                \
  template void causal_attention<T>(const LayerCall<T>&); \
  template void causal_attention_backward<T>(const LayerCall<T>&, T*);
TRM_INSTANTIATE(float)
TRM_INSTANTIATE(double)
#undef TRM_INSTANTIATE

}  // namespace trm
