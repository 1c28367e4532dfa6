#include "engine/store/canvas_model.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/published_tensors.h"
#include "engine/store/stored_weights.h"
#include "engine/store/tensor_check.h"

namespace trm {

namespace {

constexpr const char* kWantedBy = "the configuration";
// A puzzle table of more bytes is not read when a model is loaded: of gigabytes a run needs a few rows.
constexpr std::size_t kLargeTable = std::size_t{64} << 20;

}  // namespace

Status CanvasModel::check_rows(std::span<const std::int32_t> identifiers) const {
  if (table.data == nullptr) return {};
  auto bad = [this](std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, file.path(), kPuzzleTable, std::move(message), std::move(fix)};
  };
  for (const std::int32_t id : identifiers) {
    if (id < 0 || static_cast<std::size_t>(id) >= table.rows) {
      return bad("has no row " + std::to_string(id),
                 "identifiers from 0 to " + std::to_string(table.rows - 1) + " are legal");
    }
    const std::span<const float> row(table.row(id), table.ndim);
    const auto wrong = std::ranges::find_if_not(row, [](float v) { return std::isfinite(v); });
    if (wrong != row.end()) {
      return bad("row " + std::to_string(id) + ", element " + std::to_string(wrong - row.begin()) + " is not finite",
                 "the file is damaged or its training diverged");
    }
  }
  return file.unchanged();
}

Result<CanvasModel> read_canvas_weights(const CanvasConfig& config, const SafetensorsFile& file) {
  if (Status s = config.validate(); !s.ok()) return s.error();
  CanvasModel out{config, Registry(config), {}, {}, file};
  // The file has all tensors before their sizes, which it tells itself, are believed.
  std::vector<StoredTensor> tensors;
  for (const TensorSpec& spec : out.registry.tensors) {
    const Result<StoredTensor> t = find_weights(file, spec.name, spec.shape, kWantedBy);
    if (!t.ok()) return t.error();
    tensors.push_back(*t);
  }
  bool large = false;
  if (config.puzzle_emb_ndim > 0) {
    const auto is_f32 = [](DType type) { return type == DType::f32; };
    Result<const TensorView*> t = find_tensor(
        file, kPuzzleTable, {config.num_puzzle_identifiers, config.puzzle_emb_ndim}, kWantedBy, is_f32, "F32");
    if (t.ok()) t = file.aligned(**t);
    if (!t.ok()) return t.error();
    out.table = {(*t)->as<float>().data(), config.num_puzzle_identifiers, config.puzzle_emb_ndim};
    large = (*t)->data.size() > kLargeTable;
  }
  if (Status s = check_weights_memory(out.registry, file.path()); !s.ok()) return s.error();
  out.weights = Buffer<float>(out.registry.flat_size);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const TensorSpec& spec = out.registry.tensors[i];
    if (Status s = read_weights(file, tensors[i], out.weights.span().subspan(spec.offset, spec.elements)); !s.ok())
      return s.error();
  }
  if (Status s = file.verify(large ? kPuzzleTable : ""); !s.ok()) return s.error();
  return out;
}

}  // namespace trm
