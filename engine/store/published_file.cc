#include "engine/store/published_file.h"

#include <iterator>
#include <utility>

#include "engine/format/tensor_reader.h"
#include "engine/model/published_tensors.h"
#include "engine/store/stored_weights.h"
#include "engine/sys/mapped_file.h"

namespace trm {

bool is_published(const SafetensorsFile& file) {
  const auto format = file.metadata().find("format");
  return format != file.metadata().end() && format->second == kPublishedFormat;
}

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
  Result<CanvasConfig> config = CanvasConfig::parse(text->second, source);
  if (!config) return std::move(config.error());
  if (Status s = check_published_tensors(file.tensors(), *config, file.path()); !s) return std::move(s.error());
  PublishedFile out{file, *config, {}};
  for (const auto& [key, value] : metadata) {
    if (key != "format" && key != "config") out.info[key] = value;
  }
  return out;
}

Status export_published(const std::string& path, const PublishedFile& model, bool compiled) {
  const std::string prefix(compiled ? kCompilePrefix : "");
  std::vector<TensorRef> tensors;
  for (const TensorView& t : model.file.tensors()) {
    const TensorView* scales = model.file.find(t.name + std::string(kScaleSuffix));
    if (t.dtype == DType::i8 && scales != nullptr) {
      // Others do not know integers with scales.
      Result<std::vector<TensorRef>> wide =
          converted(simd::WeightType::fp32, prefix + t.name, {&t, scales}, model.file.path());
      if (!wide.ok()) return wide.error();
      std::move(wide->begin(), wide->end(), std::back_inserter(tensors));
      continue;
    }
    if (t.name.ends_with(kScaleSuffix)) continue;
    tensors.push_back({prefix + t.name, t.dtype, t.shape, nullptr, read_mapped(t.data, model.file.mapping())});
  }
  // What other readers of safetensors look for.
  std::map<std::string, std::string> metadata{{"format", "pt"}};
  if (const auto rows = model.info.find(kPuzzleRows); rows != model.info.end()) metadata.insert(*rows);
  return write_safetensors(path, tensors, metadata, Checksums::left_out);
}

}  // namespace trm
