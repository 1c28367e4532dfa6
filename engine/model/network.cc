#include "engine/model/network.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace trm {

template <class T>
Network<T>::Network(const UnitShape& unit, RecursionPlan plan, const Registry& registry, const T* flat,
                    const simd::Kernels<T>& kernels, Purpose purpose, std::size_t rope_positions)
    : shape_(unit),
      plan_(std::move(plan)),
      registry_(&registry),
      flat_(flat),
      kernels_(&kernels),
      layers_(registry.layers.size()) {
  auto prepare = [&](PackedLinear<T>& linear, std::size_t tensor) {
    if (tensor == LayerTensors::kNone) return;
    const std::vector<std::size_t>& shape = registry.tensors[tensor].shape;
    linear = PackedLinear<T>(*kernels.linear, shape[1], shape[0], purpose);
  };
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const LayerTensors& t = registry.layers[i];
    prepare(layers_[i].pointwise, t.pointwise);
    prepare(layers_[i].qkv, t.qkv);
    prepare(layers_[i].o, t.o);
    prepare(layers_[i].token_gate_up, t.token_gate_up);
    prepare(layers_[i].token_down, t.token_down);
    prepare(layers_[i].gate_up, t.gate_up);
    prepare(layers_[i].down, t.down);
    if (t.depthwise != LayerTensors::kNone) layers_[i].depthwise = tensor(t.depthwise);
    if (t.bias != LayerTensors::kNone) layers_[i].bias = tensor(t.bias);
    if (t.decay != LayerTensors::kNone) layers_[i].decay = Buffer<T>(registry.tensors[t.decay].elements);
  }
  prepare(lm_head_, registry.lm_head);
  if (unit.rope) {
    const std::size_t half = unit.head_dim / 2;
    rope_cos_ = Buffer<T>(rope_positions * half);
    rope_sin_ = Buffer<T>(rope_positions * half);
    for (std::size_t p = 0; p < rope_positions; ++p) {
      for (std::size_t i = 0; i < half; ++i) {
        const double angle = static_cast<double>(p) * std::pow(unit.rope_theta, -2.0 * static_cast<double>(i) /
                                                                                    static_cast<double>(unit.head_dim));
        rope_cos_.data()[p * half + i] = static_cast<T>(std::cos(angle));
        rope_sin_.data()[p * half + i] = static_cast<T>(std::sin(angle));
      }
    }
  }
  pack();
}

template <class T>
void Network<T>::pack_linear(PackedLinear<T>& linear, std::size_t id) {
  if (id != LayerTensors::kNone) linear.pack(tensor(id));
}

template <class T>
void Network<T>::pack_part(std::size_t part) {
  if (part == layers_.size()) {
    pack_linear(lm_head_, registry_->lm_head);
    return;
  }
  PackedLayer<T>& layer = layers_[part];
  const LayerTensors& t = registry_->layers[part];
  pack_linear(layer.pointwise, t.pointwise);
  pack_linear(layer.qkv, t.qkv);
  pack_linear(layer.o, t.o);
  pack_linear(layer.token_gate_up, t.token_gate_up);
  pack_linear(layer.token_down, t.token_down);
  pack_linear(layer.gate_up, t.gate_up);
  pack_linear(layer.down, t.down);
  for (std::size_t i = 0; i < layer.decay.size(); ++i) {
    layer.decay.data()[i] = T(1) / (T(1) + std::exp(-tensor(t.decay)[i]));
  }
}

template <class T>
void Network<T>::pack() {
  for (std::size_t i = 0; i < parts(); ++i) pack_part(i);
}

template <class T>
void Network<T>::start_state(std::size_t state, T* out, std::size_t rows) const {
  const T* init = tensor(registry_->init[state]);
  for (std::size_t t = 0; t < rows; ++t)
    std::memcpy(out + t * shape_.hidden_size, init, shape_.hidden_size * sizeof(T));
}

template class Network<float>;
template class Network<double>;

}  // namespace trm
