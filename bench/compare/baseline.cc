#include "bench/compare/baseline.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "bench/compare/process.h"
#include "bench/compare/programs.h"
#include "reports/compare/read.h"

namespace trm::bench {
namespace {

namespace fs = std::filesystem;
using reports::EnvironmentEntry;
namespace compare = reports::compare;

Error wrong(const std::string& file, const std::string& field, const std::string& message) {
  return {ErrorCode::bad_input, file, field, message,
          "make it again with trm compare --baseline FILE PROGRAM --update"};
}

const char* architecture() {
#if defined(__x86_64__)
  return "x86_64";
#elif defined(__aarch64__)
  return "aarch64";
#else
  return "other";
#endif
}

/// "gcc 12.2.0" of a line "compiler: gcc 12.2.0"; empty: there is none.
std::string line_after(const std::string& text, const std::string& mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + mark.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

Result<Baseline> read_baseline(std::string_view text, const std::string& file) {
  using reports::compare::number_in;
  using reports::compare::text_in;
  const Result<JsonValue> root = JsonValue::parse_object(text, file);
  if (!root.ok()) return root.error();
  const std::optional<double> version = number_in(root->find("trm_baseline"));
  if (!version || *version != kBaselineVersion) return wrong(file, "trm_baseline", "is not 1, so this is no baseline");
  Baseline out;
  out.file = file;
  if (const JsonValue* built = root->find("built"); built != nullptr && built->as<JsonValue::Object>() != nullptr) {
    for (const JsonField& field : *built->as<JsonValue::Object>())
      out.built.push_back({field.name, text_in(&field.value)});
  }
  const JsonValue* list = root->find("commands");
  const auto* commands = list == nullptr ? nullptr : list->as<JsonValue::Array>();
  if (commands == nullptr || commands->empty()) return wrong(file, "commands", "are missing");
  for (std::size_t i = 0; i < commands->size(); ++i) {
    const JsonValue& entry = (*commands)[i];
    const std::string field = "commands[" + std::to_string(i) + "]";
    BaselineCommand command;
    command.name = text_in(entry.find("name"));
    const JsonValue* words = entry.find("arguments");
    if (command.name.empty() || words == nullptr || words->as<JsonValue::Array>() == nullptr)
      return wrong(file, field, "lacks a name or arguments");
    for (const JsonValue& word : *words->as<JsonValue::Array>()) command.arguments.push_back(text_in(&word));
    const std::optional<double> count = number_in(entry.find("instructions"));
    if (!count || !(*count >= 0) || *count > 1e18) return wrong(file, field + ".instructions", "is no count");
    command.instructions = static_cast<std::uint64_t>(*count);
    out.commands.push_back(std::move(command));
  }
  return out;
}

std::string baseline_text(const Baseline& baseline) {
  JsonValue built = JsonValue::object();
  for (const EnvironmentEntry& entry : baseline.built) built.add(entry.key, entry.value);
  std::string out = "{\n  \"trm_baseline\": " + std::to_string(kBaselineVersion) +
                    ",\n  \"built\": " + built.compact() + ",\n  \"commands\": [";
  for (const BaselineCommand& command : baseline.commands) {
    out += (&command == &baseline.commands.front() ? "\n    " : ",\n    ") +
           JsonValue::object(
               {{"name", command.name}, {"arguments", command.arguments}, {"instructions", command.instructions}})
               .compact();
  }
  return out + "\n  ]\n}\n";
}

Result<std::vector<EnvironmentEntry>> build_of(const std::string& program) {
  const Result<ProcessOutcome> ran = run_measured({{program, "--version"}, {}, 60'000'000'000});
  if (!ran.ok()) return ran.error();
  std::vector<EnvironmentEntry> out;
  for (const char* key : {"compiler", "build type"}) {
    const std::string value = line_after(ran->output, std::string(key) + ": ");
    if (!value.empty()) out.push_back({key, value});
  }
  out.push_back({"architecture", architecture()});
  std::string libc(64, '\0');
  libc.resize(
      std::max<std::size_t>(1, std::min(libc.size(), ::confstr(_CS_GNU_LIBC_VERSION, libc.data(), libc.size()))) - 1);
  out.push_back({"libc", libc});
  return out;
}

std::string difference(const std::vector<EnvironmentEntry>& then, const std::vector<EnvironmentEntry>& now) {
  for (const EnvironmentEntry& entry : then) {
    const auto at = std::find_if(now.begin(), now.end(), [&](const EnvironmentEntry& e) { return e.key == entry.key; });
    const std::string value = at == now.end() ? "not known" : at->value;
    if (value != entry.value) return entry.key + " is \"" + value + "\", and was \"" + entry.value + "\"";
  }
  return "";
}

Result<Baseline> count_baseline(const Baseline& baseline, const std::string& program,
                                const std::function<void(const std::string&, std::size_t, std::size_t)>& progress) {
  const Result<std::vector<EnvironmentEntry>> built = build_of(program);
  if (!built.ok()) return built.error();
  Baseline out = baseline;
  out.built = *built;
  const std::string parent = fs::path(baseline.file).parent_path().string();
  const std::string here = parent.empty() ? "." : parent;
  for (std::size_t i = 0; i < out.commands.size(); ++i) {
    if (progress) progress(out.commands[i].name, i, out.commands.size());
    std::vector<std::string> words = {program};
    for (std::string word : out.commands[i].arguments) {
      constexpr std::string_view kHere = "{here}";
      if (const std::size_t at = word.find(kHere); at != std::string::npos) word.replace(at, kHere.size(), here);
      words.push_back(std::move(word));
    }
    const Result<std::uint64_t> count = count_instructions(words);
    if (!count.ok()) return count.error();
    out.commands[i].instructions = *count;
  }
  return out;
}

compare::Measurements as_measurements(const Baseline& baseline, const std::string& name) {
  compare::Measurements out;
  out.file = name;
  out.format = "baseline";
  for (const BaselineCommand& command : baseline.commands) {
    compare::Series series;
    series.name = command.name;
    series.metric = "instructions";
    series.unit = "count";
    series.value = static_cast<double>(command.instructions);
    set_direction(series);
    out.series.push_back(std::move(series));
  }
  return out;
}

}  // namespace trm::bench
