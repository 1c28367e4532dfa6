#include "engine/model/published_file.h"

#include <utility>

#include "engine/io/mapped_file.h"
#include "engine/io/tensor_reader.h"
#include "engine/io/widen.h"
#include "engine/model/published_tensors.h"
#include "engine/model/row_list.h"

namespace trm {

Result<PublishedFile> open_published(const std::string& path) {
  Result<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file) return std::move(file.error());
  return read_published(*file);
}

Result<PublishedFile> read_published(const SafetensorsFile& file) {
  const auto& metadata = file.metadata();
  const auto bad = [&file](const char* field, std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, file.path(), std::string("__metadata__.") + field, std::move(message),
                 std::move(fix)};
  };
  const auto format = metadata.find("format");
  if (format == metadata.end() || format->second != kPublishedFormat) {
    return bad("format", format == metadata.end() ? "is missing" : "is \"" + format->second + "\"",
               std::string("make a model of format \"") + kPublishedFormat + "\" with trm convert");
  }
  const auto text = metadata.find("config");
  if (text == metadata.end()) return bad("config", "is missing", "convert the checkpoint again");
  const std::string source = file.path() + ": __metadata__.config";
  Result<PublishedConfig> config = PublishedConfig::parse(text->second, source);
  if (!config) return std::move(config.error());
  if (Status s = check_published_tensors(file.tensors(), *config, file.path()); !s) return std::move(s.error());
  PublishedFile out{file, *config, {}};
  for (const auto& [key, value] : metadata) {
    if (key != "format" && key != "config") out.info[key] = value;
  }
  return out;
}

Status save_published(const std::string& path, const TensorFile& source, std::span<const TensorView> source_tensors,
                      const PublishedConfig& config, const PublishedSave& save) {
  if (save.rows && config.puzzle_emb_ndim == 0) {
    return Error{ErrorCode::usage, source.path(), kPuzzleTable, "is missing, so it has no rows to keep", "keep all"};
  }
  std::map<std::string_view, const TensorView*> found;
  for (const TensorView& t : source_tensors) found.emplace(t.name, &t);
  PublishedConfig saved = config;
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

Status export_published(const std::string& path, const PublishedFile& model, bool compiled) {
  std::vector<TensorRef> tensors;
  for (const TensorView& t : model.file.tensors()) {
    tensors.push_back({(compiled ? std::string(kCompilePrefix) : "") + t.name, t.dtype, t.shape, nullptr,
                       read_mapped(t.data, model.file.mapping())});
  }
  // What other readers of safetensors look for.
  std::map<std::string, std::string> metadata{{"format", "pt"}};
  if (const auto rows = model.info.find(kPuzzleRows); rows != model.info.end()) metadata.insert(*rows);
  return write_safetensors(path, tensors, metadata, Checksums::left_out);
}

}  // namespace trm
