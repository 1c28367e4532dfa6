#include "tools/published_info.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/import/published_shapes.h"
#include "engine/json/strict_json.h"
#include "engine/model/published_names.h"
#include "engine/model/published_tensors.h"
#include "engine/store/published_file.h"
#include "tools/cli.h"

namespace trm::cli {
namespace {

using Json = nlohmann::ordered_json;

bool converted(const TensorFile& file) {
  return file.safetensors() != nullptr && is_published(*file.safetensors());
}

/// The configuration of a converted model; of a checkpoint what its tensors tell.
Json config_of(const PublishedShapes& s) {
  Json out;
  out["vocab_size"] = s.vocab_size;
  out["hidden_size"] = s.hidden_size;
  out["puzzle_emb_ndim"] = s.puzzle_emb_ndim;
  out["num_puzzle_identifiers"] = s.num_puzzle_identifiers;
  out["L_layers"] = s.L_layers;
  out["H_layers"] = s.H_layers;
  out["mlp_t"] = s.mlp_t;
  if (s.conv_kernel > 0) out["conv_kernel"] = s.conv_kernel;
  if (s.learned_positions) out["pos_encodings"] = "learned";
  if (s.total_len) out["total_len"] = *s.total_len;
  return out;
}

std::map<std::string, std::size_t> types_of(const TensorFile& file) {
  std::map<std::string, std::size_t> out;
  for (const TensorView& t : file.tensors()) ++out[std::string(dtype_name(t.dtype))];
  return out;
}

std::string as_text(const Json& j) {
  std::string out =
      fmt::format("file        {}\nformat      {}\n", j["path"].get<std::string>(), j["format"].get<std::string>());
  if (j.contains("arch")) {
    const auto parameters = j["parameters"].get<std::size_t>(), table = j["puzzle_table"].get<std::size_t>();
    out +=
        fmt::format("model       {}{}\n", j["arch"].get<std::string>(),
                    j["names_begin_with"] == std::string(kPublishedPrefix)
                        ? ""
                        : fmt::format(" (names begin with {})", json_shown(j["names_begin_with"].get<std::string>())));
    out += fmt::format("parameters  {} ({} as float32), and {} ({}) of the puzzle table\n", parameters,
                       bytes_text(parameters * sizeof(float)), table, bytes_text(table * sizeof(float)));
  }
  out += "types      ";
  for (const auto& [type, count] : j["types"].items()) out += fmt::format(" {} x {}", count.get<std::size_t>(), type);
  out += '\n';
  for (const char* part : {"config", "origin"}) {
    if (!j.contains(part) || j[part].empty()) continue;
    out += fmt::format("\n{}\n", part == std::string_view("config") ? "configuration" : "origin");
    for (const auto& [key, value] : j[part].items()) {
      out += fmt::format("  {:<22} {}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
    }
  }
  out += fmt::format("\n{:<60} {:<16} {}\n", "tensor", "shape", "type");
  for (const Json& t : j["tensors"]) {
    const auto shape = t["shape"].get<std::vector<std::size_t>>();
    out += fmt::format("{:<60} {:<16} {}\n", t["name"].get<std::string>(), fmt::format("{}", fmt::join(shape, " x ")),
                       t["type"].get<std::string>());
  }
  return out;
}

}  // namespace

void add_state(CLI::App& app, std::string& out) {
  app.add_option("--state", out, "Of several state dicts in a checkpoint take this one: model, ema, ...")
      ->type_name("NAME");
}

bool is_published(const TensorFile& file) {
  if (file.safetensors() == nullptr || converted(file)) return true;
  if (file.safetensors()->metadata().contains("config")) return false;
  const Result<PublishedNames> names = read_published_names(file.tensors(), file.path(), file.state_rest());
  return !names.ok() || !names->lead.empty() || read_published_shapes(names->tensors, file.path()).ok();
}

Result<std::string> published_info(const TensorFile& file, bool json) {
  Json out;
  out["path"] = file.path();
  out["format"] = file.format();
  for (const std::string& text : file.notes()) note(text);
  const Result<PublishedNames> names = read_published_names(file.tensors(), file.path(), file.state_rest());
  if (!names.ok()) return names.error();
  // torch.save keeps any state dict; what is none of these models is listed all the same.
  const Result<PublishedShapes> shapes = read_published_shapes(names->tensors, file.path());
  if (shapes.ok()) {
    out["arch"] = arch_name(shapes->arch);
    out["compiled"] = names->compiled;
    out["names_begin_with"] = names->lead;
    out["parameters"] = shapes->parameters;
    out["puzzle_table"] = shapes->table_elements;
  }
  out["types"] = types_of(file);
  if (converted(file)) {
    Result<PublishedFile> model = read_published(*file.safetensors());
    if (!model.ok()) return model.error();
    out["config"] = Json::parse(model->config.canonical())["model"];
    out["origin"] = model->info;
  } else if (shapes.ok()) {
    out["config"] = config_of(*shapes);
  }
  out["tensors"] = Json::array();
  for (const TensorView& t : file.tensors()) {
    out["tensors"].push_back({{"name", t.name}, {"shape", t.shape}, {"type", dtype_name(t.dtype)}});
  }
  return json ? out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n" : as_text(out);
}

}  // namespace trm::cli
