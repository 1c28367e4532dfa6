#include "engine/model/config.h"

#include <array>
#include <utility>

#include "engine/json/json_object.h"

namespace trm {

namespace {

constexpr std::array<const char*, 3> kFamilies{"trm", "transformer", "hrm"};

Error wrong(const char* field, std::string message, std::string fix) {
  return Error{ErrorCode::bad_input, "", field, std::move(message), std::move(fix)};
}

}  // namespace

std::string_view family_name(Family family) {
  return kFamilies[static_cast<std::size_t>(family)];
}

Status ModelConfig::validate() const {
  if (vocab_size < 2) return wrong("vocab_size", "must be at least 2", "give the number of tokens");
  if (hidden_size == 0) return wrong("hidden_size", "must be positive", "64 is a usual value");
  if (layers == 0) return wrong("layers", "must be positive", "2 is a usual value");
  if (num_heads == 0) return wrong("num_heads", "must be positive", "8 is a usual value");
  if (head_dim == 0) return wrong("head_dim", "must be positive", "use hidden_size / num_heads");
  if (global_heads > num_heads) {
    return wrong("global_heads", "exceeds num_heads", "use at most " + std::to_string(num_heads));
  }
  if (intermediate_size == 0) return wrong("intermediate_size", "must be positive", "4 * hidden_size is a usual value");
  if (window == 0) return wrong("window", "must be positive", "104 is a usual value");
  if (max_tokens == 0) return wrong("max_tokens", "must be positive", "256 is a usual value");
  if (rope && head_dim % 2 != 0) return wrong("head_dim", "must be even for rotary positions", "use an even value");
  if (rope && global_heads > 0) {
    return wrong("rope", "rotary positions and global heads exclude one another", "set rope false or global_heads 0");
  }
  if (rope && window < max_tokens) {
    return wrong("window", "rotary attention here sees the whole sequence", "set window to max_tokens");
  }
  if (H_cycles == 0) return wrong("H_cycles", "must be positive", "1 is the smallest value");
  if (family == Family::hrm && L_cycles == 0) return wrong("L_cycles", "must be positive", "1 is the smallest value");
  if (family == Family::transformer && (H_cycles != 1 || L_cycles != 1)) {
    return wrong("H_cycles", "the transformer has one evaluation per token", "leave H_cycles and L_cycles at 1");
  }
  if (run_tokens > vocab_size) return wrong("run_tokens", "exceeds vocab_size", "count the tokens that form runs");
  if (run_positions > 0 && run_tokens == 0) {
    return wrong("run_positions", "needs tokens that form runs", "set run_tokens or set run_positions 0");
  }
  return {};
}

JsonWriter model_config_json(const ModelConfig& c) {
  JsonWriter out;
  out.set("family", std::string(family_name(c.family)));
  out.set("vocab_size", c.vocab_size);
  out.set("hidden_size", c.hidden_size);
  out.set("layers", c.layers);
  out.set("H_cycles", c.H_cycles);
  out.set("L_cycles", c.L_cycles);
  out.set("num_heads", c.num_heads);
  out.set("global_heads", c.global_heads);
  out.set("head_dim", c.head_dim);
  out.set("window", c.window);
  out.set("conv_kernel", c.conv_kernel);
  out.set("intermediate_size", c.intermediate_size);
  out.set("recursion_bias", c.recursion_bias);
  out.set("rope", c.rope);
  out.set("rope_theta", c.rope_theta);
  out.set("rms_norm_eps", c.rms_norm_eps);
  out.set("run_tokens", c.run_tokens);
  out.set("run_positions", c.run_positions);
  out.set("segment_positions", c.segment_positions);
  out.set("max_tokens", c.max_tokens);
  out.set("residual_init_scale", c.residual_init_scale);
  out.set("state_init_scale", c.state_init_scale);
  return out;
}

std::string ModelConfig::canonical() const {
  return model_config_json(*this).text();
}

Result<ModelConfig> read_model_config(JsonObject& json, const std::string& file, const ModelConfig& defaults) {
  constexpr std::size_t kLarge = 1 << 16;
  ModelConfig c = defaults;
  std::string family{family_name(c.family)};
  json.get("family", family, {kFamilies[0], kFamilies[1], kFamilies[2]});
  for (std::size_t i = 0; i < kFamilies.size(); ++i) {
    if (family == kFamilies[i]) c.family = static_cast<Family>(i);
  }
  if (defaults.vocab_size == 0) json.require("vocab_size");
  json.get("vocab_size", c.vocab_size, 2, std::size_t{1} << 24);
  json.get("hidden_size", c.hidden_size, 1, kLarge);
  json.get("layers", c.layers, 1, 1024);
  json.get("H_cycles", c.H_cycles, 1, 1024);
  json.get("L_cycles", c.L_cycles, 0, 1024);
  json.get("num_heads", c.num_heads, 1, 1024);
  json.get("global_heads", c.global_heads, 0, 1024);
  json.get("head_dim", c.head_dim, 1, 4096);
  json.get("window", c.window, 1, kLarge);
  json.get("conv_kernel", c.conv_kernel, 0, 64);
  json.get("intermediate_size", c.intermediate_size, 1, 4 * kLarge);
  json.get("recursion_bias", c.recursion_bias);
  json.get("rope", c.rope);
  json.get("rope_theta", c.rope_theta, 1.0, 1e9);
  json.get("rms_norm_eps", c.rms_norm_eps, 1e-12, 1.0);
  json.get("run_tokens", c.run_tokens, 0, std::size_t{1} << 24);
  json.get("run_positions", c.run_positions, 0, kLarge);
  json.get("segment_positions", c.segment_positions, 0, kLarge);
  json.get("max_tokens", c.max_tokens, 1, kLarge);
  json.get("residual_init_scale", c.residual_init_scale, 0.0, 100.0);
  json.get("state_init_scale", c.state_init_scale, 0.0, 100.0);
  if (Status s = json.finish(); !s.ok()) return s.error();
  if (Status s = c.validate(); !s.ok()) {
    s.error().file = file;
    return s.error();
  }
  return c;
}

Result<ModelConfig> ModelConfig::parse(std::string_view json, const std::string& file) {
  Result<JsonObject> object = JsonObject::parse(json, file);
  if (!object.ok()) return object.error();
  return read_model_config(*object, file, {});
}

}  // namespace trm
