#include "engine/model/canvas_model.h"

#include <cmath>
#include <cstring>
#include <utility>

#include "engine/model/published_tensors.h"

namespace trm {

namespace {

/// The float32 tensor of that name and shape.
Result<const TensorView*> find_tensor(const SafetensorsFile& file, const std::string& name,
                                      const std::vector<std::size_t>& shape) {
  auto bad = [&](std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, file.path(), name, std::move(message), std::move(fix)};
  };
  const TensorView* t = file.find(name);
  if (t == nullptr) return bad("tensor is missing", "the configuration asks for it");
  if (t->dtype != DType::f32) {
    return bad("has type " + std::string(dtype_name(t->dtype)), "float32 (F32) is expected");
  }
  if (t->shape != shape) {
    return bad("has shape " + shape_text(t->shape), "the configuration asks for " + shape_text(shape));
  }
  for (std::size_t i = 0; i < t->elements(); ++i) {
    if (!std::isfinite(t->as<float>()[i])) {
      return bad("element " + std::to_string(i) + " is not finite", "the file is damaged or its training diverged");
    }
  }
  return t;
}

}  // namespace

Result<CanvasModel> read_canvas_weights(const PublishedConfig& config, const SafetensorsFile& file) {
  if (Status s = config.validate(); !s.ok()) return s.error();
  CanvasModel out{config, Registry(config), {}, {}, file};
  out.weights = Buffer<float>(out.registry.flat_size);
  for (const TensorSpec& spec : out.registry.tensors) {
    Result<const TensorView*> t = find_tensor(file, spec.name, spec.shape);
    if (!t.ok()) return t.error();
    std::memcpy(out.weights.data() + spec.offset, (*t)->data.data(), (*t)->data.size());
  }
  if (config.puzzle_emb_ndim > 0) {
    Result<const TensorView*> t =
        find_tensor(file, kPuzzleTable, {config.num_puzzle_identifiers, config.puzzle_emb_ndim});
    if (!t.ok()) return t.error();
    out.table = {(*t)->as<float>().data(), config.num_puzzle_identifiers, config.puzzle_emb_ndim};
  }
  return out;
}

}  // namespace trm
