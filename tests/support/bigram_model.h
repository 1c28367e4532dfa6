// A tiny model whose next token depends on the last one alone, by weights written by hand: real files and a real
// decoder for tests of what lies around the model, without training.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/store/model_file.h"

namespace trm::tests {

/// After token `first` comes token `second`; after any other one, token 0. Embeddings are one-hot, layers add nothing.
inline Model bigram_model(std::vector<std::string> vocabulary,
                          std::span<const std::pair<std::string, std::string>> transitions) {
  ModelConfig config;
  config.family = Family::transformer;
  config.vocab_size = vocabulary.size();
  config.hidden_size = vocabulary.size();
  config.layers = 1;
  config.num_heads = 1;
  config.head_dim = 8;
  config.window = 8;
  config.conv_kernel = 2;
  config.intermediate_size = 8;
  Model model(config);
  const auto id = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(vocabulary.begin(), vocabulary.end(), name) - vocabulary.begin());
  };
  float* embedding = model.weights.data() + model.registry.tensors[model.registry.embed_tokens].offset;
  float* head = model.weights.data() + model.registry.tensors[model.registry.lm_head].offset;
  for (std::size_t i = 0; i < vocabulary.size(); ++i) embedding[i * vocabulary.size() + i] = 1.0f;
  for (const auto& [first, second] : transitions) head[id(second) * vocabulary.size() + id(first)] = 1.0f;
  model.vocabulary = std::move(vocabulary);
  model.info = {{"seed", "0"}, {"command", "weights written by hand"}};
  return model;
}

}  // namespace trm::tests
