#include "engine/import/save_published.h"

#include <iterator>
#include <utility>

#include "engine/format/tensor_reader.h"
#include "engine/format/widen.h"
#include "engine/model/published_tensors.h"
#include "engine/model/tensors.h"
#include "engine/store/published_file.h"
#include "engine/store/row_list.h"
#include "engine/store/stored_weights.h"

namespace trm {

Status save_published(const std::string& path, const TensorFile& source, std::span<const TensorView> source_tensors,
                      const CanvasConfig& config, const PublishedSave& save) {
  if (save.rows && config.puzzle_emb_ndim == 0) {
    return Error{ErrorCode::usage, source.path(), kPuzzleTable, "is missing, so it has no rows to keep", "keep all"};
  }
  std::map<std::string_view, const TensorView*> found;
  for (const TensorView& t : source_tensors) found.emplace(t.name, &t);
  const auto scales_of = [&found](const TensorView& t) -> const TensorView* {
    const auto scales = t.dtype == DType::i8 ? found.find(t.name + std::string(kScaleSuffix)) : found.end();
    return scales == found.end() ? nullptr : scales->second;
  };
  CanvasConfig saved = config;
  const Registry registry(config);
  std::vector<TensorRef> tensors;
  std::size_t place = 0;
  for (const PublishedTensor& wanted : published_tensors(config)) {
    const TensorView& t = *found.at(wanted.name);
    const bool multiplied = place < registry.tensors.size() && registry.is_multiplied(place);
    ++place;
    TensorRef out{wanted.name, t.dtype, t.shape, nullptr, read_mapped(t.data, source.mapping())};
    if (const TensorView* scales = scales_of(t); save.keep_dtype && scales != nullptr) {
      tensors.push_back(
          {scales->name, scales->dtype, scales->shape, nullptr, read_mapped(scales->data, source.mapping())});
    } else if (!save.keep_dtype && multiplied &&
               (scales != nullptr || (save.weights != simd::WeightType::fp32 && widens_to_f32(t.dtype)))) {
      Result<std::vector<TensorRef>> stored = converted(save.weights, wanted.name, {&t, scales}, source.path());
      if (!stored.ok()) return stored.error();
      std::move(stored->begin(), stored->end(), std::back_inserter(tensors));
      continue;
    }
    if (save.rows && wanted.name == kPuzzleTable) {
      out.shape[0] = saved.num_puzzle_identifiers = save.rows->size();
      out.read = read_rows(std::move(out.read), t.shape[1] * dtype_size(t.dtype), *save.rows);
    }
    if (!save.keep_dtype && t.dtype != DType::f32) {
      if (!widens_to_f32(t.dtype)) {
        return Error{ErrorCode::bad_input, source.path(), t.name,
                     "has type " + std::string(dtype_name(t.dtype)) + ", which float32 cannot hold exactly",
                     "save it as float32, or keep the type with --keep-dtype"};
      }
      out.read = read_widened(std::move(out.read), t.dtype);
      out.dtype = DType::f32;
    }
    tensors.push_back(std::move(out));
  }
  std::map<std::string, std::string> metadata = save.info;
  metadata["format"] = kPublishedFormat;
  metadata["config"] = saved.canonical();
  if (save.rows) {
    // Rows of rows: the record names the ids of the first file.
    std::vector<std::size_t> ids = *save.rows;
    if (const auto before = metadata.find(kPuzzleRows); before != metadata.end()) {
      const std::string field = source.path() + ": __metadata__." + kPuzzleRows;
      const auto first = parse_rows(before->second, SIZE_MAX, config.num_puzzle_identifiers, field);
      if (!first) return first.error();
      if (first->size() != config.num_puzzle_identifiers) {
        return Error{ErrorCode::bad_input, "", field, "names " + std::to_string(first->size()) + " rows",
                     "the table has " + std::to_string(config.num_puzzle_identifiers)};
      }
      for (std::size_t& id : ids) id = (*first)[id];
    }
    metadata[kPuzzleRows] = rows_text(ids);
  }
  return write_safetensors(path, tensors, metadata);
}

}  // namespace trm
