// How the positions of a sequence meet inside a layer: the middle of layer.cc, one pair of functions for each Mixing.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

#include "engine/pass/layer.h"

namespace trm {

/// What the parts of one layer share.
template <class T>
struct LayerCall {
  const Network<T>& net;
  std::size_t layer, index;
  std::span<const Sequence<T>> sequences;
  std::size_t rows;
  const LayerActivations<T>& act;
  const LayerScratch<T>& scratch;
  bool cached = false;
  CrewMember member = {};
  bool last = false;  ///< of a causal model at inference: rows that nobody reads end with their keys and values

  /// The rows that this member of the crew makes.
  [[nodiscard]] CrewMember::Share mine() const { return member.share(rows); }
  /// y = x W^T for them.
  void apply(const PackedLinear<T>& linear, const T* x, T* y) const {
    const CrewMember::Share r = mine();
    linear.apply(x + r.begin * linear.in(), y + r.begin * linear.out(), r.count());
  }
  /// y = N(a + b) for them, width D.
  void norm(const T* a, const T* b, T* y, T* rstd) const {
    const CrewMember::Share r = mine();
    const std::size_t at = r.begin * shape().hidden_size;
    kernels().rms_norm_forward(a + at, b + at, y + at, rstd == nullptr ? nullptr : rstd + r.begin, r.count(),
                               shape().hidden_size, eps());
  }
  [[nodiscard]] const UnitShape& shape() const { return net.shape(); }
  [[nodiscard]] const simd::Kernels<T>& kernels() const { return net.kernels(); }
  [[nodiscard]] const PackedLayer<T>& weights() const { return net.layer(layer); }
  [[nodiscard]] const LayerTensors& ids() const { return net.registry().layers[layer]; }
  [[nodiscard]] T* slot(T* grad, std::size_t id) const { return grad + net.registry().tensors[id].offset; }
  [[nodiscard]] T eps() const { return static_cast<T>(shape().rms_norm_eps); }
  [[nodiscard]] T score_scale() const { return static_cast<T>(1.0 / std::sqrt(static_cast<double>(shape().head_dim))); }

  /// Rotates q and k of the softmax heads of one sequence in place.
  void rotate(const Sequence<T>& q, T* qkv, bool inverse) const;
};

/// act.qkv -> act.attn: softmax in a window with the recursion bias, beside linear attention with decay. In the last
/// layer act.attn has the rows that are read, one sequence after another.
template <class T>
void causal_attention(const LayerCall<T>& call);
/// scratch.dact, the gradient of act.attn -> scratch.dwide, the gradient of the projections before rotation.
template <class T>
void causal_attention_backward(const LayerCall<T>& call, T* grad);

/// As above: softmax over all positions of a sequence, no mask. A crew meets twice: when all keys and values are there,
/// and when nobody reads them any more.
template <class T>
void full_attention(const LayerCall<T>& call);
template <class T>
void full_attention_backward(const LayerCall<T>& call);

/// act.h2 = N(h1 + SwiGLU(h1)) over the positions of each channel; the norm runs over positions too. Each member of a
/// crew has its share of the channels; they meet in front and behind.
template <class T>
void token_mlp(const LayerCall<T>& call, const T* h1);
/// d: gradient of act.h2 on entry, of h1 on return.
template <class T>
void token_mlp_backward(const LayerCall<T>& call, T* d, T* grad);

}  // namespace trm
