#include <algorithm>
#include <optional>
#include <utility>

#include "bench/profile/cost.h"
#include "bench/profile/profile.h"
#include "engine/json/json_fields.h"
#include "engine/json/json_object.h"
#include "reports/json.h"

namespace trm::bench {
namespace {

/// As engine/json/json_fields.h says.
template <class T>
struct Fields;

template <>
struct Fields<Figure> {
  static void visit(auto& f, auto& x) { f("samples", x.samples); }
};
template <>
struct Fields<IsaEntry> {
  static void visit(auto& f, auto& x) {
    f("name", x.name);
    f("missing", x.missing);
  }
};
template <>
struct Fields<CounterEntry> {
  static void visit(auto& f, auto& x) {
    f("kernel", x.kernel);
    f("shape", x.shape);
    f("type", x.type);
    f("event", x.event);
    f("value", x.value);
  }
};
template <>
struct Fields<ClockLimit> {
  static void visit(auto& f, auto& x) {
    f("core", x.core);
    f("after", x.after);
    f("ghz", x.ghz);
    f("multiply_cycles", x.multiply_cycles);
  }
};
template <>
struct Fields<PeakLimit> {
  static void visit(auto& f, auto& x) {
    f("isa", x.isa);
    f("type", x.type);
    f("instruction", x.instruction);
    f("core", x.core);
    f("threads", x.threads);
    f("ops_per_s", x.ops_per_s);
  }
};
template <>
struct Fields<BandwidthLimit> {
  static void visit(auto& f, auto& x) {
    f("operation", x.operation);
    f("bytes", x.bytes);
    f("threads", x.threads);
    f("bytes_per_s", x.bytes_per_s);
  }
};
template <>
struct Fields<LatencyLimit> {
  static void visit(auto& f, auto& x) {
    f("bytes", x.bytes);
    f("huge_pages", x.huge_pages);
    f("ns", x.ns);
  }
};
template <>
struct Fields<CacheLevel> {
  static void visit(auto& f, auto& x) {
    f("name", x.name);
    f("bytes", x.bytes);
    f("told_bytes", x.told_bytes);
    f("read_bytes_per_s", x.read_bytes_per_s);
    f("all_read_bytes_per_s", x.all_read_bytes_per_s);
    f("latency_ns", x.latency_ns);
  }
};
template <>
struct Fields<SyncLimit> {
  static void visit(auto& f, auto& x) {
    f("what", x.what);
    f("threads", x.threads);
    f("ns", x.ns);
  }
};
template <>
struct Fields<KernelRate> {
  static void visit(auto& f, auto& x) {
    f("kernel", x.kernel);
    f("type", x.type);
    f("tile_rows", x.tile_rows);
    f("tile_columns", x.tile_columns);
    f("seconds", x.seconds);
    f("exposure", x.exposure);
    f("hidden", x.hidden);
    f("fit_error", x.fit_error);
    f("cases", x.cases);
  }
};
template <>
struct Fields<MachineLimits> {
  static void visit(auto& f, auto& x) {
    f("isa", x.isa);
    f("cores", x.cores);
    f("clocks", x.clocks);
    f("peaks", x.peaks);
    f("bandwidths", x.bandwidths);
    f("latencies", x.latencies);
    f("levels", x.levels);
    f("syncs", x.syncs);
    f("rates", x.rates);
    f("page_fault_ns", x.page_fault_ns);
    f("huge_page_fault_ns", x.huge_page_fault_ns);
    f("timer_resolution_ns", x.timer_resolution_ns);
    f("timer_cost_ns", x.timer_cost_ns);
    f("noise", x.noise);
  }
};
template <>
struct Fields<WorkShape> {
  static void visit(auto& f, auto& x) {
    f("batch", x.batch);
    f("passes", x.passes);
    f("crew", x.crew);
    f("meetings", x.meetings);
    f("causal", x.causal);
  }
};
template <>
struct Fields<ModelTime> {
  static void visit(auto& f, auto& x) {
    f("model", x.model);
    f("type", x.type);
    f("isa", x.isa);
    f("threads", x.threads);
    f("shape", x.shape);
    f("evaluations", x.evaluations);
    f("tokens", x.tokens);
    f("step_s", x.step_s);
    f("cpu_share", x.cpu_share);
    f("quiet_s", x.quiet_s);
    f("between_s", x.between_s);
    f("recorded_s", x.recorded_s);
    f("recorded_part", x.recorded_part);
    f("work", x.work);
    f("groups", x.groups);
  }
};

/// Without the zeros at the end, of which there are many.
std::vector<double> without_zeros(const Distances& bytes) {
  std::vector<double> out(bytes.begin(), bytes.end());
  while (!out.empty() && out.back() == 0) out.pop_back();
  return out;
}

struct Writer : JsonFieldWriter<Fields, Writer> {
  using JsonFieldWriter::json_of;
  /// A group's kernel and sizes are those of a case.
  static JsonValue json_of(const std::vector<CallGroup>& groups) {
    JsonValue out = JsonValue::array();
    for (const CallGroup& g : groups) {
      out.push(JsonValue::object({{"case", g.as_case("reference").text()},
                                  {"count", g.count},
                                  {"measured_s", g.measured_s},
                                  {"bytes", without_zeros(g.bytes)}}));
    }
    return out;
  }
};

struct Reader : JsonFieldReader<Fields, Reader> {
  using JsonFieldReader::JsonFieldReader;
  using JsonFieldReader::read;
  /// Nothing in a profile is negative.
  static constexpr double kLeastNumber = 0;

  void read(const char* name, Figure& out) {
    Figure raw;
    visit(name, raw);
    out = Figure::of(std::move(raw.samples));
  }
  void read(const char* name, std::vector<CallGroup>& out) {
    object_.each(name, [&](JsonObject& element) { read_group(element, out.emplace_back()); });
  }

 private:
  void read_group(JsonObject& element, CallGroup& group) {
    std::string text;
    std::vector<double> bytes;
    Reader reader(element, first_);
    reader("case", text);
    reader("count", group.count);
    reader("measured_s", group.measured_s);
    reader("bytes", bytes);
    if (element.failed()) return;
    const Result<KernelCase> c = parse_case(text, "reference");
    if (!c.ok()) return element.fail("case", c.error().message, c.error().fix);
    if (bytes.size() > kDistances) {
      return element.fail("bytes",
                          "has " + std::to_string(bytes.size()) + " numbers, more than " + std::to_string(kDistances),
                          "measure the machine again");
    }
    group.kind = c->kind;
    group.sizes = c->sizes;
    group.type = c->type;
    std::copy(bytes.begin(), bytes.end(), group.bytes.begin());
  }
};

/// A line for each element of a list of objects, one for everything else.
std::string lines(const JsonValue& value) {
  const auto* list = value.as<JsonValue::Array>();
  if (list == nullptr || list->empty() || list->front().as<JsonValue::Object>() == nullptr) return value.compact();
  std::string out = "[";
  for (const JsonValue& element : *list)
    out += (&element == &list->front() ? "\n      " : ",\n      ") + element.compact();
  return out + "\n    ]";
}

/// What a profile has beyond its results.
template <>
struct Fields<Profile> {
  static void visit(auto& f, auto& x) {
    f("elapsed_s", x.elapsed_s);
    f("instruction_sets", x.isas);
    f("limits", x.limits);
    f("models", x.models);
    f("no_counters", x.no_counters);
    f("counters", x.counters);
  }
};

Error wrong_file(const std::string& file, const std::string& field, std::string message) {
  return Error{ErrorCode::bad_input, file, field, std::move(message),
               "make it with trm profile -o DIR, which writes profile.json"};
}

}  // namespace

Result<std::string> profile_json(const Profile& profile) {
  Result<std::string> text = reports::to_json(profile.results);
  if (!text.ok()) return text.error();
  text->resize(text->rfind('}'));  // one more field comes
  while (text->ends_with('\n')) text->pop_back();
  *text += ",\n  \"profile\": {\n    \"version\": " + std::to_string(kProfileVersion);
  const JsonValue own = Writer::written(profile);
  for (const JsonField& field : *own.as<JsonValue::Object>()) {
    *text += ",\n    " + JsonValue(field.name).compact() + ": " + lines(field.value);
  }
  return *text + "\n  }\n}\n";
}

Result<Profile> read_profile(std::string_view text, const std::string& file) {
  Result<JsonValue> root = JsonValue::parse_object(text, file);
  if (!root.ok()) return root.error();
  const JsonValue* own = root->find("profile");
  if (own == nullptr) return wrong_file(file, "profile", "is missing: this is no profile");
  if (own->as<JsonValue::Object>() == nullptr) return wrong_file(file, "profile", "is no object");
  Result<JsonObject> object = JsonObject::parse(own->compact(), file + ": profile");
  if (!object.ok()) return object.error();
  root->erase("profile");
  Result<reports::RunResults> results = reports::from_json(root->compact(), file);
  if (!results.ok()) return results.error();

  Profile out;
  out.results = *std::move(results);
  std::optional<Error> first;
  Reader reader(*object, first);
  std::size_t version = 0;
  reader("version", version);
  if (!object->failed() && version != kProfileVersion) {
    return wrong_file(file, "profile.version",
                      "is " + std::to_string(version) + ", and this program reads " + std::to_string(kProfileVersion));
  }
  Fields<Profile>::visit(reader, out);
  const Status status = object->finish();
  if (first) return *first;
  if (!status.ok()) return status.error();
  for (const KernelRate& rate : out.limits.rates) {
    const std::size_t terms = rate_terms(rate.kernel);
    if (rate.seconds.size() != terms) {
      return wrong_file(file, "profile.limits.rates",
                        terms == 0 ? "\"" + rate.kernel + "\" is no kernel"
                                   : rate.kernel + " has " + std::to_string(rate.seconds.size()) + " terms, not " +
                                         std::to_string(terms));
    }
  }
  constexpr double kMostSeconds = 1;  // of a unit of work: more is a slip, and sums of it would not be finite
  for (const KernelRate& rate : out.limits.rates) {
    if (std::any_of(rate.seconds.begin(), rate.seconds.end(), [](double s) { return s > kMostSeconds; }))
      return wrong_file(file, "profile.limits.rates", rate.kernel + " takes more than a second for one unit of work");
  }
  if (out.limits.cores == 0) return wrong_file(file, "profile.limits.cores", "is 0");
  for (const ModelTime& time : out.models) {
    if (time.threads == 0 || !(time.step_s.value > 0)) {
      return wrong_file(file, "profile.models", "holds a model without threads or time");
    }
  }
  predict_models(out);
  return out;
}

Prediction predict_there(const ModelTime& time, const MachineLimits& here, const MachineLimits& there,
                         std::size_t threads) {
  const double now = here.clock_ghz(), then = there.clock_ghz();
  const double cycles = now > 0 && then > 0 ? now / then : 1;
  return predict(time.groups, time.work, there, threads, time.between_s * cycles);
}

void predict_models(Profile& profile) {
  profile.predictions.clear();
  for (const ModelTime& time : profile.models) {
    profile.predictions.push_back(predict_there(time, profile.limits, profile.limits, time.threads));
  }
}

void add_records(Profile& profile) {
  std::vector<reports::Record>& records = profile.results.records;
  for (std::size_t m = 0; m < profile.models.size(); ++m) {
    const ModelTime& time = profile.models[m];
    const Prediction& predicted = profile.predictions[m];
    reports::Record r;
    r.task = time.model;
    r.slice = time.shape;
    r.model = "trm";
    r.mode = time.type + ", " + std::to_string(time.threads) + (time.threads == 1 ? " thread" : " threads");
    r.unit = "ns";
    r.type = time.type;
    r.isa = time.isa;
    r.threads = time.threads;
    const auto add = [&](const char* metric, double seconds, std::size_t n) {
      r.metric = metric;
      r.value = seconds * 1e9;
      r.n = n;
      records.push_back(r);
    };
    add("step_p50_ns", time.step_s.value, time.step_s.samples.size());
    add("predicted_step_ns", predicted.seconds, 0);
    if (time.quiet_s > 0) add("quiet_step_ns", time.quiet_s, 0);
    reports::SampleSet set{time.model, time.shape, r.model, r.mode, "step_ns", "ns", {}};
    set.type = time.type;
    set.isa = time.isa;
    set.threads = time.threads;
    for (const double s : time.step_s.samples) set.values.push_back(s * 1e9);
    profile.results.samples.push_back(std::move(set));
    if (time.threads > 1) continue;
    for (std::size_t g = 0; g < time.groups.size(); ++g) {
      const CallGroup& group = time.groups[g];
      const KernelCase c = group.as_case(time.isa);
      reports::Record k = r;
      k.slice = c.kernel() + " " + c.shape();
      // Products of activations are fp32 beside weights of any type.
      if (c.type_name() != time.type) k.slice += " " + c.type_name();
      k.unit = "ns";
      k.kernel = c.kernel();
      k.shape = c.shape();
      k.type = c.type_name();
      k.metric = "kernel_in_step_ns";
      k.value = group.measured_s * 1e9;
      k.n = static_cast<std::uint64_t>(group.count);
      records.push_back(k);
    }
  }
  // Kernel cases by themselves: the medians of their samples.
  for (const reports::SampleSet& set : profile.results.samples) {
    if (set.task != "kernel") continue;
    reports::Record k;
    k.task = set.task;
    k.slice = set.slice;
    k.model = set.model;
    k.mode = set.mode;
    k.metric = set.metric;
    k.unit = set.unit;
    k.value = Figure::of(set.values).value;
    k.n = set.values.size();
    k.kernel = set.kernel;
    k.shape = set.shape;
    k.type = set.type;
    k.isa = set.isa;
    k.threads = set.threads;
    records.push_back(std::move(k));
  }
}

}  // namespace trm::bench
