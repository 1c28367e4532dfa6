// Puzzle models whose answers can be worked out by hand.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "engine/format/safetensors.h"
#include "engine/model/canvas_config.h"
#include "engine/model/published_tensors.h"
#include "engine/model/tensors.h"
#include "engine/store/published_file.h"

namespace trm::tests {

struct CopyModelChanges {
  bool damaged_table = false;  ///< it has a puzzle table, element 3 of whose only row is NaN
  float head = 1;              ///< factor on the weights of lm_head
  float start = 0;             ///< H_init points that far to token 0, which it answers until the question outweighs it
};

/// Writes a TRM that answers each cell with the token of its question, but `for_one` where that is token 1. Networks of
/// zeros pass the embeddings on, which are unit vectors. q_halt is above 0 at once if the first token of the question
/// is `halts_at`, and never otherwise.
inline bool write_copy_model(const std::string& path, std::size_t vocab_size, std::size_t seq_len, std::size_t steps,
                             std::size_t for_one, std::size_t halts_at, const CopyModelChanges& changes = {}) {
  CanvasConfig config = CanvasConfig::defaults(CanvasArch::trm);
  config.vocab_size = vocab_size;
  config.seq_len = seq_len;
  config.num_puzzle_identifiers = 1;
  config.hidden_size = 16;
  config.num_heads = 2;
  config.H_cycles = config.L_cycles = config.L_layers = 1;
  config.puzzle_emb_ndim = changes.damaged_table ? config.hidden_size : 0;
  config.puzzle_emb_len = 0;
  config.halt_max_steps = steps;
  const Registry registry(config);
  std::vector<std::vector<float>> values;
  std::vector<TensorRef> tensors;
  for (const TensorSpec& spec : registry.tensors) {
    std::size_t size = 1;
    for (const std::size_t n : spec.shape) size *= n;
    std::vector<float>& v = values.emplace_back(size, 0.0F);
    for (std::size_t token = 0; token < vocab_size; ++token) {
      const std::size_t from = token == for_one ? 1 : token;
      if (spec.name.ends_with("embed_tokens.embedding_weight")) v[token * config.hidden_size + token] = 1;
      if (spec.name.ends_with("lm_head.weight") && (token != 1 || for_one == 1)) {
        v[token * config.hidden_size + token] = changes.head;
        v[token * config.hidden_size + from] = changes.head;
      }
    }
    if (spec.name.ends_with("H_init")) v[0] = changes.start;
    if (spec.name.ends_with("q_head.weight")) v[halts_at] = 10;
    if (spec.name.ends_with("q_head.bias")) v[0] = -5;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    tensors.push_back({registry.tensors[i].name, DType::f32, registry.tensors[i].shape, values[i].data(), {}});
  }
  std::vector<float> table(config.puzzle_emb_ndim);
  if (changes.damaged_table) {
    table[3] = std::numeric_limits<float>::quiet_NaN();
    tensors.push_back({kPuzzleTable, DType::f32, {1, table.size()}, table.data(), {}});
  }
  return write_safetensors(path, tensors, {{"format", kPublishedFormat}, {"config", config.canonical()}}).ok();
}

}  // namespace trm::tests
