#include "engine/model/canvas_model.h"

#include <cstring>

#include "engine/model/published_tensors.h"
#include "engine/model/tensor_check.h"

namespace trm {

namespace {

Result<const TensorView*> find_tensor(const SafetensorsFile& file, const std::string& name,
                                      const std::vector<std::size_t>& shape) {
  Result<const TensorView*> t = find_f32_tensor(file, name, shape, "the configuration");
  if (!t.ok()) return t;
  if (Status s = check_finite(file, **t); !s.ok()) return s.error();
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
