// Model files: safetensors with the configuration, the vocabulary and the training record in their metadata.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/tensors.h"
#include "simd/matmul.h"

namespace trm {

struct Model {
  ModelConfig config;
  Registry registry;
  Buffer<float> weights;                    ///< flat array of the registry
  std::vector<std::string> vocabulary;      ///< token names, vocab_size of them
  std::map<std::string, std::string> info;  ///< training record: "seed", "step", "ema", "command", ... as text
  std::string path;

  explicit Model(const ModelConfig& c) : config(c), registry(c), weights(registry.flat_size) {}

  /// Of names and weights, for records: the same whatever else the file says. Takes about a millisecond for a megabyte.
  [[nodiscard]] std::string hash() const;
};

/// Error: the file, tensor or metadata field that is missing, has another shape, is damaged, is not finite or
/// contradicts the configuration; or there is no memory for the weights.
Result<Model> load_model(const std::string& path);
/// Atomic. `type`: of the matrices that rows are multiplied with (stored_weights.h); everything else is float32.
Status save_model(const std::string& path, const Model& model, simd::WeightType type = simd::WeightType::fp32);

}  // namespace trm
