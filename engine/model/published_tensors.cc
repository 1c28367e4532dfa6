#include "engine/model/published_tensors.h"

#include <map>
#include <utility>

namespace trm {

std::string_view plain_name(std::string_view name) {
  if (name.starts_with(kCompilePrefix)) name.remove_prefix(kCompilePrefix.size());
  return name;
}

std::vector<PublishedTensor> published_tensors(const PublishedConfig& c) {
  const std::size_t D = c.hidden_size, V = c.vocab_size, T = c.total_len();
  std::vector<PublishedTensor> out;
  const auto add = [&out](const std::string& name, std::vector<std::size_t> shape) {
    out.push_back({std::string(kPublishedPrefix) + name, std::move(shape)});
  };
  if (c.arch != PublishedArch::trm_singlez) add("H_init", {D});
  if (c.arch == PublishedArch::trm_hier6) {
    for (const char* name : {"L1_init", "L2_init", "L3_init", "L4_init", "L5_init", "L6_init"}) add(name, {D});
  } else if (c.has_L_level()) {
    add("L_init", {D});
  }
  add("embed_tokens.embedding_weight", {V, D});
  if (c.pos_encodings == PosEncodings::learned) add("embed_pos.embedding_weight", {T, D});
  if (c.puzzle_emb_ndim > 0) add("puzzle_emb.weights", {c.num_puzzle_identifiers, c.puzzle_emb_ndim});
  add("lm_head.weight", {V, D});
  add("q_head.weight", {2, D});
  add("q_head.bias", {2});
  const auto swiglu = [&](const std::string& name, std::size_t width) {
    const std::size_t inner = c.mlp_inner(width);
    add(name + ".gate_up_proj.weight", {2 * inner, width});
    add(name + ".down_proj.weight", {width, inner});
  };
  const auto level = [&](const std::string& name, std::size_t layers) {
    for (std::size_t i = 0; i < layers; ++i) {
      const std::string layer = name + ".layers." + std::to_string(i) + ".";
      if (c.mlp_t) {
        swiglu(layer + "mlp_t", T);
      } else {
        add(layer + "self_attn.qkv_proj.weight", {3 * c.attention_size(), D});
        add(layer + "self_attn.o_proj.weight", {D, c.attention_size()});
      }
      swiglu(layer + "mlp", D);
    }
  };
  if (c.has_L_level()) level("L_level", c.L_layers);
  if (c.has_H_level()) level("H_level", c.H_layers);
  return out;
}

Status check_published_tensors(std::span<const TensorView> tensors, const PublishedConfig& config,
                               const std::string& file) {
  const auto bad = [&file](std::string_view field, std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, file, std::string(field), std::move(message), std::move(fix)};
  };
  std::map<std::string_view, const TensorView*> found;
  for (const TensorView& t : tensors) {
    if (!found.emplace(plain_name(t.name), &t).second) {
      return bad(t.name, "is there with and without " + std::string(kCompilePrefix), "keep one of the two");
    }
  }
  for (const PublishedTensor& wanted : published_tensors(config)) {
    const auto it = found.find(wanted.name);
    if (it == found.end()) return bad(wanted.name, "tensor is missing", "the configuration asks for it");
    if (it->second->shape != wanted.shape) {
      return bad(wanted.name, "has shape " + shape_text(it->second->shape),
                 "the configuration asks for " + shape_text(wanted.shape));
    }
    found.erase(it);
  }
  if (!found.empty()) {
    return bad(found.begin()->first, "tensor is unknown to the configuration",
               "remove it or correct the configuration");
  }
  return {};
}

}  // namespace trm
