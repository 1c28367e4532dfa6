#include "engine/model/published_tensors.h"

#include <map>
#include <utility>

#include "engine/model/published_names.h"
#include "engine/model/tensors.h"

namespace trm {

std::vector<PublishedTensor> published_tensors(const CanvasConfig& config) {
  std::vector<PublishedTensor> out;
  for (TensorSpec& spec : Registry(config).tensors) out.push_back({std::move(spec.name), std::move(spec.shape)});
  if (config.puzzle_emb_ndim > 0) {
    out.push_back({kPuzzleTable, {config.num_puzzle_identifiers, config.puzzle_emb_ndim}});
  }
  return out;
}

Status check_published_tensors(std::span<const TensorView> tensors, const CanvasConfig& config,
                               const std::string& file) {
  const auto bad = [&file](std::string_view field, std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, file, std::string(field), std::move(message), std::move(fix)};
  };
  std::map<std::string_view, const TensorView*> found;
  for (const TensorView& t : tensors) found.emplace(t.name, &t);
  for (const PublishedTensor& wanted : published_tensors(config)) {
    const auto it = found.find(wanted.name);
    if (it == found.end()) {
      const std::string near = nearest_name(wanted.name, tensors);
      return bad(wanted.name, "tensor is missing" + (near.empty() ? "" : "; the nearest that is there is " + near),
                 "the configuration asks for it");
    }
    if (it->second->shape != wanted.shape) {
      return bad(wanted.name, "has shape " + shape_text(it->second->shape),
                 "the configuration asks for " + shape_text(wanted.shape));
    }
    // The scales of a matrix of integers: who reads it looks at them.
    if (it->second->dtype == DType::i8) found.erase(wanted.name + std::string(kScaleSuffix));
    found.erase(wanted.name);
  }
  if (!found.empty()) {
    return bad(found.begin()->first, "tensor is unknown to the configuration",
               "remove it or correct the configuration");
  }
  return {};
}

}  // namespace trm
