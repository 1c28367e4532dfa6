// Small published models that between them use every kind of tensor, every order of evaluations and both halting rules.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/model/canvas_config.h"

namespace trm::test_models {

struct CanvasCase {
  std::string name;
  CanvasConfig config;
  std::size_t kept;  ///< evaluations at the end of a supervision step that carry gradient, as published
};

/// Sizes that fill no vector; head size 4, attention width 8 beside a hidden size of 9.
inline CanvasConfig canvas(CanvasArch arch) {
  CanvasConfig c = CanvasConfig::defaults(arch);
  c.vocab_size = 7;
  c.seq_len = 5;
  c.num_puzzle_identifiers = 4;
  c.hidden_size = 9;
  c.num_heads = 2;
  c.H_cycles = 2;
  c.L_cycles = 2;
  c.L_layers = 2;
  c.puzzle_emb_ndim = 9;
  if (c.is_trm()) c.puzzle_emb_len = 3;
  c.halt_max_steps = 3;
  c.forward_dtype = "float32";
  return c;
}

inline std::vector<CanvasCase> all_canvases() {
  using enum CanvasArch;
  std::vector<CanvasCase> out;
  CanvasConfig c = canvas(trm);
  out.push_back({"trm, rotary positions", c, 3});
  c.pos_encodings = PosEncodings::learned;
  c.puzzle_emb_len = 0;
  c.puzzle_emb_ndim = 13;  // two prefix rows, the second filled up with zeros
  c.L_layers = 1;
  out.push_back({"trm, learned positions, a row and a half of prefix", c, 3});
  c = canvas(trm);
  c.puzzle_emb_ndim = c.puzzle_emb_len = c.num_puzzle_identifiers = 0;
  c.pos_encodings = PosEncodings::none;
  c.L_cycles = 1;
  out.push_back({"trm, no prefix, no positions", c, 2});
  c = canvas(trm);
  c.mlp_t = true;
  c.pos_encodings = PosEncodings::none;
  out.push_back({"trm, MLP over positions", c, 3});
  c.puzzle_emb_ndim = c.puzzle_emb_len = c.num_puzzle_identifiers = 0;
  c.seq_len = 9;
  c.conv_kernel = 3;
  out.push_back({"trm, convolution and MLP over a canvas of 3x3", c, 3});
  c.mlp_t = false;
  c.pos_encodings = PosEncodings::learned;
  c.conv_kernel = 5;
  out.push_back({"trm, convolution and attention, taps beyond the canvas", c, 3});
  c = canvas(trm);
  c.loss_type = "softmax_cross_entropy";
  c.q_loss_weight = 0.1;
  c.H_cycles = 1;
  out.push_back({"trm, one cycle, softmax, little weight on halting", c, 3});
  out.push_back({"trm_singlez", canvas(trm_singlez), 3});
  c = canvas(trm_hier6);
  c.L_cycles = 4;
  c.L_layers = 1;
  out.push_back({"trm_hier6, four of six states", c, 5});
  c.L_cycles = 6;
  out.push_back({"trm_hier6", c, 7});
  c = canvas(hrm);
  c.q_loss_weight = 0.7;
  c.L_layers = 1;
  c.H_layers = 2;
  out.push_back({"hrm", c, 2});
  c.pos_encodings = PosEncodings::learned;
  c.L_layers = 2;
  c.H_layers = 1;
  c.halt_max_steps = 1;
  out.push_back({"hrm, learned positions, every step the last", c, 2});
  c = canvas(transformer_baseline);
  c.H_layers = 3;
  out.push_back({"transformer_baseline", c, 1});
  return out;
}

}  // namespace trm::test_models
