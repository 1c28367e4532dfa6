// A recorded case of a published model: configuration, weights, inputs, and what the public code computed. A folder of
//   config.json            {"arch", "model": {fields of the public configuration}, "tolerance", training: "optimizer"}
//   weights.safetensors    published tensor names without the compile prefix
//   inputs.safetensors     inputs, labels (B, S), puzzle_identifiers (B); training: "batch{t}." in front, and
//                          explore{t}.uniform, explore{t}.min_steps (B)
//   expected_f64.safetensors  optional: logits, halting values and losses of a float64 run
//   expected.safetensors   "step{s}." or "train{t}." + tensor; losses are sums over the batch
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/safetensors.h"
#include "engine/infer/carry.h"
#include "engine/store/canvas_model.h"
#include "engine/train/canvas_learner.h"

namespace trm::bench {

/// Largest errors allowed: absolute, or relative where the name says so.
struct GoldenTolerance {
  double logits = 1e-4, q_logits = 1e-4, states = 2e-4;
  double losses_rel = 1e-5;
  double grad_rel_to_tensor_max = 1e-4;
  double params_after = 2e-6;
};

struct GoldenCase {
  std::string directory;
  CanvasModel model;
  SafetensorsFile inputs, expected;
  std::optional<SafetensorsFile> expected_f64;  ///< the same from a float64 run, if recorded
  GoldenTolerance tolerance;
  bool training = false;
  CanvasOptimizerConfig optimizer;  ///< training
  std::size_t steps = 0;            ///< supervision or training steps that were recorded

  /// The tensor of that name. Error: names the file and the tensor that is missing or of another type or size.
  [[nodiscard]] Result<std::vector<double>> values(const SafetensorsFile& file, const std::string& name,
                                                   std::size_t elements) const;
  /// "inputs", "labels" and "puzzle_identifiers" with `prefix` in front. Error: a value or a row of the puzzle table
  /// that cannot be used.
  [[nodiscard]] Result<CanvasBatch> batch(const std::string& prefix) const;
};

/// Error: names the file and field that is missing or wrong.
Result<GoldenCase> read_golden_case(const std::string& directory);

}  // namespace trm::bench
