#include "engine/import/import.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "engine/import/published_shapes.h"
#include "engine/json/json_number.h"
#include "engine/json/json_object.h"
#include "engine/json/strict_json.h"
#include "engine/model/published_names.h"
#include "engine/model/published_tensors.h"

namespace trm {
namespace {

constexpr std::array<ImportOption, 11> kOptions{
    {{"arch", "Architecture: trm, trm_singlez, trm_hier6, hrm or transformer_baseline"},
     {"seq_len", "Tokens per puzzle: 81 for Sudoku, 900 for Maze and ARC"},
     {"num_heads", "Attention heads"},
     {"H_cycles", "Outer cycles of the recursion"},
     {"L_cycles", "Inner cycles of the recursion"},
     {"puzzle_emb_len", "Prefix positions; 0: as many as a row of the puzzle table needs"},
     {"pos_encodings", "Positions: none, rope or learned"},
     {"expansion", "Width factor of the SwiGLU"},
     {"halt_max_steps", "Supervision steps at most"},
     {"rope_theta", "Base of the rotary positions"},
     {"rms_norm_eps", "Epsilon of the norm"}}};

// The module in "package.module@Class" of the public configurations.
struct ModuleName {
  std::string_view module;
  CanvasArch arch;
};
constexpr std::array<ModuleName, 6> kModules{{{"trm", CanvasArch::trm},
                                              {"trm_singlez", CanvasArch::trm_singlez},
                                              {"trm_hier6", CanvasArch::trm_hier6},
                                              {"hrm", CanvasArch::hrm},
                                              {"hrm_act_v1", CanvasArch::hrm},
                                              {"transformers_baseline", CanvasArch::transformer_baseline}}};

// A plain scalar as YAML and a shell write it: true, 16, 1e-05, rope. Null is left out.
void set_scalar(JsonWriter& out, const std::string& key, const std::string& text, bool quoted) {
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const char* const end = text.data() + text.size();
  std::int64_t whole = 0;
  double fraction = 0;
  if (quoted) return out.set(key, text);
  if (lower.empty() || lower == "~" || lower == "null") return;
  if (lower == "true" || lower == "false") return out.set(key, lower == "true");
  if (const auto r = std::from_chars(text.data(), end, whole); r.ec == std::errc{} && r.ptr == end) {
    return out.set(key, whole);
  }
  if (const auto r = std::from_chars(text.data(), end, fraction); r.ec == std::errc{} && r.ptr == end) {
    return out.set(key, fraction);
  }
  out.set(key, text);
}

class Importer {
 public:
  Importer(const std::string& file, const ImportSources& sources) : file_(file), sources_(sources) {}

  Result<PublishedImport> run(std::span<const TensorView> tensors) {
    Result<PublishedNames> names = read_published_names(tensors, file_, sources_.state);
    if (!names) return std::move(names.error());
    tensors_ = std::move(names->tensors);
    warnings_ = std::move(names->notes);
    Result<PublishedShapes> shapes = read_published_shapes(tensors_, file_);
    if (!shapes) return of_derived_code(std::move(shapes.error()));
    shapes_ = *shapes;
    c_ = CanvasConfig::defaults(shapes_.arch);
    using Step = Status (Importer::*)();
    for (const Step step : {&Importer::check_arch, &Importer::read_yaml, &Importer::read_options, &Importer::take_sizes,
                            &Importer::take_positions, &Importer::require_rest, &Importer::take_lengths,
                            &Importer::check_widths, &Importer::check_all}) {
      if (Status s = (this->*step)(); !s) return of_derived_code(std::move(s.error()));
    }
    return PublishedImport{c_, std::move(tensors_), names->compiled, std::move(warnings_)};
  }

 private:
  [[nodiscard]] bool in_options(const std::string& field) const { return sources_.options.contains(field); }
  [[nodiscard]] bool in_yaml(const std::string& field) const {
    return sources_.yaml != nullptr && sources_.yaml->contains(field) && !dropped(field);
  }
  [[nodiscard]] bool given(const std::string& field) const { return in_options(field) || in_yaml(field); }
  [[nodiscard]] bool trm_family() const { return shapes_.arch <= CanvasArch::trm_hier6; }

  // Public configurations share their files; a field that this architecture does not have says nothing.
  [[nodiscard]] bool dropped(const std::string& field) const {
    if (field == "puzzle_emb_len" || field == "no_ACT_continue") return !trm_family();
    if (field == "mlp_t" || field == "L_cycles" || field == "L_layers") {
      return shapes_.arch == CanvasArch::transformer_baseline;
    }
    return field == "H_layers" && trm_family();
  }

  // An error about a field, where it was given.
  [[nodiscard]] Error at(const std::string& field, std::string message, std::string fix) const {
    if (in_options(field)) return Error{ErrorCode::usage, "", import_flag(field), std::move(message), std::move(fix)};
    if (in_yaml(field)) {
      return Error{ErrorCode::bad_input, sources_.yaml_file, "arch." + field, std::move(message), std::move(fix)};
    }
    return Error{ErrorCode::bad_input, file_, field, std::move(message), std::move(fix)};
  }
  [[nodiscard]] Error contradiction(const std::string& field, const std::string& value,
                                    const std::string& tensors) const {
    return at(field, "is " + value + ", the tensors of " + file_ + " have " + tensors,
              "give the configuration of this checkpoint");
  }

  // The module that the configuration names, if it is none of the published ones.
  [[nodiscard]] std::string unknown_arch() const {
    if (sources_.yaml == nullptr) return "";
    const auto it = sources_.yaml->find("name");
    if (it == sources_.yaml->end() || find_module(it->second.text) != kModules.end()) return "";
    return it->second.text;
  }
  // Code that was derived from the published one has tensors and fields of its own: what does not fit is told with it.
  [[nodiscard]] Error of_derived_code(Error error) const {
    if (const std::string name = unknown_arch(); !name.empty()) {
      error.message += " (arch.name in " + sources_.yaml_file + " is " + json_shown(name) +
                       ", which is none of the architectures that are known here)";
    }
    return error;
  }
  static const ModuleName* find_module(const std::string& name) {
    const std::string path = name.substr(0, name.find('@'));
    const std::size_t dot = path.rfind('.');
    const std::string module = dot == std::string::npos ? path : path.substr(dot + 1);
    return std::find_if(kModules.begin(), kModules.end(), [&](const auto& m) { return m.module == module; });
  }

  Status check_arch() {
    const std::string tensors = "the tensors of " + file_ + " are those of " + std::string(arch_name(shapes_.arch));
    if (const auto it = sources_.options.find("arch"); it != sources_.options.end()) {
      if (it->second == arch_name(shapes_.arch)) return {};
      return at("arch", "is " + json_shown(it->second) + ", " + tensors, "leave it out");
    }
    if (sources_.yaml == nullptr) return {};
    const auto it = sources_.yaml->find("name");
    if (it == sources_.yaml->end()) return {};
    const std::string& name = it->second.text;
    const auto known = find_module(name);
    if (known == kModules.end()) {
      warnings_.push_back(sources_.yaml_file + ": arch.name: " + json_shown(name) + " is unknown; " + tensors);
    } else if (known->arch != shapes_.arch) {
      return Error{ErrorCode::bad_input, sources_.yaml_file, "arch.name", json_shown(name) + ", but " + tensors,
                   "give the configuration of this checkpoint"};
    }
    return {};
  }

  Status read_yaml() {
    if (sources_.yaml == nullptr) return {};
    JsonWriter fields;
    for (const auto& [key, value] : *sources_.yaml) {
      if (key == "loss.loss_type") {
        set_scalar(fields, "loss_type", value.text, value.quoted);
      } else if (dropped(key)) {
        continue;
      } else if (key != "name" && key != "loss.name") {
        set_scalar(fields, key, value.text, value.quoted);
      }
    }
    return read_fields(fields, sources_.yaml_file);
  }

  Status read_options() {
    JsonWriter fields;
    for (const auto& [field, text] : sources_.options) {
      if (field != "arch") set_scalar(fields, field, text, false);
    }
    Status s = read_fields(fields, "");
    if (!s) {
      s.error().code = ErrorCode::usage;
      s.error().field = import_flag(s.error().field.substr(std::string_view("arch.").size()));
    }
    return s;
  }

  // The same ranges and messages as in a model file.
  Status read_fields(const JsonWriter& fields, const std::string& source) {
    JsonWriter outer;
    outer.set("arch", fields);
    Result<JsonObject> json = JsonObject::parse(outer.text(), source);
    if (!json) return std::move(json.error());
    std::optional<JsonObject> section = json->object("arch");
    read_published_fields(*section, c_);
    for (const std::string& key : section->take_unknown()) {
      std::string warning = source;
      warnings_.push_back(warning.append(": arch.").append(key).append(": is unknown and was passed over"));
    }
    return section->finish();
  }

  Status take_sizes() {
    struct Size {
      const char* field;
      std::size_t* value;
      std::size_t found;
      bool used;
    };
    for (const Size& size : {Size{"vocab_size", &c_.vocab_size, shapes_.vocab_size, true},
                             Size{"hidden_size", &c_.hidden_size, shapes_.hidden_size, true},
                             Size{"num_puzzle_identifiers", &c_.num_puzzle_identifiers, shapes_.num_puzzle_identifiers,
                                  shapes_.puzzle_emb_ndim > 0},
                             Size{"puzzle_emb_ndim", &c_.puzzle_emb_ndim, shapes_.puzzle_emb_ndim, true},
                             Size{"conv_kernel", &c_.conv_kernel, shapes_.conv_kernel, true},
                             Size{"L_layers", &c_.L_layers, shapes_.L_layers, c_.has_L_level()},
                             Size{"H_layers", &c_.H_layers, shapes_.H_layers, c_.has_H_level()}}) {
      if (!size.used) continue;
      if (given(size.field) && *size.value != size.found) {
        return contradiction(size.field, std::to_string(*size.value), std::to_string(size.found));
      }
      *size.value = size.found;
    }
    if (given("mlp_t") && c_.mlp_t != shapes_.mlp_t) {
      return contradiction("mlp_t", c_.mlp_t ? "true" : "false", shapes_.mlp_t ? "an MLP over positions" : "attention");
    }
    c_.mlp_t = shapes_.mlp_t;
    return {};
  }

  Status take_positions() {
    const bool learned = c_.pos_encodings == PosEncodings::learned;
    if (given("pos_encodings") && learned != shapes_.learned_positions) {
      return contradiction("pos_encodings", std::string(pos_encodings_name(c_.pos_encodings)),
                           std::string(learned ? "no" : "an") + " embed_pos");
    }
    if (shapes_.learned_positions) {
      c_.pos_encodings = PosEncodings::learned;
    } else if (!given("pos_encodings") && c_.mlp_t && trm_family()) {
      c_.pos_encodings = PosEncodings::none;  // it rotates nothing
    }
    return {};
  }

  // The prefix is known without asking: the class default of TRM holds for runs that left it out of their file.
  [[nodiscard]] bool prefix_known() const {
    return !trm_family() || given("puzzle_emb_len") || sources_.yaml != nullptr || shapes_.puzzle_emb_ndim == 0;
  }

  // All that is missing at once.
  Status require_rest() {
    const bool attention = !shapes_.mlp_t;
    const bool length = !given("seq_len") && (!shapes_.total_len || !prefix_known());
    std::string fields, flags;
    for (const auto& [field, needed] :
         {std::pair{"num_heads", attention}, std::pair{"H_cycles", c_.has_L_level()},
          std::pair{"L_cycles", c_.has_L_level()},
          std::pair{"pos_encodings", attention && trm_family() && !shapes_.learned_positions},
          std::pair{"puzzle_emb_len", !prefix_known() && !shapes_.total_len}, std::pair{"seq_len", length}}) {
      if (!needed || given(field)) continue;
      fields += (fields.empty() ? "" : ", ") + std::string(field);
      flags += (flags.empty() ? "" : ", ") + import_flag(field);
    }
    if (fields.empty()) return {};
    return Error{ErrorCode::bad_input, file_, "", "the tensors do not tell " + fields,
                 "give " + flags +
                     (sources_.yaml == nullptr && fields != "seq_len"
                          ? " (the all_config.yaml of the run has all of them but --seq-len: see --config)"
                          : "")};
  }

  // T = P + S: two of the three give the other one.
  Status take_lengths() {
    if (shapes_.puzzle_emb_ndim == 0 && !given("puzzle_emb_len")) c_.puzzle_emb_len = 0;
    if (!shapes_.total_len) return {};
    const std::size_t total = *shapes_.total_len;
    if (!given("seq_len")) {
      if (total <= c_.prefix_len()) {
        return contradiction("puzzle_emb_len", std::to_string(c_.prefix_len()), std::to_string(total) + " positions");
      }
      c_.seq_len = total - c_.prefix_len();
    } else if (!prefix_known() && c_.seq_len < total) {
      c_.puzzle_emb_len = total - c_.seq_len;
    }
    if (c_.total_len() == total) return {};
    return contradiction(
        "seq_len", std::to_string(c_.seq_len) + " behind " + std::to_string(c_.prefix_len()) + " prefix positions",
        std::to_string(total) + " positions");
  }

  Status check_widths() {
    if (!shapes_.mlp_t && (c_.num_heads > c_.hidden_size || c_.attention_size() != shapes_.attention_size)) {
      return at("num_heads",
                "is " + std::to_string(c_.num_heads) + ", which does not give the attention width " +
                    std::to_string(shapes_.attention_size) + " of " + file_,
                "give the number of heads of this checkpoint");
    }
    if (c_.mlp_inner(c_.hidden_size) != shapes_.mlp_inner) {
      return at("expansion",
                "is " + json_number(c_.expansion) + ", which gives an inner width of " +
                    std::to_string(c_.mlp_inner(c_.hidden_size)) + ", the tensors of " + file_ + " have " +
                    std::to_string(shapes_.mlp_inner),
                "give " + import_flag("expansion"));
    }
    return {};
  }

  Status check_all() {
    if (Status s = c_.validate(); !s) {
      s.error().file = file_;
      return s;
    }
    return check_published_tensors(tensors_, c_, file_);
  }

  std::vector<TensorView> tensors_;
  const std::string& file_;
  const ImportSources& sources_;
  PublishedShapes shapes_;
  CanvasConfig c_;
  std::vector<std::string> warnings_;
};

}  // namespace

std::span<const ImportOption> import_options() {
  return kOptions;
}

std::string import_flag(std::string_view field) {
  std::string out = "--";
  for (const char c : field) {
    out += c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

Result<PublishedImport> import_published(std::span<const TensorView> tensors, const std::string& file,
                                         const ImportSources& sources) {
  return Importer(file, sources).run(tensors);
}

}  // namespace trm
