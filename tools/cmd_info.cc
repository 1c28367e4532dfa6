// trm info MODEL: what a model file or a checkpoint holds.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/import/tensor_file.h"
#include "engine/json/json_value.h"
#include "engine/model/published_names.h"
#include "engine/model/tensors.h"
#include "engine/store/model_file.h"
#include "tools/commands.h"
#include "tools/published_info.h"

namespace trm::cli {
namespace {

struct InfoOptions {
  std::string model, state;
  bool json = false;
};

/// Tensors that a person thinks of as one thing: an embedding, a layer, the head.
struct Group {
  std::string name;
  std::size_t tensors = 0, parameters = 0;
};

std::string group_name(const std::string& tensor) {
  const std::string layers = ".layers.";
  const std::size_t at = tensor.find(layers);
  if (at == std::string::npos) return tensor.substr(0, tensor.find('.'));
  const std::size_t end = tensor.find('.', at + layers.size());
  return "layer " + tensor.substr(at + layers.size(), end - at - layers.size());
}

std::vector<Group> groups_of(const Registry& registry) {
  std::vector<Group> out;
  for (const TensorSpec& spec : registry.tensors) {
    const std::string name = group_name(spec.name);
    if (out.empty() || out.back().name != name) out.push_back({name});
    ++out.back().tensors;
    out.back().parameters += spec.elements;
  }
  return out;
}

std::string_view role_name(TensorRole role) {
  switch (role) {
    case TensorRole::matrix:
      return "matrix";
    case TensorRole::embedding:
      return "embedding";
    case TensorRole::small:
      return "small";
    case TensorRole::constant:
      return "constant";
  }
  return "unknown";
}

/// The configuration as the model file has it.
JsonValue config_json(const Model& model) {
  Result<JsonValue> config = JsonValue::parse_object(model.config.canonical(), model.path);
  return config.ok() ? *std::move(config) : JsonValue();  // this program wrote it
}

/// A value of the training record: objects in it (the training configuration) are JSON, all else is text.
JsonValue record_value(const std::string& text) {
  Result<JsonValue> parsed = JsonValue::parse_object(text, "");
  return parsed.ok() ? *std::move(parsed) : JsonValue(text);
}

std::string as_json(const Model& model) {
  JsonValue out;
  out.set("path", model.path);
  out.set("hash", model.hash());
  out.set("family", family_name(model.config.family));
  out.set("parameters", model.registry.parameters);
  out.set("config", config_json(model));
  out.set("vocabulary", model.vocabulary);
  JsonValue training = JsonValue::object(), groups, tensors;
  for (const auto& [key, value] : model.info) training.set(key, record_value(value));
  for (const Group& group : groups_of(model.registry)) {
    groups.push(JsonValue::object({{"name", group.name}, {"tensors", group.tensors}, {"elements", group.parameters}}));
  }
  for (const TensorSpec& spec : model.registry.tensors) {
    tensors.push(JsonValue::object({{"name", spec.name}, {"shape", spec.shape}, {"role", role_name(spec.role)}}));
  }
  out.set("training", std::move(training));
  out.set("groups", std::move(groups));
  out.set("tensors", std::move(tensors));
  return out.indented() + "\n";
}

std::string as_text(const Model& model) {
  std::string out = fmt::format("file        {}\nhash        {}\nfamily      {}\nparameters  {} ({} as float32)\n",
                                model.path, model.hash(), family_name(model.config.family), model.registry.parameters,
                                bytes_text(model.registry.parameters * sizeof(float)));
  out += fmt::format("vocabulary  {}\n", fmt::join(model.vocabulary, " "));
  out += "\nconfiguration\n";
  out += fields_text(config_json(model));
  out += "\ntraining record\n";
  for (const auto& [key, text] : model.info) {
    const JsonValue value = record_value(text);
    out += fmt::format("  {:<22} {}\n", key, value.as<std::string>() == nullptr ? value.compact() : text);
  }
  if (model.info.empty()) out += "  none\n";
  out += fmt::format("\n{:<24} {:>7} {:>12}\n", "group", "tensors", "elements");
  for (const Group& group : groups_of(model.registry)) {
    out += fmt::format("{:<24} {:>7} {:>12}\n", group.name, group.tensors, group.parameters);
  }
  out += fmt::format("\n{:<52} {:<14} {}\n", "tensor", "shape", "role");
  for (const TensorSpec& spec : model.registry.tensors) {
    out += fmt::format("{:<52} {:<14} {}\n", spec.name, fmt::format("{}", fmt::join(spec.shape, " x ")),
                       role_name(spec.role));
  }
  return out;
}

int run(const InfoOptions& options) {
  Result<std::string> path = find_model(options.model);
  if (!path.ok()) return report(path.error());
  const Result<TensorFile> file = TensorFile::open(*path, {options.state, kNamesAnchor});
  if (!file.ok()) return report(file.error());
  if (is_published(*file)) {
    const Result<std::string> text = published_info(*file, options.json);
    if (!text.ok()) return report(text.error());
    print(*text);
    return kPass;
  }
  if (!options.state.empty()) {
    return report(Error{ErrorCode::usage, *path, "--state", "is for checkpoints, this is a model", "leave it out"});
  }
  const Result<Model> model = load_model(*path);
  if (!model.ok()) return report(model.error());
  print(options.json ? as_json(*model) : as_text(*model));
  return kPass;
}

}  // namespace

Command add_info(Arguments& program) {
  auto options = std::make_shared<InfoOptions>();
  Arguments args = program.command("info", "Say what a model file or a checkpoint holds");
  args.option("MODEL", options->model, "Path of a model or checkpoint, or the name of a model in bench/models")
      .required();
  add_state(args, options->state);
  args.flag("--json", options->json, "Print JSON");
  return {args, [options] { return run(*options); }};
}

}  // namespace trm::cli
