#include "reports/json.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>
#include <utility>

#include "reports/format.h"
#include "reports/stats.h"

namespace trm::reports {
namespace {

using Json = nlohmann::ordered_json;

std::string compact(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// One member per line, and one line for each element of a list of objects.
std::string layout(const Json& object) {
  std::string out = "{\n";
  bool first = true;
  for (const auto& [key, value] : object.items()) {
    if (!first) out += ",\n";
    first = false;
    out += "  " + compact(Json(key)) + ": ";
    if (value.is_array() && !value.empty() && value.front().is_object()) {
      for (std::size_t i = 0; i < value.size(); ++i) out += (i == 0 ? "[\n    " : ",\n    ") + compact(value[i]);
      out += "\n  ]";
    } else if (value.is_object() && !value.empty()) {
      bool first_inner = true;
      for (const auto& [name, inner] : value.items()) {
        out += (first_inner ? "{\n    " : ",\n    ") + compact(Json(name)) + ": " + compact(inner);
        first_inner = false;
      }
      out += "\n  }";
    } else {
      out += compact(value);
    }
  }
  return out + "\n}\n";
}

Json write_record(const Record& r) {
  Json out = {{"task", r.task},     {"slice", r.slice}, {"model", r.model}, {"mode", r.mode},
              {"metric", r.metric}, {"unit", r.unit},   {"depth", r.depth}, {"value", r.value}};
  if (r.ci_low && r.ci_high) {
    out["ci_low"] = *r.ci_low;
    out["ci_high"] = *r.ci_high;
  }
  out["n"] = r.n;
  return out;
}

Json write_step_through(const StepThrough& s) {
  Json out = {{"task", s.task},
              {"slice", s.slice},
              {"model", s.model},
              {"mode", s.mode},
              {"rows", s.rows},
              {"columns", s.columns},
              {"box_rows", s.box_rows},
              {"box_columns", s.box_columns},
              {"question", s.question},
              {"expected", s.expected},
              {"keeps_givens", s.keeps_givens},
              {"steps", Json::array()},
              {"halting_step", s.halting_step},
              {"correct", s.correct},
              {"correct_at_end", s.correct_at_end}};
  for (const BoardStep& step : s.steps) out["steps"].push_back({{"cells", step.cells}, {"q_halt", step.q_halt}});
  return out;
}

Json write_model(const ModelInfo& m) {
  Json out = {{"name", m.name},
              {"family", m.family},
              {"description", m.description},
              {"parameters", m.parameters},
              {"file", m.file},
              {"hash", m.hash},
              {"config", m.config},
              {"training_command", m.training_command},
              {"seed", m.seed},
              {"training_minutes", m.training_minutes}};
  if (!m.group.empty()) out["group"] = m.group;
  if (!m.training.empty()) out["training"] = m.training;
  return out;
}

/// Fields that say nothing are left out, but for the first five.
Json write_frame(const CallFrame& f) {
  Json out = {
      {"parent", f.parent}, {"depth", f.depth}, {"prompt", f.prompt}, {"value", f.value}, {"written", f.written}};
  if (!f.wrong.empty()) out["wrong"] = f.wrong;
  if (!f.rest.empty()) out["rest"] = f.rest;
  if (!f.note.empty()) out["note"] = f.note;
  if (f.own_tokens > 0) out["own_tokens"] = f.own_tokens;
  if (f.elapsed_ns > 0) out["elapsed_ns"] = f.elapsed_ns;
  if (f.hidden > 0) out["hidden"] = f.hidden;
  return out;
}

Json write_example(const Example& e) {
  Json out = {{"task", e.task},     {"slice", e.slice},           {"model", e.model},
              {"mode", e.mode},     {"prompt", e.prompt},         {"expected", e.expected},
              {"answer", e.answer}, {"transcript", e.transcript}, {"correct", e.correct}};
  if (e.frames.empty()) return out;
  out["frames"] = Json::array();
  for (const CallFrame& frame : e.frames) out["frames"].push_back(write_frame(frame));
  return out;
}

/// Reads members of one object; the first error wins.
class Reader {
 public:
  Reader(const Json& value, std::string path, Error* error) : value_(value), path_(std::move(path)), error_(error) {
    if (!value_.is_object()) fail("", "is not an object", "write { ... }");
  }
  ~Reader() = default;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  const Json* member(const char* key, bool required = true) {
    known_.insert(key);
    if (!value_.is_object()) return nullptr;
    const auto found = value_.find(key);
    if (found != value_.end()) return &*found;
    if (required) fail(key, "is missing", "add it");
    return nullptr;
  }
  void text(const char* key, std::string& out, bool required = true) {
    const Json* at = member(key, required);
    if (at == nullptr) return;
    if (!at->is_string()) return fail(key, "is not a string", "put it in quotes");
    out = at->get<std::string>();
  }
  void number(const char* key, double& out, bool required = true) {
    const Json* at = member(key, required);
    if (at == nullptr) return;
    if (!at->is_number()) return fail(key, "is not a number", "write a number");
    out = at->get<double>();
    if (!std::isfinite(out)) fail(key, "is not finite", "write a finite number");
  }
  void number(const char* key, std::optional<double>& out) {
    if (member(key, false) == nullptr) return;
    double value = 0;
    number(key, value);
    out = value;
  }
  void count(const char* key, std::uint64_t& out, bool required = true) {
    const Json* at = member(key, required);
    if (at == nullptr) return;
    if (!at->is_number_unsigned()) return fail(key, "is not a whole number from 0 to 2^64 - 1", "write one");
    out = at->get<std::uint64_t>();
  }
  void size(const char* key, std::size_t& out) {
    std::uint64_t value = 0;
    count(key, value);
    out = static_cast<std::size_t>(value);
  }
  void integer(const char* key, int& out) {
    const Json* at = member(key);
    if (at == nullptr) return;
    const bool small = at->is_number_integer() && at->get<double>() >= std::numeric_limits<int>::min() &&
                       at->get<double>() <= std::numeric_limits<int>::max();
    if (!small) return fail(key, "is not a 32-bit integer", "write one");
    out = at->get<int>();
  }
  void flag(const char* key, bool& out) {
    const Json* at = member(key);
    if (at == nullptr) return;
    if (!at->is_boolean()) return fail(key, "is not true or false", "write true or false");
    out = at->get<bool>();
  }
  /// Calls read(element, path) for each element of a list.
  template <class Read>
  void list(const char* key, Read read, bool required = true) {
    const Json* at = member(key, required);
    if (at == nullptr) return;
    if (!at->is_array()) return fail(key, "is not a list", "write [ ... ]");
    for (std::size_t i = 0; i < at->size() && error_->message.empty(); ++i) {
      read((*at)[i], path(key) + "[" + std::to_string(i) + "]");
    }
  }
  void finish() {
    if (!value_.is_object()) return;
    for (const auto& [key, unused] : value_.items()) {
      if (!known_.contains(key)) fail(key.c_str(), "is not a known field", "remove it or correct its name");
    }
  }
  void fail(const char* key, const char* message, const char* fix) {
    if (!error_->message.empty()) return;
    error_->field = path(key);
    error_->message = message;
    error_->fix = fix;
  }

 private:
  std::string path(const char* key) const {
    if (*key == '\0') return path_.empty() ? "results" : path_;
    return path_.empty() ? std::string(key) : path_ + "." + key;
  }

  const Json& value_;
  std::string path_;
  Error* error_;
  std::set<std::string, std::less<>> known_;
};

Record read_record(const Json& value, const std::string& path, Error* error) {
  Record r;
  Reader in(value, path, error);
  in.text("task", r.task);
  in.text("slice", r.slice);
  in.text("model", r.model);
  in.text("mode", r.mode);
  in.text("metric", r.metric);
  in.text("unit", r.unit);
  in.integer("depth", r.depth);
  in.number("value", r.value);
  in.number("ci_low", r.ci_low);
  in.number("ci_high", r.ci_high);
  in.count("n", r.n);
  in.finish();
  return r;
}

ModelInfo read_model(const Json& value, const std::string& path, Error* error) {
  ModelInfo m;
  Reader in(value, path, error);
  in.text("name", m.name);
  in.text("family", m.family);
  in.text("description", m.description);
  in.count("parameters", m.parameters);
  in.text("file", m.file);
  in.text("hash", m.hash);
  in.text("config", m.config);
  in.text("training_command", m.training_command);
  in.count("seed", m.seed);
  in.number("training_minutes", m.training_minutes);
  in.text("group", m.group, false);
  in.text("training", m.training, false);
  in.finish();
  return m;
}

TaskInfo read_task(const Json& value, const std::string& path, Error* error) {
  TaskInfo t;
  Reader in(value, path, error);
  in.text("name", t.name);
  in.text("stage", t.stage);
  in.finish();
  return t;
}

Goal read_goal(const Json& value, const std::string& path, Error* error) {
  Goal g;
  Reader in(value, path, error);
  in.text("task", g.task);
  in.text("slice", g.slice);
  in.text("column", g.column);
  in.number("value", g.value);
  in.finish();
  return g;
}

CallFrame read_frame(const Json& value, const std::string& path, Error* error) {
  CallFrame f;
  Reader in(value, path, error);
  in.integer("parent", f.parent);
  in.integer("depth", f.depth);
  in.text("prompt", f.prompt);
  in.text("value", f.value);
  in.text("written", f.written);
  in.text("wrong", f.wrong, false);
  in.text("rest", f.rest, false);
  in.text("note", f.note, false);
  in.count("own_tokens", f.own_tokens, false);
  in.number("elapsed_ns", f.elapsed_ns, false);
  in.count("hidden", f.hidden, false);
  in.finish();
  return f;
}

SampleSet read_samples(const Json& value, const std::string& path, Error* error) {
  SampleSet s;
  Reader in(value, path, error);
  in.text("task", s.task);
  in.text("slice", s.slice);
  in.text("model", s.model);
  in.text("mode", s.mode);
  in.text("metric", s.metric);
  in.text("unit", s.unit);
  in.list("values", [&](const Json& x, const std::string& at) {
    if (!x.is_number() || !std::isfinite(x.get<double>())) {
      *error = Error{ErrorCode::bad_input, error->file, at, "is not a finite number", "write a number"};
      return;
    }
    s.values.push_back(x.get<double>());
  });
  in.finish();
  return s;
}

Example read_example(const Json& value, const std::string& path, Error* error) {
  Example e;
  Reader in(value, path, error);
  in.text("task", e.task);
  in.text("slice", e.slice);
  in.text("model", e.model);
  in.text("mode", e.mode);
  in.text("prompt", e.prompt);
  in.text("expected", e.expected);
  in.text("answer", e.answer);
  in.text("transcript", e.transcript);
  in.flag("correct", e.correct);
  in.list(
      "frames", [&](const Json& x, const std::string& at) { e.frames.push_back(read_frame(x, at, error)); }, false);
  in.finish();
  return e;
}

StepThrough read_step_through(const Json& value, const std::string& path, Error* error) {
  StepThrough s;
  Reader in(value, path, error);
  in.text("task", s.task);
  in.text("slice", s.slice);
  in.text("model", s.model);
  in.text("mode", s.mode);
  in.size("rows", s.rows);
  in.size("columns", s.columns);
  in.size("box_rows", s.box_rows);
  in.size("box_columns", s.box_columns);
  in.text("question", s.question);
  in.text("expected", s.expected);
  in.flag("keeps_givens", s.keeps_givens);
  in.list("steps", [&](const Json& x, const std::string& at) {
    BoardStep step;
    Reader inner(x, at, error);
    inner.text("cells", step.cells);
    inner.number("q_halt", step.q_halt);
    inner.finish();
    s.steps.push_back(std::move(step));
  });
  in.size("halting_step", s.halting_step);
  in.flag("correct", s.correct);
  in.flag("correct_at_end", s.correct_at_end);
  in.finish();
  return s;
}

/// Parses with limits: depth 8 (the schema needs 5), no repeated keys.
bool parse_strictly(std::string_view text, Json& out, Error& error) {
  constexpr int max_depth = 8;
  std::vector<std::set<std::string>> open_keys;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) open_keys.emplace_back();
    if (event == Json::parse_event_t::object_end && !open_keys.empty()) open_keys.pop_back();
    if (depth > max_depth && error.message.empty()) {
      error.message = "is nested deeper than " + std::to_string(max_depth);
      error.fix = "use a results file that trm has written";
    }
    if (event == Json::parse_event_t::key && !open_keys.empty() && error.message.empty()) {
      const std::string key = parsed.get<std::string>();
      if (!open_keys.back().insert(key).second) {
        error.field = key;
        error.message = "is there twice in one object";
        error.fix = "keep one";
      }
    }
    // After an error nothing is kept: a hostile depth costs no memory.
    return error.message.empty();
  };
  out = Json::parse(text.begin(), text.end(), watch, false);
  if (!error.message.empty()) return false;
  if (out.is_discarded()) {
    std::size_t line = 1;
    std::string what = "is not JSON";
    try {  // only to learn where
      const Json unused = Json::parse(text.begin(), text.end());
    } catch (const Json::parse_error& caught) {
      const std::size_t end = std::min<std::size_t>(caught.byte, text.size());
      line += static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
      what = "is not JSON at byte " + std::to_string(caught.byte) + ", line " + std::to_string(line);
    } catch (const Json::exception&) {
      what = "holds a number that is out of range";
    }
    error.message = what;
    error.fix = "use a results file that trm has written";
    return false;
  }
  return true;
}

}  // namespace

Result<std::string> to_json(const RunResults& results) {
  if (Status status = validate(results); !status) return status.error();
  Json root = Json::object();
  root["schema_version"] = results.version;
  root["title"] = results.title;
  root["environment"] = Json::object();
  for (const auto& [key, value] : results.environment) root["environment"][key] = value;
  root["seeds"] = results.seeds;
  for (const char* list : {"tasks", "goals", "models", "records", "samples", "examples", "step_throughs"}) {
    root[list] = Json::array();
  }
  for (const TaskInfo& t : results.tasks) root["tasks"].push_back({{"name", t.name}, {"stage", t.stage}});
  for (const Goal& g : results.goals) {
    root["goals"].push_back({{"task", g.task}, {"slice", g.slice}, {"column", g.column}, {"value", g.value}});
  }
  for (const ModelInfo& m : results.models) root["models"].push_back(write_model(m));
  for (const Record& r : results.records) root["records"].push_back(write_record(r));
  for (const SampleSet& s : results.samples) {
    root["samples"].push_back({{"task", s.task},
                               {"slice", s.slice},
                               {"model", s.model},
                               {"mode", s.mode},
                               {"metric", s.metric},
                               {"unit", s.unit},
                               {"values", s.values}});
  }
  for (const Example& e : results.examples) root["examples"].push_back(write_example(e));
  for (const StepThrough& s : results.step_throughs) root["step_throughs"].push_back(write_step_through(s));
  return layout(root);
}

Result<RunResults> from_json(std::string_view text, const std::string& file) {
  Error error;
  error.file = file;
  Json root;
  if (!parse_strictly(text, root, error)) return error;
  RunResults out;
  Reader in(root, "", &error);
  in.integer("schema_version", out.version);
  if (error.message.empty() && out.version != schema_version) {
    Error wrong = validate(out).error();
    wrong.file = file;
    return wrong;
  }
  in.text("title", out.title);
  if (const Json* environment = in.member("environment")) {
    if (!environment->is_object()) in.fail("environment", "is not an object", "write { ... }");
    for (const auto& [key, value] : environment->items()) {
      if (!environment->is_object()) break;
      if (!value.is_string())
        in.fail(("environment." + key).c_str(), "is not a string", "put it in quotes");
      else
        out.environment.push_back({key, value.get<std::string>()});
    }
  }
  in.list("seeds", [&](const Json& x, const std::string& at) {
    if (!x.is_number_unsigned()) {
      error.field = at;
      error.message = "is not a whole number from 0 to 2^64 - 1";
      error.fix = "write one";
      return;
    }
    out.seeds.push_back(x.get<std::uint64_t>());
  });
  // Files from before there were any have none.
  in.list(
      "tasks", [&](const Json& x, const std::string& at) { out.tasks.push_back(read_task(x, at, &error)); }, false);
  in.list(
      "goals", [&](const Json& x, const std::string& at) { out.goals.push_back(read_goal(x, at, &error)); }, false);
  in.list("models", [&](const Json& x, const std::string& at) { out.models.push_back(read_model(x, at, &error)); });
  in.list("records", [&](const Json& x, const std::string& at) { out.records.push_back(read_record(x, at, &error)); });
  in.list("samples", [&](const Json& x, const std::string& at) { out.samples.push_back(read_samples(x, at, &error)); });
  in.list("examples",
          [&](const Json& x, const std::string& at) { out.examples.push_back(read_example(x, at, &error)); });
  in.list(
      "step_throughs",
      [&](const Json& x, const std::string& at) { out.step_throughs.push_back(read_step_through(x, at, &error)); },
      false);
  in.finish();
  if (!error.message.empty()) return error;
  if (Status status = validate(out); !status) {
    Error wrong = status.error();
    wrong.file = file;
    return wrong;
  }
  return out;
}

Result<std::string> to_google_benchmark_json(const RunResults& results) {
  if (Status status = validate(results); !status) return status.error();
  Json root = Json::object();
  Json& context = root["context"] = Json::object();
  for (const auto& [key, value] : results.environment) context[key] = value;
  context["trm_schema_version"] = results.version;
  context["trm_note"] = "cpu_time repeats real_time: only wall time is sampled";

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
  Json entries = Json::array();
  std::map<std::size_t, std::vector<double>> times;
  for (const SampleSet& s : results.samples) {
    if (s.unit != "ns") continue;
    const std::size_t index = family(s);
    // The metric stays in the name unless it is the usual one, so that entries of one name mean one thing.
    const std::string name = name_of(index) + (s.metric == "latency_ns" ? "" : "/" + s.metric);
    if (s.metric == "latency_ns") times[index] = s.values;
    for (std::size_t i = 0; i < s.values.size(); ++i) {
      entries.push_back({{"name", name},
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
                         {"time_unit", "ns"}});
    }
  }
  std::map<std::size_t, Json> counters;
  for (const Record& r : results.records) {
    const std::size_t index = family(r);
    const std::string key = r.metric + (r.depth >= 0 ? "/depth:" + std::to_string(r.depth) : "");
    counters[index][key] = r.value;
    if (r.metric == "latency_p50_ns" && r.depth < 0 && !times.contains(index)) times[index] = {r.value};
  }
  for (std::size_t index = 0; index < families.size(); ++index) {
    const std::string name = name_of(index);
    const std::size_t repetitions = times.contains(index) ? times[index].size() : 0;
    const double middle = repetitions > 0 ? median(times[index]).value_or(0) : 0;
    if (repetitions == 0 && !counters.contains(index)) continue;
    Json entry = {{"name", name + "_median"},
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
                  {"time_unit", "ns"}};
    if (counters.contains(index)) entry.update(counters[index]);
    entries.push_back(std::move(entry));
  }
  root["benchmarks"] = std::move(entries);
  return layout(root);
}

}  // namespace trm::reports
