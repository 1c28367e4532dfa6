#include "engine/pass/canvas.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace trm {

namespace {

/// The published code averages tokens and learned positions with this rounded 1/sqrt(2).
constexpr double kLearnedScale = 0.707106781;

double embed_scale(const CanvasConfig& c) {
  return std::sqrt(static_cast<double>(c.hidden_size)) *
         (c.pos_encodings == PosEncodings::learned ? kLearnedScale : 1.0);
}

}  // namespace

UnitShape unit_shape(const CanvasConfig& c) {
  UnitShape u;
  u.mixing = c.mlp_t ? Mixing::mlp : Mixing::attention;
  u.hidden_size = c.hidden_size;
  u.num_heads = c.num_heads;
  u.head_dim = c.head_dim();
  u.conv_kernel = c.conv_kernel;
  u.grid_columns = c.conv_kernel > 0 ? c.grid_columns() : 0;
  u.intermediate_size = c.mlp_inner(c.hidden_size);
  u.positions = c.total_len();
  u.token_intermediate = c.mlp_t ? c.mlp_inner(c.total_len()) : 0;
  u.rope = !c.mlp_t && c.pos_encodings == PosEncodings::rope;
  u.rope_theta = c.rope_theta;
  u.rms_norm_eps = c.rms_norm_eps;
  return u;
}

template <class T>
void canvas_embed(const CanvasNetwork<T>& net, const std::int32_t* tokens, const T* const* rows, T* x,
                  std::size_t samples) {
  const CanvasConfig& c = net.config();
  const Registry& r = net.registry();
  const std::size_t d = c.hidden_size;
  const std::size_t prefix = c.prefix_len() * d;
  const std::size_t canvas = c.total_len() * d;
  const T scale = static_cast<T>(embed_scale(c));
  for (std::size_t b = 0; b < samples; ++b) {
    T* out = x + b * canvas;
    std::fill_n(out, prefix, T(0));
    for (std::size_t i = 0; i < c.puzzle_emb_ndim; ++i) out[i] = scale * rows[b][i];
    net.kernels().gather(net.tensor(r.embed_tokens), tokens + b * c.seq_len, out + prefix, c.seq_len, d, scale, false);
    if (r.embed_pos != LayerTensors::kNone) {
      const T* pos = net.tensor(r.embed_pos);
      for (std::size_t i = 0; i < canvas; ++i) out[i] += scale * pos[i];
    }
  }
}

template <class T>
void canvas_embed_backward(const CanvasNetwork<T>& net, const std::int32_t* tokens, const T* dx, T* grad,
                           T* row_gradients, std::size_t samples) {
  const CanvasConfig& c = net.config();
  const Registry& r = net.registry();
  const std::size_t d = c.hidden_size;
  const std::size_t prefix = c.prefix_len() * d;
  const std::size_t canvas = c.total_len() * d;
  const T scale = static_cast<T>(embed_scale(c));
  for (std::size_t b = 0; b < samples; ++b) {
    const T* in = dx + b * canvas;
    for (std::size_t i = 0; i < c.puzzle_emb_ndim; ++i) row_gradients[b * c.puzzle_emb_ndim + i] = scale * in[i];
    net.kernels().scatter_add(in + prefix, tokens + b * c.seq_len, grad + r.tensors[r.embed_tokens].offset, c.seq_len,
                              d, scale);
    if (r.embed_pos != LayerTensors::kNone) {
      T* pos = grad + r.tensors[r.embed_pos].offset;
      for (std::size_t i = 0; i < canvas; ++i) pos[i] += scale * in[i];
    }
  }
}

template <class T>
void canvas_heads(const CanvasNetwork<T>& net, const T* z, T* logits, T* q, std::size_t samples) {
  const CanvasConfig& c = net.config();
  const std::size_t d = c.hidden_size;
  const std::size_t v = c.vocab_size;
  const T* weight = net.tensor(net.registry().q_head_weight);
  const T* bias = net.tensor(net.registry().q_head_bias);
  for (std::size_t b = 0; b < samples; ++b) {
    const T* first = z + b * c.total_len() * d;
    net.lm_head().apply(first + c.prefix_len() * d, logits + b * c.seq_len * v, c.seq_len);
    for (std::size_t o = 0; o < 2; ++o) {
      T sum = 0;
      for (std::size_t i = 0; i < d; ++i) sum += weight[o * d + i] * first[i];
      q[b * 2 + o] = sum + bias[o];
    }
  }
}

template <class T>
void canvas_heads_backward(const CanvasNetwork<T>& net, const T* z, const T* dlogits, const T* dq, T* dz, T* grad,
                           std::size_t samples) {
  const CanvasConfig& c = net.config();
  const Registry& r = net.registry();
  const std::size_t d = c.hidden_size;
  const std::size_t v = c.vocab_size;
  const std::size_t canvas = c.total_len() * d;
  const T* weight = net.tensor(r.q_head_weight);
  T* dweight = grad + r.tensors[r.q_head_weight].offset;
  T* dbias = grad + r.tensors[r.q_head_bias].offset;
  for (std::size_t b = 0; b < samples; ++b) {
    const T* first = z + b * canvas;
    const T* tokens = first + c.prefix_len() * d;
    T* dfirst = dz + b * canvas;
    const T* dl = dlogits + b * c.seq_len * v;
    std::fill_n(dfirst, c.prefix_len() * d, T(0));
    net.lm_head().apply_backward(dl, tokens, grad + r.tensors[r.lm_head].offset, dfirst + c.prefix_len() * d, c.seq_len,
                                 false);
    for (std::size_t o = 0; o < 2; ++o) {
      const T g = dq[b * 2 + o];
      for (std::size_t i = 0; i < d; ++i) {
        dweight[o * d + i] += g * first[i];
        dfirst[i] += g * weight[o * d + i];
      }
      dbias[o] += g;
    }
  }
}

#define TRM_INSTANTIATE(T)                                                                                             \
  template void canvas_embed<T>(const CanvasNetwork<T>&, const std::int32_t*, const T* const*, T*, std::size_t);       \
  template void canvas_embed_backward<T>(const CanvasNetwork<T>&, const std::int32_t*, const T*, T*, T*, std::size_t); \
  template void canvas_heads<T>(const CanvasNetwork<T>&, const T*, T*, T*, std::size_t);                               \
  template void canvas_heads_backward<T>(const CanvasNetwork<T>&, const T*, const T*, const T*, T*, T*, std::size_t);
TRM_INSTANTIATE(float)
TRM_INSTANTIATE(double)
#undef TRM_INSTANTIATE

}  // namespace trm
