// Configuration of a causal recursive model. Tensor names and shapes follow from it alone; a file may only confirm
// them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace trm {

enum class Family {
  trm,          ///< one network, two states: z_L <- f(z_L, z_H + x), then z_H <- f(z_H, z_L)
  transformer,  ///< one network, one evaluation per token: z_H <- f(z_H, x)
};
std::string_view family_name(Family family);

struct ModelConfig {
  Family family = Family::trm;
  std::size_t vocab_size = 0;
  std::size_t hidden_size = 64;  ///< D
  std::size_t layers = 2;        ///< layers of the network
  std::size_t H_cycles = 1;      ///< outer cycles per token (trm)
  std::size_t L_cycles = 1;      ///< z_L evaluations per outer cycle (trm)
  std::size_t num_heads = 8;     ///< local and global heads together
  std::size_t global_heads = 0;  ///< the last heads: linear attention with decay
  std::size_t head_dim = 8;
  std::size_t window = 104;             ///< keys that a local head sees, itself included
  std::size_t conv_kernel = 4;          ///< taps of the depthwise convolution; 0: no convolution
  std::size_t intermediate_size = 256;  ///< inner width of the SwiGLU
  bool recursion_bias = true;           ///< learned b[evaluation, head, distance] on local scores
  bool rope = false;                    ///< rotary positions on q and k of the local heads
  double rope_theta = 10000.0;
  double rms_norm_eps = 1e-5;
  std::size_t run_tokens = 0;         ///< tokens [0, run_tokens) form runs (the digits of a number)
  std::size_t run_positions = 0;      ///< rows of the embedding of the index within a run; 0: none
  std::size_t segment_positions = 0;  ///< rows of the embedding of the count of tokens that end runs; 0: none
  std::size_t max_tokens = 256;       ///< longest sequence that full attention keeps keys for
  double residual_init_scale = 0.3;   ///< factor on the initial o_proj, pointwise and down_proj
  double state_init_scale = 0.2;      ///< factor on the constant H_init and L_init

  /// Evaluations of the network per token.
  [[nodiscard]] std::size_t evaluations() const {
    return family == Family::transformer ? 1 : H_cycles * (L_cycles + 1);
  }
  /// Evaluation indices that have a bias of their own: the place inside an outer cycle.
  [[nodiscard]] std::size_t evaluations_per_cycle() const { return family == Family::transformer ? 1 : L_cycles + 1; }
  [[nodiscard]] std::size_t attention_size() const { return num_heads * head_dim; }
  [[nodiscard]] std::size_t local_heads() const { return num_heads - global_heads; }
  [[nodiscard]] std::size_t local_size() const { return local_heads() * head_dim; }
  [[nodiscard]] std::size_t global_size() const { return global_heads * head_dim; }

  /// Error: the first field that is out of range or contradicts another one.
  [[nodiscard]] Status validate() const;
  /// Canonical JSON text: sorted keys, every field. parse(canonical()) gives the same configuration.
  [[nodiscard]] std::string canonical() const;
  /// `file` names the source in errors.
  static Result<ModelConfig> parse(std::string_view json, const std::string& file);

  bool operator==(const ModelConfig&) const = default;
};

class JsonObject;
class JsonWriter;
/// Reads the fields of a configuration from an open object (a training file has them under "model"); absent fields keep
/// their value in `defaults`.
Result<ModelConfig> read_model_config(JsonObject& json, const std::string& file, const ModelConfig& defaults);
/// The configuration as an object for a larger file.
JsonWriter model_config_json(const ModelConfig& config);

}  // namespace trm
