// A puzzle model whose answer is known beforehand: its layers add nothing and its positions spell the answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/format/safetensors.h"
#include "engine/model/canvas_config.h"
#include "engine/model/published_tensors.h"
#include "engine/model/tensors.h"
#include "engine/store/published_file.h"

namespace trm::tests {

struct FixedPuzzleModel {
  std::vector<std::uint8_t> answer;  ///< (seq_len): to every question
  std::size_t vocab_size = 0;        ///< at most 16
  float q_halt = 0;                  ///< after every step
  std::size_t puzzle_rows = 0;       ///< of a puzzle table, which says nothing; 0: no table
  std::size_t halt_max_steps = 4;
};

inline CanvasConfig config_of(const FixedPuzzleModel& model) {
  CanvasConfig out = CanvasConfig::defaults(CanvasArch::trm);
  out.vocab_size = model.vocab_size;
  out.seq_len = model.answer.size();
  out.num_puzzle_identifiers = model.puzzle_rows == 0 ? 1 : model.puzzle_rows;
  out.puzzle_emb_ndim = model.puzzle_rows == 0 ? 0 : 16;
  out.puzzle_emb_len = model.puzzle_rows == 0 ? 0 : 1;
  out.hidden_size = 16;
  out.num_heads = 2;
  out.expansion = 1;
  out.H_cycles = out.L_cycles = out.L_layers = 1;
  out.pos_encodings = PosEncodings::learned;
  out.halt_max_steps = model.halt_max_steps;
  return out;
}

inline std::vector<float> weights_of(const FixedPuzzleModel& model, const Registry& registry) {
  const CanvasConfig config = config_of(model);
  std::vector<float> out(registry.flat_size);
  const auto data = [&](std::size_t tensor) { return out.data() + registry.tensors[tensor].offset; };
  for (std::size_t i = 0; i < model.answer.size(); ++i)
    data(registry.embed_pos)[(config.prefix_len() + i) * config.hidden_size + model.answer[i]] = 1;
  for (std::size_t token = 0; token < model.vocab_size; ++token)
    data(registry.lm_head)[token * config.hidden_size + token] = 1;
  data(registry.q_head_bias)[0] = model.q_halt;
  return out;
}

inline Status save_fixed_puzzle_model(const std::string& path, const FixedPuzzleModel& model,
                                      std::map<std::string, std::string> metadata = {}) {
  const CanvasConfig config = config_of(model);
  const Registry registry(config);
  const std::vector<float> weights = weights_of(model, registry);
  const std::vector<float> table(model.puzzle_rows * config.puzzle_emb_ndim);
  std::vector<TensorRef> tensors;
  for (const TensorSpec& spec : registry.tensors)
    tensors.push_back({spec.name, DType::f32, spec.shape, weights.data() + spec.offset, {}});
  if (model.puzzle_rows > 0)
    tensors.push_back({kPuzzleTable, DType::f32, {model.puzzle_rows, config.puzzle_emb_ndim}, table.data(), {}});
  metadata["format"] = kPublishedFormat;
  metadata["config"] = config.canonical();
  return write_safetensors(path, tensors, metadata);
}

}  // namespace trm::tests
