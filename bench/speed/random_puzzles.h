// Weights and puzzles without meaning: a model takes as long for them as for any other.
#pragma once

#include <cstdint>

#include "engine/infer/carry.h"
#include "engine/model/tensors.h"

namespace trm::bench {

/// A model as a training would start with it. Runners of several types and threads share one.
struct RandomModel {
  CanvasConfig config;
  Registry registry;
  Buffer<float> weights;  ///< flat array of the registry

  /// The configuration must be valid.
  RandomModel(const CanvasConfig& model, std::uint64_t seed);
};

/// A batch whose tokens and labels are drawn evenly from the vocabulary; identifier 0.
CanvasBatch random_puzzles(const CanvasConfig& model, std::size_t batch, std::uint64_t seed);

/// `count` tokens below vocabulary_size.
std::vector<std::int32_t> random_tokens(std::size_t count, std::size_t vocabulary_size, std::uint64_t seed,
                                        std::uint64_t stream);

}  // namespace trm::bench
