// trm convert: published checkpoints to safetensors with their configuration inside, and back to published names.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/import/import.h"
#include "engine/import/save_published.h"
#include "engine/import/tensor_file.h"
#include "engine/import/yaml_config.h"
#include "engine/json/strict_json.h"
#include "engine/model/published_names.h"
#include "engine/store/model_file.h"
#include "engine/store/published_file.h"
#include "engine/store/row_list.h"
#include "engine/store/weight_choice.h"
#include "engine/sys/files.h"
#include "engine/sys/standard_input.h"
#include "simd/cpu.h"
#include "tools/commands.h"
#include "tools/published_info.h"

namespace trm::cli {
namespace {

struct ConvertOptions {
  std::string input, out, published, config, rows, state;
  std::map<std::string, std::string> fields;
  bool keep_dtype = false, prefix = false;
  std::optional<simd::WeightType> dtype;
};

/// What a checkpoint is, and what is known of its origin.
struct Source {
  CanvasConfig config;
  std::vector<TensorView> tensors;  ///< under their published names
  std::map<std::string, std::string> info;
};

/// The section "arch" of --config, or of the file that the public training code leaves beside its checkpoints.
Result<std::optional<YamlSection>> read_yaml(const ConvertOptions& o, std::string& path) {
  namespace fs = std::filesystem;
  path = o.config;
  if (path.empty()) {
    const fs::path beside = fs::path(o.input).parent_path() / "all_config.yaml";
    std::error_code ignored;
    if (!have_yaml() || !fs::exists(beside, ignored)) return std::optional<YamlSection>();
    path = beside.string();
  }
  const Result<std::string> text = read_input(path, std::size_t{1} << 20);
  if (!text.ok()) return text.error();
  path = input_name(path);
  Result<YamlSection> section = read_yaml_section(*text, path, "arch");
  if (!section.ok()) return section.error();
  return std::optional<YamlSection>(std::move(*section));
}

Result<Source> read_source(const ConvertOptions& o, const TensorFile& file) {
  if (const SafetensorsFile* own = file.safetensors(); own != nullptr) {
    const auto format = own->metadata().find("format");
    if (format != own->metadata().end() && format->second == kPublishedFormat) {
      Result<PublishedFile> model = read_published(*own);
      if (!model.ok()) return model.error();
      if (!o.fields.empty() || !o.config.empty()) {
        return Error{ErrorCode::usage, o.input, "", "is converted already and has its configuration inside",
                     "give no configuration"};
      }
      return Source{model->config, file.tensors(), std::move(model->info)};
    }
    if (own->metadata().contains("config")) {
      const bool prompts = own->metadata().contains("vocabulary");
      return Error{ErrorCode::bad_input, o.input, "__metadata__.format",
                   (format == own->metadata().end() ? "is missing" : "is " + json_shown(format->second)) +
                       ", though a configuration is inside" + (prompts ? ": a model that answers prompts" : ""),
                   prompts
                       ? "use it as it is: trm convert is for checkpoints of published puzzle models"
                       : fmt::format("convert the checkpoint again, which writes the format \"{}\"", kPublishedFormat)};
    }
  }
  ImportSources sources;
  sources.state = file.state_rest();
  Result<std::optional<YamlSection>> yaml = read_yaml(o, sources.yaml_file);
  if (!yaml.ok()) return yaml.error();
  if (*yaml) sources.yaml = &**yaml;
  sources.options = o.fields;
  Result<PublishedImport> import = import_published(file.tensors(), o.input, sources);
  if (!import.ok()) return import.error();
  for (const std::string& warning : import->warnings) note(warning);
  std::map<std::string, std::string> info{{"source", std::filesystem::path(o.input).filename().string()},
                                          {"source_format", std::string(file.format())},
                                          {"source_hash", file.hash()}};
  if (!o.state.empty()) info["source_state"] = o.state;
  return Source{import->config, std::move(import->tensors), std::move(info)};
}

/// A list as it stands, or a file that holds one.
Result<std::vector<std::size_t>> read_rows(const std::string& text, const CanvasConfig& config) {
  const bool list = std::all_of(text.begin(), text.end(),
                                [](unsigned char c) { return std::isdigit(c) != 0 || c == ',' || c == '-'; });
  const std::size_t count = config.num_puzzle_identifiers;
  if (list && !is_standard_input(text)) return parse_rows(text, count, count, "--rows");
  const Result<std::string> content = read_input(text);
  if (!content.ok()) return content.error();
  return parse_rows(*content, count, count, input_name(text));
}

/// A model that answers prompts is no checkpoint: what can be changed is the type of its weights.
int write_dtype(const ConvertOptions& o) {
  Result<Model> model = load_model(o.input);
  if (!model.ok()) return report(model.error());
  model->info[kWeightsField] = simd::weight_type_name(*o.dtype);
  const simd::WeightType stored = o.keep_dtype ? simd::WeightType::fp32 : *o.dtype;
  if (Status saved = save_model(o.out, *model, stored); !saved.ok()) return report(saved.error());
  print(o.out + "\n");
  return kPass;
}

int convert(const ConvertOptions& o) {
  const Result<TensorFile> file = TensorFile::open(o.input, {o.state, kNamesAnchor});
  if (!file.ok()) return report(file.error());
  for (const std::string& text : file->notes()) note(text);
  if (Status intact = file->verify(); !intact.ok()) return report(intact.error());
  if (o.dtype && file->safetensors() != nullptr && file->safetensors()->metadata().contains("vocabulary")) {
    return write_dtype(o);
  }
  Result<Source> source = read_source(o, *file);
  if (!source.ok()) return report(source.error());
  PublishedSave save;
  save.keep_dtype = o.keep_dtype;
  save.info = std::move(source->info);
  if (o.dtype) {
    save.weights = *o.dtype;
    save.info[kWeightsField] = simd::weight_type_name(*o.dtype);
  }
  if (!o.rows.empty()) {
    Result<std::vector<std::size_t>> rows = read_rows(o.rows, source->config);
    if (!rows.ok()) return report(rows.error());
    save.rows = std::move(*rows);
  }
  if (Status saved = save_published(o.out, *file, source->tensors, source->config, save); !saved.ok())
    return report(saved.error());
  print(o.out + "\n");
  return kPass;
}

int publish(const ConvertOptions& o) {
  const Result<PublishedFile> model = open_published(o.input);
  if (!model.ok()) return report(model.error());
  if (Status intact = model->file.verify(); !intact.ok()) return report(intact.error());
  if (Status s = export_published(o.published, *model, o.prefix); !s.ok()) return report(s.error());
  print(o.published + "\n");
  return kPass;
}

int run(const ConvertOptions& o) {
  if (o.out.empty() == o.published.empty()) {
    return report(Error{ErrorCode::usage, "", "", "give one of -o and --published", "see trm convert --help"});
  }
  if (Status s = check_standard_input({{"--config", o.config}, {"--rows", o.rows}}); !s.ok()) return report(s.error());
  if (Status s = check_target(o.published.empty() ? o.out : o.published); !s.ok()) return report(s.error());
  return o.published.empty() ? convert(o) : publish(o);
}

}  // namespace

Command add_convert(Arguments& program) {
  auto options = std::make_shared<ConvertOptions>();
  Arguments args = program.command("convert", "Convert a published checkpoint to safetensors, and back");
  args.option("FILE", options->input, "Checkpoint (torch.save or safetensors), or with --published a model").required();
  args.option("-o,--out", options->out, "Model to write").type("FILE");
  args.option("--config", options->config, "all_config.yaml of the run (default: the one beside the checkpoint)")
      .type("FILE");
  add_state(args, options->state);
  for (const ImportOption& field : import_options()) {
    const std::string name = field.field;
    args.option(
            import_flag(name), [options, name](const std::string& text) { options->fields[name] = text; }, field.help)
        .type("VALUE");
  }
  args.option("--rows", options->rows, "Keep only these rows of the puzzle table: 0,5,7-9, or a file of such")
      .type("LIST");
  args.flag("--keep-dtype", options->keep_dtype, "Keep the types of the tensors");
  args.option(
          "--dtype", [options](const std::string& text) { options->dtype = simd::parse_weight_type(text); },
          "Type of the weights of linear layers in the file, and with which the model runs where nobody says "
          "otherwise: "
          "fp32 (the default), bf16 or int8, which take a half or a quarter of the room. With --keep-dtype the tensors "
          "stay what they are")
      .one_of({"fp32", "bf16", "int8"})
      .type("TYPE");
  const Option published =
      args.option("--published", options->published, "Write plain safetensors with the published names").type("FILE");
  args.flag("--prefix", options->prefix, "With --published: names as a compiled model has them (_orig_mod.)")
      .needs(published);
  return {args, [options] { return run(*options); }};
}

}  // namespace trm::cli
