#include "engine/import/save_published.h"

#include <utility>

#include "engine/format/tensor_reader.h"
#include "engine/format/widen.h"
#include "engine/model/published_tensors.h"
#include "engine/store/published_file.h"
#include "engine/store/row_list.h"

namespace trm {

Status save_published(const std::string& path, const TensorFile& source, std::span<const TensorView> source_tensors,
                      const CanvasConfig& config, const PublishedSave& save) {
  if (save.rows && config.puzzle_emb_ndim == 0) {
    return Error{ErrorCode::usage, source.path(), kPuzzleTable, "is missing, so it has no rows to keep", "keep all"};
  }
  std::map<std::string_view, const TensorView*> found;
  for (const TensorView& t : source_tensors) found.emplace(t.name, &t);
  CanvasConfig saved = config;
  std::vector<TensorRef> tensors;
  for (const PublishedTensor& wanted : published_tensors(config)) {
    const TensorView& t = *found.at(wanted.name);
    TensorRef out{wanted.name, t.dtype, t.shape, nullptr, read_mapped(t.data, source.mapping())};
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
