// Weights and what an update of them needs: gradient lanes, moments, averaged weights. The sums have the same bits for
// any number of threads: work is cut into lanes and tensors, never by thread.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/tensors.h"
#include "engine/sys/thread_pool.h"
#include "simd/kernels.h"

namespace trm {

enum class OptimizerKind : unsigned char { adamw, adam_atan2 };

struct OptimizerConfig {
  OptimizerKind kind = OptimizerKind::adamw;
  double lr = 3e-3;
  double beta1 = 0.9, beta2 = 0.95, eps = 1e-8;
  double weight_decay = 0.1;  ///< AdamW: matrices only; AdamATan2: every tensor, as published
  double clip = 1.0;          ///< largest norm of the whole gradient; 0: no clipping
  double ema = 0.999;         ///< rate of the averaged weights that are validated and shipped; 0: the live weights
  bool operator==(const OptimizerConfig&) const = default;
};

/// Flat arrays in registry order.
class Optimizer {
 public:
  /// Gradient sums have this many independent parts, whatever the number of threads.
  static constexpr std::size_t kLanes = 8;

  /// Asked before anything of a training is made. `other_bytes`: what the trainer keeps beside. Error: they and
  /// weights, packed weights, moments, average and gradients do not fit into memory.
  static Status check_room(const Registry& registry, std::size_t other_bytes);

  /// `registry` and `pool` must outlive it.
  Optimizer(const Registry& registry, ThreadPool& pool, const simd::Kernels<float>& kernels);

  Buffer<float> weights, exp_avg, exp_avg_sq, shadow;

  /// The averaged weights start as a copy of the weights.
  void start_average();
  /// A gradient array to be filled: lane l of kLanes.
  [[nodiscard]] float* lane(std::size_t l) { return lanes_[l].data(); }
  /// Adds the lanes into lane 0 and returns the norm of the sum.
  double reduce();
  /// Update number `step` (from 1) with the sum in lane 0, clipped by its norm; then the average. Constants stay.
  void update(const OptimizerConfig& config, std::size_t step, double lr, double norm);

 private:
  const Registry* registry_;
  ThreadPool* pool_;
  const simd::Kernels<float>* kernels_;
  std::vector<Buffer<float>> lanes_;
  std::vector<double> squares_;  ///< one per chunk
};

}  // namespace trm
