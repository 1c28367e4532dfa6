#include "engine/store/model_file.h"

#include <set>

#include "engine/base/hash.h"
#include "engine/format/safetensors.h"
#include "engine/json/json_object.h"
#include "engine/store/stored_weights.h"
#include "engine/store/tensor_check.h"
#include "engine/sys/files.h"
#include "engine/sys/memory.h"

namespace trm {

namespace {

constexpr const char* kFormat = "trm.cpp causal 1";

Result<Model> read_model(const SafetensorsFile& file) {
  const std::string& path = file.path();
  auto bad = [&](std::string field, std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, path, std::move(field), std::move(message), std::move(fix)};
  };
  const std::map<std::string, std::string>& meta = file.metadata();
  auto format = meta.find("format");
  if (format == meta.end() || format->second != kFormat) {
    return bad("__metadata__.format", format == meta.end() ? "is missing" : "is \"" + format->second + "\"",
               std::string("give a model that this program trained (format \"") + kFormat + "\")");
  }
  auto config_text = meta.find("config");
  if (config_text == meta.end())
    return bad("__metadata__.config", "is missing", "save the model again with this program");
  Result<ModelConfig> config = ModelConfig::parse(config_text->second, path + ": __metadata__.config");
  if (!config.ok()) return config.error();
  const Registry registry(*config);
  std::vector<StoredTensor> tensors;
  std::set<const TensorView*> known;
  for (const TensorSpec& spec : registry.tensors) {
    const Result<StoredTensor> t = find_weights(file, spec.name, spec.shape, "the configuration in the file");
    if (!t.ok()) return t.error();
    tensors.push_back(*t);
    known.insert({t->values, t->scales});
  }
  for (const TensorView& t : file.tensors()) {
    if (!known.contains(&t))
      return bad(t.name, "tensor is unknown to the configuration", "remove it or correct the configuration");
  }
  if (Status s = check_weights_memory(registry, path); !s.ok()) return s.error();
  Model model(*config);
  std::size_t read = 0;
  for (const TensorSpec& spec : registry.tensors) {
    const std::span<float> out = model.weights.span().subspan(spec.offset, spec.elements);
    if (Status s = read_weights(file, tensors[read++], out); !s.ok()) return s.error();
  }
  if (Status s = file.verify(); !s.ok()) return s.error();
  model.path = path;
  auto vocabulary = meta.find("vocabulary");
  if (vocabulary == meta.end())
    return bad("__metadata__.vocabulary", "is missing", "save the model again with this program");
  Result<JsonObject> words = JsonObject::parse(vocabulary->second, path + ": __metadata__.vocabulary");
  if (!words.ok()) return words.error();
  words->require("tokens");
  words->get("tokens", model.vocabulary);
  if (Status s = words->finish(); !s.ok()) return s.error();
  if (model.vocabulary.size() != config->vocab_size) {
    return bad("__metadata__.vocabulary", "has " + std::to_string(model.vocabulary.size()) + " tokens",
               "vocab_size is " + std::to_string(config->vocab_size));
  }
  for (const auto& [key, value] : meta) {
    if (key != "format" && key != "config" && key != "vocabulary") model.info[key] = value;
  }
  return model;
}

}  // namespace

std::string Model::hash() const {
  std::string hashes;
  for (const TensorSpec& spec : registry.tensors) {
    hashes += spec.name + hash_hex(std::as_bytes(weights.span().subspan(spec.offset, spec.elements)));
  }
  return hash_hex(std::as_bytes(std::span(hashes)));
}

Result<Model> load_model(const std::string& path) {
  const Result<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file.ok()) return file.error();
  Result<Model> model = read_model(*file);
  if (Status s = file->unchanged(); !s.ok()) return s.error();
  return model;
}

Status save_model(const std::string& path, const Model& model, simd::WeightType type) {
  std::vector<TensorRef> tensors;
  for (std::size_t id = 0; id < model.registry.tensors.size(); ++id) {
    const TensorSpec& spec = model.registry.tensors[id];
    const std::span<const float> weights = model.weights.span().subspan(spec.offset, spec.elements);
    if (type == simd::WeightType::fp32 || !model.registry.is_multiplied(id)) {
      tensors.push_back({spec.name, DType::f32, spec.shape, weights.data()});
      continue;
    }
    for (TensorRef& narrow : narrowed(type, spec.name, spec.shape, weights)) tensors.push_back(std::move(narrow));
  }
  std::map<std::string, std::string> meta = model.info;
  JsonWriter words;
  words.set("tokens", model.vocabulary);
  meta["format"] = kFormat;
  meta["config"] = model.config.canonical();
  meta["vocabulary"] = words.text(true);
  return write_safetensors(path, tensors, meta);
}

}  // namespace trm
