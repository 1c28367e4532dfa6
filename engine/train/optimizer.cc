#include "engine/train/optimizer.h"

#include <algorithm>
#include <cmath>

#include "engine/sys/memory.h"

namespace trm {

namespace {

/// Elements of the flat array that one task of the reduction handles.
constexpr std::size_t kChunk = 8192;

}  // namespace

Status Optimizer::check_room(const Registry& registry, std::size_t other_bytes) {
  // Weights, two moments, average; packed: forward and backward, and forward of the average.
  constexpr std::size_t kArrays = 4 + 3 + kLanes;
  const std::size_t bytes = saturated_product(registry.flat_size, kArrays * sizeof(float));
  return check_memory(saturated_sum(bytes, other_bytes), "", "training of this model");
}

Optimizer::Optimizer(const Registry& registry, ThreadPool& pool, const simd::Kernels<float>& kernels)
    : weights(registry.flat_size),
      exp_avg(registry.flat_size),
      exp_avg_sq(registry.flat_size),
      shadow(registry.flat_size),
      registry_(&registry),
      pool_(&pool),
      kernels_(&kernels),
      squares_((registry.flat_size + kChunk - 1) / kChunk) {
  for (std::size_t i = 0; i < kLanes; ++i) lanes_.emplace_back(registry.flat_size);
}

void Optimizer::start_average() {
  std::copy_n(weights.data(), weights.size(), shadow.data());
}

double Optimizer::reduce() {
  pool_->run(squares_.size(), [&](std::size_t c, std::size_t) {
    const std::size_t at = c * kChunk;
    const std::size_t n = std::min(kChunk, registry_->flat_size - at);
    for (std::size_t l = 1; l < kLanes; ++l) kernels_->add(lanes_[0].data() + at, lanes_[l].data() + at, n);
    squares_[c] = kernels_->sum_squares(lanes_[0].data() + at, n);
  });
  double sum = 0;
  for (double s : squares_) sum += s;
  return std::sqrt(sum);
}

void Optimizer::update(const OptimizerConfig& config, std::size_t step, double lr, double norm) {
  simd::OptimizerStep s{};
  s.lr = lr;
  s.beta1 = config.beta1;
  s.beta2 = config.beta2;
  s.eps = config.eps;
  s.bias1 = 1.0 - std::pow(config.beta1, static_cast<double>(step));
  s.bias2 = 1.0 - std::pow(config.beta2, static_cast<double>(step));
  s.grad_scale = config.clip > 0.0 && norm > config.clip ? config.clip / norm : 1.0;
  pool_->run(registry_->tensors.size(), [&](std::size_t t, std::size_t) {
    const TensorSpec& spec = registry_->tensors[t];
    if (spec.role == TensorRole::constant) return;
    const std::size_t at = spec.offset;
    simd::OptimizerStep mine = s;
    const bool decays = config.kind == OptimizerKind::adam_atan2 || spec.role == TensorRole::matrix;
    mine.weight_decay = decays ? config.weight_decay : 0.0;
    auto* apply = config.kind == OptimizerKind::adamw ? kernels_->adamw : kernels_->adam_atan2;
    apply(weights.data() + at, exp_avg.data() + at, exp_avg_sq.data() + at, lanes_[0].data() + at, spec.elements, mine);
    kernels_->ema(shadow.data() + at, weights.data() + at, static_cast<float>(config.ema), spec.elements);
  });
}

}  // namespace trm
