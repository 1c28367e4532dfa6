// What the speed suite runs: models of fixed shapes with random weights, which stand for the published ones and for
// small ones.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/canvas_config.h"

namespace trm::bench {

enum class SpeedKind : unsigned char {
  step,      ///< one supervision step of a batch of puzzles
  decoding,  ///< one frame of tokens of a causal model, in each stream
  training,  ///< one update of a puzzle model
};

struct SpeedWorkload {
  std::string name;  ///< "W1"
  SpeedKind kind = SpeedKind::step;
  CanvasConfig model = {};    ///< of steps and trainings
  std::size_t batch = 1;      ///< puzzles, or streams
  std::size_t tokens = 0;     ///< of each stream, in decoding
  bool runs_unasked = true;   ///< without being named
  bool uses_threads = false;  ///< work for several threads: a stream has none
  bool shipped = false;       ///< the shape is that of the shipped model of this name, whose file the caller reads

  /// "D512 L97 b1", "32 streams".
  [[nodiscard]] std::string shape() const;
};

/// A TRM with attention and RoPE, or with an MLP over positions: two layers, H_cycles 3, L_cycles 6, heads of 64
/// values, no puzzle table. hidden: a multiple of 64.
CanvasConfig speed_model(std::size_t hidden, std::size_t positions, bool mlp_over_positions);

/// Those of fixed shapes, in the order of reports.
std::vector<SpeedWorkload> speed_workloads();

/// A step of each shipped puzzle model, one puzzle; the models are not filled in.
std::vector<SpeedWorkload> shipped_workloads();

/// Those of the names of both lists, in the order of reports; without names, those that run unasked. Error (usage): no
/// workload has the name, with the nearest that one has; a name twice.
Result<std::vector<SpeedWorkload>> choose_speed_workloads(const std::vector<std::string>& names);

/// One product y(rows, out) = x(rows, in) W^T of a layer with its weights.
struct WeightProduct {
  std::size_t rows = 0, in = 0, out = 0;
};

/// Of one layer in one evaluation, the whole batch together, in their order.
std::vector<WeightProduct> weight_products(const CanvasConfig& model, std::size_t batch);

/// Layers that one supervision step of a TRM goes through: its evaluations times its layers.
std::size_t layer_passes(const CanvasConfig& model);

/// Multiplications and additions of one supervision step: with the weights of the layers, and those of attention.
struct StepOperations {
  double weights = 0, attention = 0;
};
StepOperations step_operations(const CanvasConfig& model, std::size_t batch);

}  // namespace trm::bench
