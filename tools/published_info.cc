#include "tools/published_info.h"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "engine/import/published_shapes.h"
#include "engine/json/json_value.h"
#include "engine/json/strict_json.h"
#include "engine/model/published_names.h"
#include "engine/model/published_tensors.h"
#include "engine/store/published_file.h"
#include "tools/cli.h"

namespace trm::cli {
namespace {

bool converted(const TensorFile& file) {
  return file.safetensors() != nullptr && is_published(*file.safetensors());
}

/// The configuration of a converted model; of a checkpoint what its tensors tell.
JsonValue config_of(const PublishedShapes& s) {
  JsonValue out;
  out.set("vocab_size", s.vocab_size);
  out.set("hidden_size", s.hidden_size);
  out.set("puzzle_emb_ndim", s.puzzle_emb_ndim);
  out.set("num_puzzle_identifiers", s.num_puzzle_identifiers);
  out.set("L_layers", s.L_layers);
  out.set("H_layers", s.H_layers);
  out.set("mlp_t", s.mlp_t);
  if (s.conv_kernel > 0) out.set("conv_kernel", s.conv_kernel);
  if (s.learned_positions) out.set("pos_encodings", "learned");
  if (s.total_len) out.set("total_len", *s.total_len);
  return out;
}

std::map<std::string, std::size_t> types_of(const TensorFile& file) {
  std::map<std::string, std::size_t> out;
  for (const TensorView& t : file.tensors()) ++out[std::string(dtype_name(t.dtype))];
  return out;
}

/// What is said of a file, to people or to programs.
struct Info {
  std::string path, format;
  std::optional<PublishedShapes> shapes;  ///< none: a state dict of some other model
  bool compiled = false;
  std::string lead;                                ///< what the names begin with
  JsonValue config = JsonValue();                  ///< null: not known
  std::optional<JsonValue> origin = std::nullopt;  ///< of a converted model
};

std::string as_text(const Info& info, const TensorFile& file) {
  std::string out = fmt::format("file        {}\nformat      {}\n", info.path, info.format);
  if (info.shapes) {
    const std::size_t parameters = info.shapes->parameters, table = info.shapes->table_elements;
    out +=
        fmt::format("model       {}{}\n", arch_name(info.shapes->arch),
                    info.lead == kPublishedPrefix ? "" : fmt::format(" (names begin with {})", json_shown(info.lead)));
    out += fmt::format("parameters  {} ({} as float32), and {} ({}) of the puzzle table\n", parameters,
                       bytes_text(parameters * sizeof(float)), table, bytes_text(table * sizeof(float)));
  }
  out += "types      ";
  for (const auto& [type, count] : types_of(file)) out += fmt::format(" {} x {}", count, type);
  out += '\n';
  if (const std::string config = fields_text(info.config); !config.empty()) out += "\nconfiguration\n" + config;
  const std::string origin = info.origin ? fields_text(*info.origin) : "";
  if (!origin.empty()) out += "\norigin\n" + origin;
  out += fmt::format("\n{:<60} {:<16} {}\n", "tensor", "shape", "type");
  for (const TensorView& t : file.tensors()) {
    out += fmt::format("{:<60} {:<16} {}\n", t.name, fmt::format("{}", fmt::join(t.shape, " x ")), dtype_name(t.dtype));
  }
  return out;
}

std::string as_json(const Info& info, const TensorFile& file) {
  JsonValue out;
  out.set("path", info.path);
  out.set("format", info.format);
  if (info.shapes) {
    out.set("arch", arch_name(info.shapes->arch));
    out.set("compiled", info.compiled);
    out.set("names_begin_with", info.lead);
    out.set("parameters", info.shapes->parameters);
    out.set("puzzle_table", info.shapes->table_elements);
  }
  out.set("types", types_of(file));
  if (info.config.as<std::nullptr_t>() == nullptr) out.set("config", info.config);
  if (info.origin) out.set("origin", *info.origin);
  JsonValue tensors = JsonValue::array();
  for (const TensorView& t : file.tensors())
    tensors.push(JsonValue::object({{"name", t.name}, {"shape", t.shape}, {"type", dtype_name(t.dtype)}}));
  out.set("tensors", std::move(tensors));
  return out.indented() + "\n";
}

}  // namespace

void add_state(Arguments& args, std::string& out) {
  args.option("--state", out, "Of several state dicts in a checkpoint take this one: model, ema, ...").type("NAME");
}

bool is_published(const TensorFile& file) {
  if (file.safetensors() == nullptr || converted(file)) return true;
  if (file.safetensors()->metadata().contains("config")) return false;
  const Result<PublishedNames> names = read_published_names(file.tensors(), file.path(), file.state_rest());
  return !names.ok() || !names->lead.empty() || read_published_shapes(names->tensors, file.path()).ok();
}

std::string fields_text(const JsonValue& object) {
  std::string out;
  const auto* fields = object.as<JsonValue::Object>();
  if (fields == nullptr) return out;
  for (const auto& [key, value] : *fields) {
    const auto* text = value.as<std::string>();
    out += fmt::format("  {:<22} {}\n", key, text != nullptr ? *text : value.compact());
  }
  return out;
}

Result<std::string> published_info(const TensorFile& file, bool json) {
  for (const std::string& text : file.notes()) note(text);
  const Result<PublishedNames> names = read_published_names(file.tensors(), file.path(), file.state_rest());
  if (!names.ok()) return names.error();
  Info info{file.path(), std::string(file.format()), std::nullopt, names->compiled, names->lead};
  // torch.save keeps any state dict; what is none of these models is listed all the same.
  if (Result<PublishedShapes> shapes = read_published_shapes(names->tensors, file.path()); shapes.ok()) {
    info.shapes = *std::move(shapes);
    info.config = config_of(*info.shapes);
  }
  if (converted(file)) {
    const Result<PublishedFile> model = read_published(*file.safetensors());
    if (!model.ok()) return model.error();
    const Result<JsonValue> config = JsonValue::parse_object(model->config.canonical(), file.path());
    if (!config.ok()) return config.error();
    const JsonValue* fields = config->find("model");
    info.config = fields == nullptr ? JsonValue() : *fields;
    info.origin = model->info;
  }
  return json ? as_json(info, file) : as_text(info, file);
}

}  // namespace trm::cli
