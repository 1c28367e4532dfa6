#include "reports/compare/read.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <set>
#include <string>
#include <utility>

#include "engine/base/utf8.h"
#include "reports/json.h"

namespace trm::reports::compare {
namespace {

/// "factorial/test/trm-frames/machine", and " depth 3" at its end.
template <class T>
std::string name_of(const T& item) {
  std::string out;
  for (const std::string* part : {&item.task, &item.slice, &item.model, &item.mode}) {
    if (!part->empty()) out += (out.empty() ? "" : "/") + *part;
  }
  return out;
}

std::string_view without_unit(std::string_view metric) {
  for (const std::string_view ending : {"_ns", "_s", "_bytes"}) {
    if (metric.ends_with(ending)) return metric.substr(0, metric.size() - ending.size());
  }
  return metric;
}

/// Does a record only sum up these samples: latency_p50_ns of latency_ns?
bool sums_up(std::string_view record, std::string_view samples) {
  const std::string_view base = without_unit(samples);
  std::string_view rest = without_unit(record);
  if (!rest.starts_with(base)) return false;
  rest.remove_prefix(base.size());
  if (rest.empty()) return true;
  if (rest.starts_with("_p") && rest.size() > 2)
    return std::all_of(rest.begin() + 2, rest.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  return rest == "_median" || rest == "_mean" || rest == "_min" || rest == "_max" || rest == "_best";
}

/// The fields of a results file alone, and those that older or other programs of ours leave out as empty lists: a
/// profile holds more than records.
JsonValue only_results(const JsonValue& root) {
  JsonValue out = JsonValue::object();
  for (const char* key : {"schema_version", "title", "environment", "seeds", "tasks", "goals", "models", "records",
                          "samples", "examples", "step_throughs"}) {
    const JsonValue* field = root.find(key);
    const std::string_view name = key;
    if (field != nullptr)
      out.add(key, *field);
    else if (name == "title")
      out.add(key, "");
    else if (name == "environment")
      out.add(key, JsonValue::object());
    else if (name != "schema_version" && name != "records")
      out.add(key, JsonValue::array());
  }
  return out;
}

Error unknown_format(const std::string& file) {
  return {ErrorCode::bad_input, file, "", "holds no results that trm compare reads",
          "give results.json of trm bench, profile.json of trm profile, or the JSON of Google Benchmark, hyperfine, "
          "llama-bench or a criterion folder"};
}

}  // namespace

std::optional<double> number_in(const JsonValue* value) {
  if (value == nullptr) return std::nullopt;
  if (const auto* x = value->as<double>()) return *x;
  if (const auto* x = value->as<std::uint64_t>()) return static_cast<double>(*x);
  if (const auto* x = value->as<std::int64_t>()) return static_cast<double>(*x);
  if (const auto* x = value->as<JsonLongNumber>()) return x->value;
  return std::nullopt;
}

std::string text_in(const JsonValue* value) {
  const auto* text = value == nullptr ? nullptr : value->as<std::string>();
  return text == nullptr ? std::string() : *text;
}

Result<Measurements> from_results(const RunResults& results, const std::string& file) {
  Measurements out;
  out.file = file;
  out.format = "trm results";
  out.environment = results.environment;
  out.machine = out.fact("machine");
  out.seeds = results.seeds;
  const auto add = [&](Series series) -> Status {
    set_direction(series);
    if (Status s = complete(series, file); !s.ok()) return s;
    return add_series(out, std::move(series));
  };
  // Shares of questions that hang together have no interval: it would be too narrow. Neither has a mean of shares, but
  // each of its samples stands for itself.
  std::set<std::pair<std::string, std::string>> dependent;
  for (const Record& record : results.records) {
    if (record.unit == "ratio" && record.depth < 0 && !record.ci_low)
      dependent.insert({name_of(record), record.metric});
  }
  for (std::size_t i = 0; i < results.samples.size(); ++i) {
    const SampleSet& set = results.samples[i];
    if (set.values.empty()) continue;
    Series series;
    series.name = name_of(set);
    series.metric = set.metric;
    series.unit = set.unit;
    series.samples = set.values;
    series.dependent = dependent.contains({series.name, series.metric}) &&
                       std::all_of(set.values.begin(), set.values.end(), [](double x) { return x == 0 || x == 1; });
    series.field = "samples[" + std::to_string(i) + "].values";
    if (Status s = add(std::move(series)); !s.ok()) return s.error();
  }
  for (std::size_t i = 0; i < results.records.size(); ++i) {
    const Record& record = results.records[i];
    if (record.mode == kPublishedMode) continue;
    // Shares by depth add up to the share of all.
    if (record.unit == "ratio" && record.depth >= 0) continue;
    const std::string name = name_of(record);
    const bool told = std::any_of(results.samples.begin(), results.samples.end(), [&](const SampleSet& set) {
      return !set.values.empty() && sums_up(record.metric, set.metric) && name_of(set) == name;
    });
    if (told && record.depth < 0) continue;
    Series series;
    series.name = name + (record.depth >= 0 ? " depth " + std::to_string(record.depth) : "");
    series.metric = record.metric;
    series.unit = record.unit;
    series.value = record.value;
    series.n = record.n;
    series.dependent = dependent.contains({series.name, series.metric});
    if (record.ci_low && record.ci_high) series.interval = Interval{*record.ci_low, *record.ci_high};
    series.field = "records[" + std::to_string(i) + "].value";
    if (Status s = add(std::move(series)); !s.ok()) return s.error();
  }
  if (out.series.empty()) {
    return Error{ErrorCode::bad_input, file, "records", "holds no measurement",
                 "give the results of a run that measured something"};
  }
  return out;
}

Result<Measurements> read_measurements(std::string_view text, const std::string& file) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const Result<JsonValue> root = JsonValue::parse(text, file);
  if (!root.ok()) return root.error();
  if (const auto* list = root->as<JsonValue::Array>()) {
    if (!list->empty() && list->front().find("n_prompt") != nullptr) return read_llama_bench(*root, file);
    return unknown_format(file);
  }
  if (root->find("schema_version") != nullptr || root->find("records") != nullptr) {
    Result<RunResults> results = from_json(only_results(*root).compact(), file);
    if (!results.ok()) return results.error();
    return from_results(*results, file);
  }
  if (root->find("benchmarks") != nullptr && root->find("context") != nullptr)
    return read_google_benchmark(*root, file);
  if (root->find("results") != nullptr) return read_hyperfine(*root, file);
  return unknown_format(file);
}

}  // namespace trm::reports::compare
