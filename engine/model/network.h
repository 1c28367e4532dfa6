// The recursive part of a model ready to run: weights packed for the kernels, and the order of its evaluations. What
// goes in front (embedding) and behind (heads) is in causal.h and canvas.h.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/model/linear.h"
#include "engine/model/recursion.h"
#include "engine/model/tensors.h"
#include "engine/model/unit.h"
#include "simd/kernels.h"

namespace trm {

template <class T>
struct PackedLayer {
  PackedLinear<T> pointwise, qkv, o, token_gate_up, token_down, gate_up, down;
  const T* depthwise = nullptr;  ///< (conv_kernel, D)
  const T* bias = nullptr;       ///< (evaluations_per_cycle, local_heads, window)
  Buffer<T> decay;               ///< (evaluations_per_cycle, global_heads), sigmoid of the logits
};

template <class T>
class Network {
 public:
  /// Weights are those of `flat` (registry order), which must outlive the network as the registry must. Linear layers
  /// are `kernels.linear`, which must have a weight gradient where the purpose is training.
  /// rope_positions: rows of the rotary tables.
  Network(const UnitShape& shape, RecursionPlan plan, const Registry& registry, const T* flat,
          const simd::Kernels<T>& kernels, Purpose purpose, std::size_t rope_positions);

  /// Packs again after the flat weights changed. No allocation.
  void pack();
  /// Layers are packed one by one, so that threads may share the work: pack_part(i) for i < parts().
  [[nodiscard]] std::size_t parts() const { return layers_.size() + 1; }
  void pack_part(std::size_t part);

  [[nodiscard]] const UnitShape& shape() const { return shape_; }
  [[nodiscard]] const RecursionPlan& plan() const { return plan_; }
  [[nodiscard]] const Registry& registry() const { return *registry_; }
  [[nodiscard]] const simd::Kernels<T>& kernels() const { return *kernels_; }
  /// Layers of all levels, one after the other.
  [[nodiscard]] const PackedLayer<T>& layer(std::size_t i) const { return layers_[i]; }
  [[nodiscard]] const PackedLinear<T>& lm_head() const { return lm_head_; }
  [[nodiscard]] const T* tensor(std::size_t id) const { return flat_ + registry_->tensors[id].offset; }
  /// cos and sin (positions, head_dim/2); empty without rotary positions.
  [[nodiscard]] const T* rope_cos() const { return rope_cos_.data(); }
  [[nodiscard]] const T* rope_sin() const { return rope_sin_.data(); }
  /// out(rows, D): the initial value of a state, the same in every row.
  void start_state(std::size_t state, T* out, std::size_t rows) const;

 private:
  void pack_linear(PackedLinear<T>& linear, std::size_t tensor);

  UnitShape shape_;
  RecursionPlan plan_;
  const Registry* registry_;
  const T* flat_;
  const simd::Kernels<T>* kernels_;
  std::vector<PackedLayer<T>> layers_;
  PackedLinear<T> lm_head_;
  Buffer<T> rope_cos_, rope_sin_;
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace trm
