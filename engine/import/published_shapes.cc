#include "engine/import/published_shapes.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <system_error>
#include <tuple>
#include <utility>

#include "engine/model/published_names.h"
#include "engine/model/published_tensors.h"

namespace trm {
namespace {

class ShapeReader {
 public:
  ShapeReader(std::span<const TensorView> tensors, const std::string& file) : tensors_(tensors), file_(file) {
    for (const TensorView& t : tensors) {
      const std::string_view name = t.name;
      if (name.starts_with(kPublishedPrefix)) found_.emplace(name.substr(kPublishedPrefix.size()), &t);
    }
  }

  Result<PublishedShapes> read() {
    if (!found_.contains(kNamesAnchor)) {
      const std::string wanted = std::string(kPublishedPrefix) + std::string(kNamesAnchor);
      return bad("", "has no tensor " + wanted + nearest(wanted),
                 "give a checkpoint of TRM, HRM or the transformer baseline");
    }
    PublishedShapes s;
    if (Status status = read_sizes(s); !status) return std::move(status.error());
    if (Status status = read_layers(s); !status) return std::move(status.error());
    read_arch(s);
    for (const auto& [name, tensor] : found_) {
      if (name == "puzzle_emb.weights") {
        s.table_elements = tensor->elements();
      } else if (!name.ends_with("_init")) {
        s.parameters += tensor->elements();
      }
    }
    return s;
  }

 private:
  [[nodiscard]] Error bad(std::string_view name, std::string message, std::string fix) const {
    return Error{ErrorCode::bad_input, file_, name.empty() ? "" : std::string(kPublishedPrefix) + std::string(name),
                 std::move(message), std::move(fix)};
  }

  // What is there in place of a tensor that is not.
  [[nodiscard]] std::string nearest(std::string_view wanted) const {
    const std::string near = nearest_name(wanted, tensors_);
    return near.empty() ? near : "; the nearest that is there is " + near;
  }

  // Rows and columns of a matrix.
  Result<std::pair<std::size_t, std::size_t>> matrix(std::string_view name) const {
    const auto it = found_.find(name);
    if (it == found_.end()) {
      return bad(name, "tensor is missing" + nearest(std::string(kPublishedPrefix) + std::string(name)),
                 "give a whole checkpoint");
    }
    const auto& shape = it->second->shape;
    if (shape.size() != 2 || shape[0] == 0 || shape[1] == 0) {
      return bad(name, "has shape " + shape_text(shape), "a matrix is expected");
    }
    return std::pair(shape[0], shape[1]);
  }

  Status read_sizes(PublishedShapes& s) const {
    const auto tokens = matrix("embed_tokens.embedding_weight");
    if (!tokens) return tokens.error();
    std::tie(s.vocab_size, s.hidden_size) = *tokens;
    if (found_.contains("puzzle_emb.weights")) {
      const auto table = matrix("puzzle_emb.weights");
      if (!table) return table.error();
      std::tie(s.num_puzzle_identifiers, s.puzzle_emb_ndim) = *table;
    }
    if (found_.contains("embed_pos.embedding_weight")) {
      const auto positions = matrix("embed_pos.embedding_weight");
      if (!positions) return positions.error();
      s.learned_positions = true;
      s.total_len = positions->first;
    }
    return {};
  }

  // One more than the highest number after "LEVEL.layers."; whether all of them are there is checked with the names.
  [[nodiscard]] std::size_t layers_of(const std::string& level) const {
    const std::string lead = level + ".layers.";
    std::size_t layers = 0;
    for (auto it = found_.lower_bound(lead); it != found_.end() && it->first.starts_with(lead); ++it) {
      const std::string_view rest = it->first.substr(lead.size());
      std::size_t index = 0;
      const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), index);
      if (error == std::errc{} && index < found_.size()) layers = std::max(layers, index + 1);
    }
    return layers;
  }

  Status read_layers(PublishedShapes& s) const {
    s.L_layers = layers_of("L_level");
    s.H_layers = layers_of("H_level");
    if (s.L_layers == 0 && s.H_layers == 0) {
      return bad("", "has no layers L_level or H_level", "give a checkpoint of TRM, HRM or the transformer baseline");
    }
    const std::string layer = std::string(s.L_layers > 0 ? "L" : "H") + "_level.layers.0.";
    const auto mlp = matrix(layer + "mlp.down_proj.weight");
    if (!mlp) return mlp.error();
    s.mlp_inner = mlp->second;
    if (const auto taps = found_.find(layer + "conv.depthwise_weight"); taps != found_.end()) {
      s.conv_kernel = taps->second->shape.empty() ? 0 : taps->second->shape[0];
    }
    if (found_.contains(layer + "mlp_t.down_proj.weight")) {
      const auto mixer = matrix(layer + "mlp_t.down_proj.weight");
      if (!mixer) return mixer.error();
      s.mlp_t = true;
      if (s.total_len && *s.total_len != mixer->first) {
        return bad(
            layer + "mlp_t.down_proj.weight",
            "has " + std::to_string(mixer->first) + " positions, the learned ones are " + std::to_string(*s.total_len),
            "give a whole checkpoint");
      }
      s.total_len = mixer->first;
    } else {
      const auto output = matrix(layer + "self_attn.o_proj.weight");
      if (!output) return output.error();
      s.attention_size = output->second;
    }
    return {};
  }

  void read_arch(PublishedShapes& s) const {
    if (s.H_layers > 0) {
      s.arch = s.L_layers > 0 ? CanvasArch::hrm : CanvasArch::transformer_baseline;
    } else if (found_.contains("L1_init")) {
      s.arch = CanvasArch::trm_hier6;
    } else {
      s.arch = found_.contains("H_init") ? CanvasArch::trm : CanvasArch::trm_singlez;
    }
  }

  std::span<const TensorView> tensors_;
  const std::string& file_;
  std::map<std::string_view, const TensorView*> found_;  // names without their prefix
};

}  // namespace

Result<PublishedShapes> read_published_shapes(std::span<const TensorView> tensors, const std::string& file) {
  return ShapeReader(tensors, file).read();
}

}  // namespace trm
