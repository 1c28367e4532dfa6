#include "bench/harness/shipped_shapes.h"

#include "tasks/training/frame_source.h"

namespace trm::bench {

namespace {

ModelConfig common_config() {
  const tasks::FrameSource source;
  ModelConfig out;
  out.vocab_size = source.vocabulary().size();
  out.run_tokens = source.run_tokens();
  out.hidden_size = 96;
  out.layers = 2;
  out.num_heads = 12;
  out.head_dim = 8;
  out.run_positions = 24;
  out.segment_positions = 24;
  out.max_tokens = 256;
  return out;
}

}  // namespace

ModelConfig trm_frames_config() {
  ModelConfig out = common_config();
  out.family = Family::trm;
  out.H_cycles = 1;
  out.L_cycles = 0;
  out.global_heads = 3;
  out.window = 64;
  out.conv_kernel = 4;
  out.intermediate_size = 256;
  return out;
}

ModelConfig transformer_frames_config() {
  ModelConfig out = common_config();
  out.family = Family::transformer;
  out.global_heads = 0;
  out.window = 256;
  out.conv_kernel = 0;
  out.intermediate_size = 288;
  out.recursion_bias = false;
  out.rope = true;
  return out;
}

}  // namespace trm::bench
