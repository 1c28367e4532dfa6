// A model ready to run: weights packed for the kernels, and the order of its evaluations.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/model/tensors.h"
#include "simd/kernels.h"

namespace trm {

/// One evaluation of the network within a token: target <- f(target + injections).
struct Evaluation {
  enum State : unsigned char { L, H };
  State target;
  bool inject_other;  ///< add the other state
  bool inject_x;      ///< add the input embedding
  std::size_t index;  ///< place inside its outer cycle: which recursion bias and decay it uses
};

/// The evaluations of one token in order. trm: H_cycles times (L_cycles times z_L <- f(z_L + z_H + x), z_H <- f(z_H +
/// z_L)).
std::vector<Evaluation> schedule(const ModelConfig& config);

template <class T>
struct PackedLinear {
  std::size_t in = 0, out = 0;
  Buffer<T> forward;   ///< x W^T
  Buffer<T> backward;  ///< dy W; empty unless the network was made for training
};

template <class T>
struct PackedLayer {
  PackedLinear<T> pointwise, qkv, o, gate_up, down;
  const T* depthwise = nullptr;  ///< (conv_kernel, D)
  const T* bias = nullptr;       ///< (evaluations_per_cycle, local_heads, window)
  Buffer<T> decay;               ///< (evaluations_per_cycle, global_heads), sigmoid of the logits
};

enum class Purpose : unsigned char { inference, training };

template <class T>
class Network {
 public:
  /// Weights are those of `flat` (registry order), which must outlive the network.
  Network(const ModelConfig& config, const Registry& registry, const T* flat, const simd::Kernels<T>& kernels,
          Purpose purpose);

  /// Packs again after the flat weights changed. No allocation.
  void pack();
  /// Layers are packed one by one, so that threads may share the work: pack_part(i) for i < parts().
  [[nodiscard]] std::size_t parts() const { return layers_.size() + 1; }
  void pack_part(std::size_t part);

  [[nodiscard]] const ModelConfig& config() const { return config_; }
  [[nodiscard]] const Registry& registry() const { return *registry_; }
  [[nodiscard]] const simd::Kernels<T>& kernels() const { return *kernels_; }
  [[nodiscard]] std::span<const Evaluation> evaluations() const { return evaluations_; }
  [[nodiscard]] const PackedLayer<T>& layer(std::size_t i) const { return layers_[i]; }
  [[nodiscard]] const PackedLinear<T>& lm_head() const { return lm_head_; }
  [[nodiscard]] const T* tensor(std::size_t id) const { return flat_ + registry_->tensors[id].offset; }
  /// cos and sin (max_tokens, head_dim/2); empty without rotary positions.
  [[nodiscard]] const T* rope_cos() const { return rope_cos_.data(); }
  [[nodiscard]] const T* rope_sin() const { return rope_sin_.data(); }

 private:
  void pack_linear(PackedLinear<T>& linear, std::size_t tensor);

  ModelConfig config_;
  const Registry* registry_;
  const T* flat_;
  const simd::Kernels<T>* kernels_;
  Purpose purpose_;
  std::vector<Evaluation> evaluations_;
  std::vector<PackedLayer<T>> layers_;
  PackedLinear<T> lm_head_;
  Buffer<T> rope_cos_, rope_sin_;
};

extern template class Network<float>;
extern template class Network<double>;

/// Coordinates of a token within its stream: the place in its run (0: no run token) and how many tokens that are not
/// run tokens came so far. Both saturate at the last row of their embedding.
/// Positions that restart with every number make equal digit places meet whatever the lengths are (Abacus embeddings,
/// McLeish et al. 2024).
struct Coordinates {
  std::int32_t run = 0;
  std::int32_t segment = 0;
  void advance(const ModelConfig& config, std::int32_t token);
};

/// x(rows, D) = sqrt(D) / sqrt(number of tables) * (E_token + E_run + E_segment).
template <class T>
void embed_forward(const Network<T>& network, const std::int32_t* tokens, const std::int32_t* runs,
                   const std::int32_t* segments, T* x, std::size_t rows);
/// The factor of embed_forward.
double embed_scale(const ModelConfig& config);

}  // namespace trm
