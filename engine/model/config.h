// Configuration of a causal recursive model. Tensor names and shapes follow from it alone; a file may only confirm
// them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/model/unit.h"

namespace trm {

enum class Family {
  trm,          ///< one network, two states: z_L <- f(z_L, z_H + x), then z_H <- f(z_H, z_L); without L cycles one
                ///< state: z <- f(z, x)
  transformer,  ///< one network, one evaluation per token: z_H <- f(z_H, x)
  hrm,          ///< two networks: z_L <- f_L(z_L, z_H + x), then z_H <- f_H(z_H, z_L); gradient through one of each
};
std::string_view family_name(Family family);

struct ModelConfig : UnitShape {
  Family family = Family::trm;
  std::size_t vocab_size = 0;
  std::size_t layers = 2;             ///< layers of a network
  std::size_t H_cycles = 1;           ///< outer cycles per token (trm, hrm)
  std::size_t L_cycles = 1;           ///< z_L evaluations per outer cycle (trm, hrm); 0 (trm): one state
  bool recursion_bias = true;         ///< learned b[evaluation, head, distance] on local scores
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
