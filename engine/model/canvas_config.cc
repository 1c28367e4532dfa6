#include "engine/model/canvas_config.h"

#include <array>
#include <cmath>
#include <utility>

#include "engine/json/json_object.h"

namespace trm {
namespace {

constexpr std::array<std::pair<CanvasArch, const char*>, 5> kArchs{
    {{CanvasArch::trm, "trm"},
     {CanvasArch::trm_singlez, "trm_singlez"},
     {CanvasArch::trm_hier6, "trm_hier6"},
     {CanvasArch::hrm, "hrm"},
     {CanvasArch::transformer_baseline, "transformer_baseline"}}};
constexpr std::array<const char*, 3> kPositions{"none", "rope", "learned"};

constexpr std::size_t kMaxWidth = std::size_t{1} << 16;
constexpr std::size_t kMaxIds = std::size_t{1} << 32;

Error wrong_field(const char* field, std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "", std::string("model.") + field, std::move(message), std::move(fix)};
}

}  // namespace

std::string_view arch_name(CanvasArch arch) {
  return kArchs[static_cast<std::size_t>(arch)].second;
}

std::optional<CanvasArch> parse_arch(std::string_view name) {
  for (const auto& [arch, known] : kArchs) {
    if (name == known) return arch;
  }
  return std::nullopt;
}

std::string_view pos_encodings_name(PosEncodings positions) {
  return kPositions[static_cast<std::size_t>(positions)];
}

CanvasConfig CanvasConfig::defaults(CanvasArch arch) {
  CanvasConfig c;
  c.arch = arch;
  switch (arch) {
    case CanvasArch::trm:
    case CanvasArch::trm_singlez:
    case CanvasArch::trm_hier6:
      c.puzzle_emb_len = 16;
      break;
    case CanvasArch::hrm:
      c.H_cycles = c.L_cycles = 2;
      c.H_layers = c.L_layers = 4;
      c.no_ACT_continue = false;
      break;
    case CanvasArch::transformer_baseline:
      c.num_heads = 12;
      c.H_cycles = 1;
      c.L_cycles = 0;
      c.H_layers = 8;
      c.L_layers = 0;
      c.no_ACT_continue = false;
      break;
  }
  return c;
}

std::size_t CanvasConfig::prefix_len() const {
  return puzzle_emb_len != 0 ? puzzle_emb_len : (puzzle_emb_ndim + hidden_size - 1) / hidden_size;
}

std::size_t CanvasConfig::mlp_inner(std::size_t width) const {
  const double wanted = std::nearbyint(expansion * static_cast<double>(width) * 2.0 / 3.0);
  return 256 * ((static_cast<std::size_t>(wanted) + 255) / 256);
}

std::size_t CanvasConfig::grid_columns() const {
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(seq_len))));
  return side * side == seq_len ? side : 0;
}

Status CanvasConfig::validate() const {
  if (vocab_size < 2) return wrong_field("vocab_size", "must be at least 2", "give the number of tokens");
  if (seq_len == 0) return wrong_field("seq_len", "must be positive", "give the number of cells of a puzzle");
  if (hidden_size == 0) return wrong_field("hidden_size", "must be positive", "512 is the usual value");
  if (num_heads == 0) return wrong_field("num_heads", "must be positive", "8 is the usual value");
  if (num_heads > hidden_size) return wrong_field("num_heads", "exceeds hidden_size", "8 is the usual value");
  if (!(expansion > 0.0)) return wrong_field("expansion", "must be positive", "4 is the usual value");
  if (mlp_inner(hidden_size) == 0 || (mlp_t && mlp_inner(total_len()) == 0)) {
    return wrong_field("expansion", "leaves the SwiGLU no width", "4 is the usual value");
  }
  if (has_L_level() && L_layers == 0) return wrong_field("L_layers", "must be positive", "2 is the usual value of TRM");
  if (has_H_level() && H_layers == 0) return wrong_field("H_layers", "must be positive", "4 is the usual value of HRM");
  if (has_L_level() && H_cycles == 0) return wrong_field("H_cycles", "must be positive", "3 is the usual value of TRM");
  if (has_L_level() && L_cycles == 0) return wrong_field("L_cycles", "must be positive", "6 is the usual value of TRM");
  if (arch == CanvasArch::trm_hier6 && L_cycles > 6) {
    return wrong_field("L_cycles", "exceeds the six states of trm_hier6", "use at most 6");
  }
  if (!is_trm()) {
    if (puzzle_emb_len != 0) {
      return wrong_field("puzzle_emb_len", std::string("is no field of ") + std::string(arch_name(arch)),
                         "leave it at 0: the prefix follows from puzzle_emb_ndim");
    }
    if (pos_encodings == PosEncodings::none) {
      return wrong_field("pos_encodings", std::string(arch_name(arch)) + " needs positions", "use rope or learned");
    }
  }
  if (arch == CanvasArch::transformer_baseline && mlp_t) {
    return wrong_field("mlp_t", "is no field of transformer_baseline", "leave it false");
  }
  if (conv_kernel > 0) {
    if (conv_kernel % 2 == 0) {
      return wrong_field("conv_kernel", "is even, a convolution over a grid has a middle", "use an odd number");
    }
    if (grid_columns() == 0) {
      return wrong_field("conv_kernel", "needs a square canvas, " + std::to_string(seq_len) + " cells are none",
                         "use 0");
    }
    if (puzzle_emb_ndim > 0) {
      return wrong_field("conv_kernel", "needs a canvas without prefix", "set puzzle_emb_ndim 0");
    }
  }
  if (pos_encodings == PosEncodings::rope && !mlp_t && head_dim() % 2 != 0) {
    return wrong_field("num_heads",
                       "gives an odd head size of " + std::to_string(head_dim()) + ", which rope cannot rotate",
                       "use an even hidden_size / num_heads");
  }
  if (puzzle_emb_ndim == 0 && puzzle_emb_len != 0) {
    return wrong_field("puzzle_emb_len", "asks for a prefix, but puzzle_emb_ndim is 0", "set puzzle_emb_len 0");
  }
  if (puzzle_emb_ndim > prefix_len() * hidden_size) {
    return wrong_field("puzzle_emb_ndim",
                       "is " + std::to_string(puzzle_emb_ndim) + ", the prefix of " + std::to_string(prefix_len()) +
                           " positions holds " + std::to_string(prefix_len() * hidden_size),
                       "raise puzzle_emb_len or set it 0");
  }
  if (puzzle_emb_ndim > 0 && num_puzzle_identifiers == 0) {
    return wrong_field("num_puzzle_identifiers", "must be positive", "give the rows of the puzzle table");
  }
  if (halt_max_steps == 0) return wrong_field("halt_max_steps", "must be positive", "16 is the usual value");
  if (!(halt_exploration_prob >= 0.0 && halt_exploration_prob <= 1.0)) {
    return wrong_field("halt_exploration_prob", "is no probability", "0.1 is the usual value");
  }
  if (!(rms_norm_eps > 0.0)) return wrong_field("rms_norm_eps", "must be positive", "1e-5 is the usual value");
  if (!(rope_theta >= 1.0)) return wrong_field("rope_theta", "must be at least 1", "10000 is the usual value");
  return {};
}

JsonWriter published_config_json(const CanvasConfig& c) {
  JsonWriter model;
  model.set("vocab_size", c.vocab_size);
  model.set("seq_len", c.seq_len);
  model.set("num_puzzle_identifiers", c.num_puzzle_identifiers);
  model.set("hidden_size", c.hidden_size);
  model.set("num_heads", c.num_heads);
  model.set("expansion", c.expansion);
  model.set("H_cycles", c.H_cycles);
  model.set("L_cycles", c.L_cycles);
  model.set("H_layers", c.H_layers);
  model.set("L_layers", c.L_layers);
  model.set("puzzle_emb_ndim", c.puzzle_emb_ndim);
  model.set("puzzle_emb_len", c.puzzle_emb_len);
  model.set("pos_encodings", std::string(pos_encodings_name(c.pos_encodings)));
  model.set("mlp_t", c.mlp_t);
  model.set("conv_kernel", c.conv_kernel);
  model.set("no_ACT_continue", c.no_ACT_continue);
  model.set("halt_max_steps", c.halt_max_steps);
  model.set("halt_exploration_prob", c.halt_exploration_prob);
  model.set("rms_norm_eps", c.rms_norm_eps);
  model.set("rope_theta", c.rope_theta);
  model.set("forward_dtype", c.forward_dtype);
  model.set("act_enabled", c.act_enabled);
  model.set("act_inference", c.act_inference);
  model.set("loss_type", c.loss_type);
  model.set("q_loss_weight", c.q_loss_weight);
  JsonWriter out;
  out.set("arch", std::string(arch_name(c.arch)));
  out.set("model", model);
  return out;
}

std::string CanvasConfig::canonical() const {
  return published_config_json(*this).text();
}

// The ranges keep every product of two sizes far below 2^63.
void read_published_fields(JsonObject& json, CanvasConfig& c) {
  json.get("vocab_size", c.vocab_size, 2, std::size_t{1} << 24);
  json.get("seq_len", c.seq_len, 1, kMaxWidth);
  json.get("num_puzzle_identifiers", c.num_puzzle_identifiers, 0, kMaxIds);
  json.get("hidden_size", c.hidden_size, 1, kMaxWidth);
  json.get("num_heads", c.num_heads, 1, 1024);
  json.get("expansion", c.expansion, 0.01, 64.0);
  json.get("H_cycles", c.H_cycles, 0, 1024);
  json.get("L_cycles", c.L_cycles, 0, 1024);
  json.get("H_layers", c.H_layers, 0, 1024);
  json.get("L_layers", c.L_layers, 0, 1024);
  json.get("puzzle_emb_ndim", c.puzzle_emb_ndim, 0, kMaxWidth);
  json.get("puzzle_emb_len", c.puzzle_emb_len, 0, kMaxWidth);
  std::string positions{pos_encodings_name(c.pos_encodings)};
  json.get("pos_encodings", positions, {kPositions[0], kPositions[1], kPositions[2]});
  for (std::size_t i = 0; i < kPositions.size(); ++i) {
    if (positions == kPositions[i]) c.pos_encodings = static_cast<PosEncodings>(i);
  }
  json.get("mlp_t", c.mlp_t);
  json.get("conv_kernel", c.conv_kernel, 0, 63);
  json.get("no_ACT_continue", c.no_ACT_continue);
  json.get("halt_max_steps", c.halt_max_steps, 1, 1 << 20);
  json.get("halt_exploration_prob", c.halt_exploration_prob, 0.0, 1.0);
  json.get("rms_norm_eps", c.rms_norm_eps, 1e-12, 1.0);
  json.get("rope_theta", c.rope_theta, 1.0, 1e9);
  json.get("forward_dtype", c.forward_dtype, {"bfloat16", "float16", "float32"});
  json.get("act_enabled", c.act_enabled);
  json.get("act_inference", c.act_inference);
  json.get("loss_type", c.loss_type, {"stablemax_cross_entropy", "softmax_cross_entropy"});
  json.get("q_loss_weight", c.q_loss_weight, 0.0, 100.0);
  // Public configurations carry these as well; they say how a run was fed, not what the model is.
  std::size_t ignored_size = 0;
  bool ignored_flag = false;
  json.get("batch_size", ignored_size, 0, kMaxIds);
  json.get("causal", ignored_flag);
}

Result<CanvasConfig> read_published_config(JsonObject& json, const std::string& file, const CanvasSizes* sizes) {
  std::string arch;
  json.require("arch");
  json.get("arch", arch, {"trm", "trm_singlez", "trm_hier6", "hrm", "transformer_baseline"});
  json.require("model");
  std::optional<JsonObject> model = json.object("model");
  const std::optional<CanvasArch> known = parse_arch(arch);
  if (!model || !known) return json.finish().error();
  CanvasConfig c = CanvasConfig::defaults(*known);
  if (sizes != nullptr) {
    c.vocab_size = sizes->vocab_size;
    c.seq_len = sizes->seq_len;
    c.num_puzzle_identifiers = sizes->num_puzzle_identifiers;
  } else {
    for (const char* key : {"vocab_size", "seq_len", "num_puzzle_identifiers"}) model->require(key);
  }
  for (const char* key : {"hidden_size", "puzzle_emb_ndim"}) model->require(key);
  read_published_fields(*model, c);
  if (Status s = model->finish(); !s.ok()) return s.error();
  if (Status s = c.validate(); !s.ok()) {
    s.error().file = file;
    return s.error();
  }
  return c;
}

Result<CanvasConfig> CanvasConfig::parse(std::string_view json, const std::string& file) {
  Result<JsonObject> object = JsonObject::parse(json, file);
  if (!object.ok()) return object.error();
  Result<CanvasConfig> config = read_published_config(*object, file);
  if (!config.ok()) return config;
  if (Status s = object->finish(); !s.ok()) return s.error();
  return config;
}

}  // namespace trm
