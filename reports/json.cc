#include "reports/json.h"

#include <limits>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "engine/json/json_fields.h"
#include "engine/json/json_object.h"
#include "reports/format.h"
#include "reports/stats.h"

namespace trm::reports {
namespace {

/// One member per line, and one line for each element of a list of objects.
std::string layout(const JsonValue& object) {
  std::string out = "{\n";
  bool first = true;
  for (const auto& [key, value] : *object.as<JsonValue::Object>()) {
    if (!std::exchange(first, false)) out += ",\n";
    out += "  " + JsonValue(key).compact() + ": ";
    const auto* list = value.as<JsonValue::Array>();
    const auto* fields = value.as<JsonValue::Object>();
    if (list != nullptr && !list->empty() && list->front().as<JsonValue::Object>() != nullptr) {
      for (const JsonValue& element : *list)
        out += (&element == &list->front() ? "[\n    " : ",\n    ") + element.compact();
      out += "\n  ]";
    } else if (fields != nullptr && !fields->empty()) {
      for (const JsonField& field : *fields) {
        out += (&field == &fields->front() ? "{\n    " : ",\n    ") + JsonValue(field.name).compact() + ": " +
               field.value.compact();
      }
      out += "\n  }";
    } else {
      out += value.compact();
    }
  }
  return out + "\n}\n";
}

/// As engine/json/json_fields.h says.
template <class T>
struct Fields;

template <>
struct Fields<TaskEntry> {
  static void visit(auto& f, auto& t) {
    f("name", t.name);
    f("stage", t.stage);
  }
};

template <>
struct Fields<Goal> {
  static void visit(auto& f, auto& g) {
    f("task", g.task);
    f("slice", g.slice);
    f("column", g.column);
    f("value", g.value);
  }
};

template <>
struct Fields<ModelInfo> {
  static void visit(auto& f, auto& m) {
    f("name", m.name);
    f("family", m.family);
    f("description", m.description);
    f("parameters", m.parameters);
    f("file", m.file);
    f("hash", m.hash);
    f("config", m.config);
    f("training_command", m.training_command);
    f("seed", m.seed);
    f("training_minutes", m.training_minutes);
    f.maybe("group", m.group);
    f.maybe("training", m.training);
  }
};

template <>
struct Fields<Record> {
  static void visit(auto& f, auto& r) {
    f("task", r.task);
    f("slice", r.slice);
    f("model", r.model);
    f("mode", r.mode);
    f("metric", r.metric);
    f("unit", r.unit);
    f("depth", r.depth);
    f("value", r.value);
    f.maybe("ci_low", r.ci_low);
    f.maybe("ci_high", r.ci_high);
    f("n", r.n);
    f.maybe("kernel", r.kernel);
    f.maybe("shape", r.shape);
    f.maybe("type", r.type);
    f.maybe("isa", r.isa);
    f.maybe("threads", r.threads);
  }
};

template <>
struct Fields<SampleSet> {
  static void visit(auto& f, auto& s) {
    f("task", s.task);
    f("slice", s.slice);
    f("model", s.model);
    f("mode", s.mode);
    f("metric", s.metric);
    f("unit", s.unit);
    f("values", s.values);
    f.maybe("kernel", s.kernel);
    f.maybe("shape", s.shape);
    f.maybe("type", s.type);
    f.maybe("isa", s.isa);
    f.maybe("threads", s.threads);
  }
};

template <>
struct Fields<CallFrame> {
  static void visit(auto& f, auto& c) {
    f("parent", c.parent);
    f("depth", c.depth);
    f("prompt", c.prompt);
    f("value", c.value);
    f("written", c.written);
    f.maybe("wrong", c.wrong);
    f.maybe("rest", c.rest);
    f.maybe("note", c.note);
    f.maybe("own_tokens", c.own_tokens);
    f.maybe("elapsed_ns", c.elapsed_ns);
    f.maybe("hidden", c.hidden);
  }
};

template <>
struct Fields<Example> {
  static void visit(auto& f, auto& e) {
    f("task", e.task);
    f("slice", e.slice);
    f("model", e.model);
    f("mode", e.mode);
    f("prompt", e.prompt);
    f("expected", e.expected);
    f("answer", e.answer);
    f("transcript", e.transcript);
    f("correct", e.correct);
    f.maybe("frames", e.frames);
  }
};

template <>
struct Fields<BoardStep> {
  static void visit(auto& f, auto& s) {
    f("cells", s.cells);
    f("q_halt", s.q_halt);
  }
};

template <>
struct Fields<StepThrough> {
  static void visit(auto& f, auto& s) {
    f("task", s.task);
    f("slice", s.slice);
    f("model", s.model);
    f("mode", s.mode);
    f("rows", s.rows);
    f("columns", s.columns);
    f("box_rows", s.box_rows);
    f("box_columns", s.box_columns);
    f("question", s.question);
    f("expected", s.expected);
    f("keeps_givens", s.keeps_givens);
    f("steps", s.steps);
    f("halting_step", s.halting_step);
    f("correct", s.correct);
    f("correct_at_end", s.correct_at_end);
  }
};

template <>
struct Fields<RunResults> {
  static void visit(auto& f, auto& r) {
    f("schema_version", r.version);
    f("title", r.title);
    f("environment", r.environment);
    f("seeds", r.seeds);
    f.newer("tasks", r.tasks);
    f.newer("goals", r.goals);
    f("models", r.models);
    f("records", r.records);
    f("samples", r.samples);
    f("examples", r.examples);
    f.newer("step_throughs", r.step_throughs);
  }
};

JsonValue environment_json(const std::vector<EnvironmentEntry>& entries) {
  JsonValue out = JsonValue::object();
  for (const auto& [key, value] : entries) out.add(key, value);
  return out;
}

struct FieldWriter : JsonFieldWriter<Fields, FieldWriter> {
  using JsonFieldWriter::json_of;
  static JsonValue json_of(const std::vector<EnvironmentEntry>& entries) { return environment_json(entries); }
};

struct FieldReader : JsonFieldReader<Fields, FieldReader> {
  using JsonFieldReader::JsonFieldReader;
  using JsonFieldReader::read;
  static constexpr double kLeastNumber = std::numeric_limits<double>::lowest();

  void read(const char* name, std::vector<EnvironmentEntry>& out) {
    std::vector<std::pair<std::string, std::string>> entries;
    object_.get(name, entries);
    for (auto& [key, value] : entries) out.push_back({std::move(key), std::move(value)});
  }
};

Error in_file(const std::string& file, const Status& status) {
  Error error = status.error();
  error.file = file;
  return error;
}

}  // namespace

Result<std::string> to_json(const RunResults& results) {
  if (Status status = validate(results); !status) return status.error();
  return layout(FieldWriter::written(results));
}

Result<RunResults> from_json(std::string_view text, const std::string& file) {
  Result<JsonObject> root = JsonObject::parse(text, file);
  if (!root) return std::move(root.error());
  RunResults out;
  std::optional<Error> nested;  // no object of this file holds another one but in a list
  FieldReader reader(*root, nested);
  // Of another version nothing else is known.
  reader("schema_version", out.version);
  if (!root->failed() && out.version != kSchemaVersion) return in_file(file, validate(out));
  Fields<RunResults>::visit(reader, out);
  if (Status status = root->finish(); !status) return std::move(status.error());
  if (Status status = validate(out); !status) return in_file(file, status);
  return out;
}

Result<std::string> to_google_benchmark_json(const RunResults& results) {
  if (Status status = validate(results); !status) return status.error();
  JsonValue context = environment_json(results.environment);
  context.set("trm_schema_version", results.version);
  context.set("trm_note", "cpu_time repeats real_time: only wall time is sampled");

  using Key = std::tuple<std::string, std::string, std::string, std::string>;
  std::map<Key, std::size_t> family_of;
  std::vector<Key> families;
  const auto family = [&](const auto& item) {
    const Key key{item.task, item.slice, item.model, item.mode};
    const auto [at, fresh] = family_of.emplace(key, families.size());
    if (fresh) families.push_back(key);
    return at->second;
  };
  const auto name_of = [&](std::size_t index) {
    const auto& [task, slice, model, mode] = families[index];
    std::string name;
    for (const std::string* part : {&task, &slice, &model, &mode}) {
      if (!part->empty()) name += (name.empty() ? "" : "/") + *part;
    }
    return name;
  };
  JsonValue entries = JsonValue::array();
  std::map<std::size_t, std::vector<double>> times;
  for (const SampleSet& s : results.samples) {
    if (s.unit != "ns") continue;
    const std::size_t index = family(s);
    // The metric stays in the name unless it is the usual one, so that entries of one name mean one thing.
    const std::string name = name_of(index) + (s.metric == "latency_ns" ? "" : "/" + s.metric);
    if (s.metric == "latency_ns") times[index] = s.values;
    for (std::size_t i = 0; i < s.values.size(); ++i) {
      entries.push(JsonValue::object({{"name", name},
                                      {"family_index", index},
                                      {"per_family_instance_index", 0},
                                      {"run_name", name},
                                      {"run_type", "iteration"},
                                      {"repetitions", s.values.size()},
                                      {"repetition_index", i},
                                      {"threads", 1},
                                      {"iterations", 1},
                                      {"real_time", s.values[i]},
                                      {"cpu_time", s.values[i]},
                                      {"time_unit", "ns"}}));
    }
  }
  std::map<std::size_t, JsonValue> counters;
  for (const Record& r : results.records) {
    const std::size_t index = family(r);
    const std::string key = r.metric + (r.depth >= 0 ? "/depth:" + std::to_string(r.depth) : "");
    counters[index].set(key, r.value);
    if (r.metric == "latency_p50_ns" && r.depth < 0 && !times.contains(index)) times[index] = {r.value};
  }
  for (std::size_t index = 0; index < families.size(); ++index) {
    const std::string name = name_of(index);
    const std::size_t repetitions = times.contains(index) ? times[index].size() : 0;
    const double middle = repetitions > 0 ? median(times[index]).value_or(0) : 0;
    if (repetitions == 0 && !counters.contains(index)) continue;
    JsonValue entry = JsonValue::object({{"name", name + "_median"},
                                         {"family_index", index},
                                         {"per_family_instance_index", 0},
                                         {"run_name", name},
                                         {"run_type", "aggregate"},
                                         {"repetitions", repetitions},
                                         {"threads", 1},
                                         {"aggregate_name", "median"},
                                         {"aggregate_unit", "time"},
                                         {"iterations", repetitions},
                                         {"real_time", middle},
                                         {"cpu_time", middle},
                                         {"time_unit", "ns"}});
    if (counters.contains(index)) {
      for (const auto& [key, value] : *counters[index].as<JsonValue::Object>()) entry.set(key, value);
    }
    entries.push(std::move(entry));
  }
  return layout(JsonValue::object({{"context", std::move(context)}, {"benchmarks", std::move(entries)}}));
}

}  // namespace trm::reports
