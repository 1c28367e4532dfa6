// Configuration of a published puzzle model: TRM, its two variants of the state, HRM and the transformer baseline.
// Field names are those of the public configurations; what the public code derives from them is derived here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace trm {

enum class CanvasArch {
  trm,                   ///< one network, states z_H and z_L
  trm_singlez,           ///< one network, one state z_L
  trm_hier6,             ///< one network, z_H and six z_L
  hrm,                   ///< two networks, states z_H and z_L
  transformer_baseline,  ///< one network, one state z_H, one evaluation per supervision step
};
/// "trm", ..., "transformer_baseline".
std::string_view arch_name(CanvasArch arch);
std::optional<CanvasArch> parse_arch(std::string_view name);

enum class PosEncodings { none, rope, learned };
std::string_view pos_encodings_name(PosEncodings positions);

struct CanvasConfig {
  CanvasArch arch = CanvasArch::trm;
  std::size_t vocab_size = 0;              ///< V
  std::size_t seq_len = 0;                 ///< S, tokens per puzzle without the prefix
  std::size_t num_puzzle_identifiers = 0;  ///< rows of the puzzle table
  std::size_t hidden_size = 0;             ///< D
  std::size_t num_heads = 8;
  double expansion = 4.0;
  std::size_t H_cycles = 3;         ///< the baseline ignores it
  std::size_t L_cycles = 6;         ///< the baseline has none
  std::size_t H_layers = 0;         ///< of the network H_level; the TRM family ignores it
  std::size_t L_layers = 2;         ///< of the network L_level; the baseline has none
  std::size_t puzzle_emb_ndim = 0;  ///< values per row of the puzzle table; 0: no table and no prefix
  std::size_t puzzle_emb_len = 0;   ///< prefix positions; 0: as many as puzzle_emb_ndim needs
  PosEncodings pos_encodings = PosEncodings::rope;
  bool mlp_t = false;               ///< an MLP over positions instead of attention
  std::size_t conv_kernel = 0;      ///< side of a depthwise-separable convolution in front of it, over a square canvas
                                    ///< without prefix; odd; 0: published, none
  bool no_ACT_continue = true;      ///< halting by q_halt alone (TRM family)
  std::size_t halt_max_steps = 16;  ///< supervision steps at most
  double halt_exploration_prob = 0.1;
  double rms_norm_eps = 1e-5;
  double rope_theta = 10000.0;
  std::string forward_dtype = "bfloat16";  ///< of the published forward pass: "bfloat16", "float16" or "float32"
  bool act_enabled = true;                 ///< baseline only
  bool act_inference = false;              ///< baseline only: halting in evaluation too
  std::string loss_type = "stablemax_cross_entropy";  ///< or "softmax_cross_entropy"
  double q_loss_weight = 0.5;  ///< of the halting losses beside the mean over the cells; published: 0.5

  /// What the public code takes for fields that a configuration leaves out. Sizes (V, S, D, ids) have no default.
  static CanvasConfig defaults(CanvasArch arch);

  /// P: positions in front of the tokens. puzzle_emb_len, or ceil(puzzle_emb_ndim / D) if that is 0.
  [[nodiscard]] std::size_t prefix_len() const;
  /// T = P + S.
  [[nodiscard]] std::size_t total_len() const { return prefix_len() + seq_len; }
  /// Columns of a square canvas; 0 if it is none.
  [[nodiscard]] std::size_t grid_columns() const;
  /// floor(D / num_heads): num_heads * head_dim may be smaller than D.
  [[nodiscard]] std::size_t head_dim() const { return hidden_size / num_heads; }
  [[nodiscard]] std::size_t attention_size() const { return num_heads * head_dim(); }
  /// Inner width of a SwiGLU over `width` values: 256 * ceil(round(expansion * width * 2 / 3) / 256), half to even.
  [[nodiscard]] std::size_t mlp_inner(std::size_t width) const;
  [[nodiscard]] bool is_trm() const {
    return arch == CanvasArch::trm || arch == CanvasArch::trm_singlez || arch == CanvasArch::trm_hier6;
  }
  [[nodiscard]] bool has_L_level() const { return arch != CanvasArch::transformer_baseline; }
  [[nodiscard]] bool has_H_level() const { return arch == CanvasArch::hrm || !has_L_level(); }

  /// Error: the first field that is out of range or contradicts another one.
  [[nodiscard]] Status validate() const;
  /// Canonical JSON text {"arch": ..., "model": {...}}: sorted keys, every field. parse(canonical()) gives the same
  /// configuration.
  [[nodiscard]] std::string canonical() const;
  /// `file` names the source in errors. The sizes are required, other fields have their defaults.
  static Result<CanvasConfig> parse(std::string_view json, const std::string& file);

  bool operator==(const CanvasConfig&) const = default;
};

/// What the data decide.
struct CanvasSizes {
  std::size_t vocab_size, seq_len, num_puzzle_identifiers;
};

class JsonObject;
class JsonWriter;
/// {"arch": ..., "model": {...}} for a larger file.
JsonWriter published_config_json(const CanvasConfig& config);
/// Reads "arch" and "model" of an open object; other fields of it are the caller's. `file` names the source in errors.
/// `sizes` stand in for absent fields, which are required without them.
Result<CanvasConfig> read_published_config(JsonObject& json, const std::string& file,
                                           const CanvasSizes* sizes = nullptr);
/// Reads the fields of a model that are there; others keep their value. Errors are left to the caller's finish().
void read_published_fields(JsonObject& model, CanvasConfig& config);

}  // namespace trm
