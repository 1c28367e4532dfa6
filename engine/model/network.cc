#include "engine/model/network.h"

#include <algorithm>
#include <cmath>

namespace trm {

std::vector<Evaluation> schedule(const ModelConfig& config) {
  if (config.family == Family::transformer) return {{Evaluation::H, false, true, 0}};
  std::vector<Evaluation> out;
  for (std::size_t h = 0; h < config.H_cycles; ++h) {
    for (std::size_t l = 0; l < config.L_cycles; ++l) out.push_back({Evaluation::L, true, true, l});
    out.push_back({Evaluation::H, true, false, config.L_cycles});
  }
  return out;
}

template <class T>
Network<T>::Network(const ModelConfig& config, const Registry& registry, const T* flat, const simd::Kernels<T>& kernels,
                    Purpose purpose)
    : config_(config),
      registry_(&registry),
      flat_(flat),
      kernels_(&kernels),
      purpose_(purpose),
      evaluations_(schedule(config)),
      layers_(config.layers) {
  auto shape = [&](PackedLinear<T>& linear, std::size_t tensor) {
    if (tensor == LayerTensors::kNone) return;
    linear.out = registry.tensors[tensor].shape[0];
    linear.in = registry.tensors[tensor].shape[1];
    linear.forward = Buffer<T>(kernels.packed_size(linear.in, linear.out));
    if (purpose == Purpose::training) linear.backward = Buffer<T>(kernels.packed_size(linear.out, linear.in));
  };
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const LayerTensors& t = registry.layers[i];
    shape(layers_[i].pointwise, t.pointwise);
    shape(layers_[i].qkv, t.qkv);
    shape(layers_[i].o, t.o);
    shape(layers_[i].gate_up, t.gate_up);
    shape(layers_[i].down, t.down);
    if (t.depthwise != LayerTensors::kNone) layers_[i].depthwise = tensor(t.depthwise);
    if (t.bias != LayerTensors::kNone) layers_[i].bias = tensor(t.bias);
    if (t.decay != LayerTensors::kNone) layers_[i].decay = Buffer<T>(registry.tensors[t.decay].elements);
  }
  shape(lm_head_, registry.lm_head);
  if (config.rope) {
    const std::size_t half = config.head_dim / 2;
    rope_cos_ = Buffer<T>(config.max_tokens * half);
    rope_sin_ = Buffer<T>(config.max_tokens * half);
    for (std::size_t p = 0; p < config.max_tokens; ++p) {
      for (std::size_t i = 0; i < half; ++i) {
        const double angle =
            static_cast<double>(p) *
            std::pow(config.rope_theta, -2.0 * static_cast<double>(i) / static_cast<double>(config.head_dim));
        rope_cos_.data()[p * half + i] = static_cast<T>(std::cos(angle));
        rope_sin_.data()[p * half + i] = static_cast<T>(std::sin(angle));
      }
    }
  }
  pack();
}

template <class T>
void Network<T>::pack_linear(PackedLinear<T>& linear, std::size_t id) {
  if (id == LayerTensors::kNone) return;
  const T* w = tensor(id);
  kernels_->pack(w, 1, linear.in, linear.in, linear.out, linear.forward.data());
  if (purpose_ == Purpose::training) kernels_->pack(w, linear.in, 1, linear.out, linear.in, linear.backward.data());
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

template class Network<float>;
template class Network<double>;

void Coordinates::advance(const ModelConfig& config, std::int32_t token) {
  const auto limit = [](std::size_t rows) { return static_cast<std::int32_t>(rows) - 1; };
  if (token >= 0 && static_cast<std::size_t>(token) < config.run_tokens) {
    if (config.run_positions > 0) run = std::min(run + 1, limit(config.run_positions));
  } else {
    run = 0;
    if (config.segment_positions > 0) segment = std::min(segment + 1, limit(config.segment_positions));
  }
}

double embed_scale(const ModelConfig& config) {
  const double tables = 1.0 + (config.run_positions > 0 ? 1.0 : 0.0) + (config.segment_positions > 0 ? 1.0 : 0.0);
  return std::sqrt(static_cast<double>(config.hidden_size) / tables);
}

template <class T>
void embed_forward(const Network<T>& network, const std::int32_t* tokens, const std::int32_t* runs,
                   const std::int32_t* segments, T* x, std::size_t rows) {
  const Registry& r = network.registry();
  const simd::Kernels<T>& k = network.kernels();
  const std::size_t d = network.config().hidden_size;
  const T scale = static_cast<T>(embed_scale(network.config()));
  k.gather(network.tensor(r.embed_tokens), tokens, x, rows, d, scale, false);
  if (r.embed_run != LayerTensors::kNone) k.gather(network.tensor(r.embed_run), runs, x, rows, d, scale, true);
  if (r.embed_segment != LayerTensors::kNone) {
    k.gather(network.tensor(r.embed_segment), segments, x, rows, d, scale, true);
  }
}

template void embed_forward<float>(const Network<float>&, const std::int32_t*, const std::int32_t*, const std::int32_t*,
                                   float*, std::size_t);
template void embed_forward<double>(const Network<double>&, const std::int32_t*, const std::int32_t*,
                                    const std::int32_t*, double*, std::size_t);

}  // namespace trm
