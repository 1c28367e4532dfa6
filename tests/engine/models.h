// Small model shapes that between them use every kind of parameter.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/model/config.h"

namespace trm::test_models {

/// Local and global heads, convolution, recursion bias, run and segment positions; sizes that fill no vector.
inline ModelConfig lightweight() {
  ModelConfig c;
  c.vocab_size = 11;
  c.hidden_size = 20;
  c.num_heads = 3;
  c.global_heads = 1;
  c.head_dim = 6;
  c.window = 7;
  c.conv_kernel = 4;
  c.intermediate_size = 26;
  c.run_tokens = 6;
  c.run_positions = 5;
  c.segment_positions = 4;
  c.max_tokens = 64;
  return c;
}

/// Full softmax attention with rotary positions, one evaluation per token.
inline ModelConfig transformer() {
  ModelConfig c = lightweight();
  c.family = Family::transformer;
  c.global_heads = 0;
  c.conv_kernel = 0;
  c.recursion_bias = false;
  c.rope = true;
  c.window = c.max_tokens;
  return c;
}

/// Two networks of full softmax attention.
inline ModelConfig hrm() {
  ModelConfig c = transformer();
  c.family = Family::hrm;
  return c;
}

inline std::vector<std::pair<std::string, ModelConfig>> all() {
  std::vector<std::pair<std::string, ModelConfig>> out{
      {"lightweight", lightweight()}, {"transformer", transformer()}, {"hrm", hrm()}};
  ModelConfig c = lightweight();
  c.L_cycles = 3;
  c.global_heads = 0;
  out.emplace_back("three L evaluations, local heads only", c);
  c = lightweight();
  c.L_cycles = 0;
  out.emplace_back("no L evaluations", c);
  c = lightweight();
  c.global_heads = 3;
  c.conv_kernel = 0;
  c.recursion_bias = false;
  c.run_positions = 0;
  out.emplace_back("global heads only, no convolution", c);
  c = lightweight();
  c.conv_kernel = 1;
  c.segment_positions = 0;
  c.layers = 1;
  out.emplace_back("one layer, kernel 1", c);
  return out;
}

}  // namespace trm::test_models
