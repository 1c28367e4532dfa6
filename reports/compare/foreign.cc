// Files of other benchmark programs.
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "reports/compare/read.h"
#include "reports/format.h"

namespace trm::reports::compare {
namespace {

Error wrong(const std::string& file, const std::string& field, const std::string& message,
            const std::string& fix = "make the file again") {
  return {ErrorCode::bad_input, file, field, message, fix};
}

std::string kind_of(const JsonValue* value) {
  return value == nullptr ? "missing" : value->kind();
}

/// The numbers of a list, times `factor`.
Result<std::vector<double>> numbers(const JsonValue& list, double factor, const std::string& file,
                                    const std::string& field) {
  std::vector<double> out;
  const auto* elements = list.as<JsonValue::Array>();
  if (elements == nullptr) return wrong(file, field, std::string("is ") + list.kind() + ", not a list of numbers");
  for (const JsonValue& element : *elements) {
    const std::optional<double> x = number_in(&element);
    if (!x) {
      return wrong(file, field + "[" + std::to_string(out.size()) + "]",
                   std::string("is ") + element.kind() + ", not a number");
    }
    out.push_back(*x * factor);
  }
  return out;
}

/// Sets direction and value, and adds it.
Status finish(Measurements& out, Series series) {
  set_direction(series);
  if (Status s = complete(series, out.file); !s.ok()) return s;
  return add_series(out, std::move(series));
}

/// 95 % interval of a mean from a standard deviation of `n` samples, by the normal distribution.
std::optional<Interval> interval_of(double mean, std::optional<double> deviation, double n) {
  if (!deviation || !(*deviation >= 0) || !(n >= 2)) return std::nullopt;
  const double half = normal_quantile(0.975) * *deviation / std::sqrt(n);
  return Interval{mean - half, mean + half};
}

Result<Measurements> or_empty(Measurements out, const std::string& field) {
  if (!out.series.empty()) return out;
  return wrong(out.file, field, "holds no measurement" + (out.notes.empty() ? "" : ": " + out.notes.front()),
               "give the results of a run that measured something");
}

/// What a context of Google Benchmark says about the CPU: it has no name, and the host's name is no CPU.
std::string cpu_of(const JsonValue& context) {
  if (std::string machine = text_in(context.find("machine")); !machine.empty()) return machine;
  std::string out;
  if (const auto cpus = number_in(context.find("num_cpus"))) out = exact_number(*cpus) + " CPUs";
  const JsonValue* caches = context.find("caches");
  const auto* list = caches == nullptr ? nullptr : caches->as<JsonValue::Array>();
  if (list == nullptr) return out;
  for (const JsonValue& cache : *list) {
    const auto level = number_in(cache.find("level")), size = number_in(cache.find("size"));
    if (level && size)
      out += ", L" + exact_number(*level) + " " + text_in(cache.find("type")) + " " + human(*size, "bytes");
  }
  return out;
}

/// The aggregates of one benchmark that has no repetitions in the file.
struct Aggregates {
  std::optional<double> mean, median, deviation;
  double repetitions = 0;
  std::string field;
};

}  // namespace

Result<Measurements> read_google_benchmark(const JsonValue& root, const std::string& file) {
  Measurements out;
  out.file = file;
  out.format = "Google Benchmark";
  const JsonValue& context = *root.find("context");
  out.machine = cpu_of(context);
  for (const char* key : {"date", "host_name", "library_build_type", "mhz_per_cpu", "commit"}) {
    const JsonValue* value = context.find(key);
    if (value == nullptr) continue;
    const std::optional<double> number = number_in(value);
    out.environment.push_back({key, number ? exact_number(*number) : text_in(value)});
  }
  const auto* list = root.find("benchmarks")->as<JsonValue::Array>();
  if (list == nullptr) return wrong(file, "benchmarks", "is no list");
  std::map<std::string, Aggregates> sums;
  std::map<std::string, std::string> units;  // of each benchmark
  std::vector<std::string> order;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const JsonValue& entry = (*list)[i];
    const std::string field = "benchmarks[" + std::to_string(i) + "]";
    std::string name = text_in(entry.find("run_name"));
    if (name.empty()) name = text_in(entry.find("name"));
    if (name.empty()) return wrong(file, field + ".name", "is " + kind_of(entry.find("name")) + ", not a name");
    const auto* failed = entry.find("error_occurred") == nullptr ? nullptr : entry.find("error_occurred")->as<bool>();
    if (failed != nullptr && *failed) {
      out.notes.push_back("\"" + name + "\" failed: " + text_in(entry.find("error_message")));
      continue;
    }
    const std::string type = text_in(entry.find("run_type"));
    const std::string aggregate = text_in(entry.find("aggregate_name"));
    const bool single = type == "iteration" || (type.empty() && aggregate.empty());
    // Coefficients of complexity have no time, and percentages are none.
    if (!single && aggregate != "mean" && aggregate != "median" && aggregate != "stddev") continue;
    const std::string unit = entry.find("time_unit") == nullptr ? "ns" : text_in(entry.find("time_unit"));
    const std::optional<double> factor = nanoseconds_in(unit);
    if (!factor) return wrong(file, field + ".time_unit", "\"" + unit + "\" is no unit of time", "use ns, us, ms or s");
    const std::optional<double> time = number_in(entry.find("real_time"));
    if (!time) return wrong(file, field + ".real_time", "is " + kind_of(entry.find("real_time")) + ", not a number");
    const auto [known, fresh] = units.emplace(name, unit);
    if (!fresh && known->second != unit) {
      return wrong(file, field + ".time_unit",
                   "\"" + name + "\" is in " + unit + ", and in " + known->second + " before",
                   "give one benchmark one unit");
    }
    if (single) {
      Series series;
      series.name = name;
      series.metric = "real_time_ns";
      series.unit = "ns";
      series.samples = {*time * *factor};
      series.field = field + ".real_time";
      if (Status s = finish(out, std::move(series)); !s.ok()) return s.error();
      continue;
    }
    // An aggregate of counters alone has no time: trm writes such ones.
    if (*time == 0) continue;
    if (!sums.contains(name)) order.push_back(name);
    Aggregates& sum = sums[name];
    sum.field = field + ".real_time";
    (aggregate == "mean" ? sum.mean : aggregate == "median" ? sum.median : sum.deviation) = *time * *factor;
    if (const auto n = number_in(entry.find("repetitions"))) sum.repetitions = *n;
  }
  for (const std::string& name : order) {
    const Aggregates& sum = sums[name];
    if (out.find(name, "real_time_ns") != nullptr || (!sum.mean && !sum.median)) continue;
    Series series;
    series.name = name;
    series.metric = "real_time_ns";
    series.unit = "ns";
    series.value = sum.mean ? *sum.mean : *sum.median;
    series.interval = interval_of(series.value, sum.deviation, sum.repetitions);
    series.field = sum.field;
    if (Status s = finish(out, std::move(series)); !s.ok()) return s.error();
  }
  return or_empty(std::move(out), "benchmarks");
}

Result<Measurements> read_hyperfine(const JsonValue& root, const std::string& file) {
  Measurements out;
  out.file = file;
  out.format = "hyperfine";
  const auto* list = root.find("results")->as<JsonValue::Array>();
  if (list == nullptr) return wrong(file, "results", "is no list");
  for (std::size_t i = 0; i < list->size(); ++i) {
    const JsonValue& entry = (*list)[i];
    const std::string field = "results[" + std::to_string(i) + "]";
    Series series;
    series.name = text_in(entry.find("command"));
    if (series.name.empty())
      return wrong(file, field + ".command", "is " + kind_of(entry.find("command")) + ", not a text");
    series.metric = "wall_time_ns";
    series.unit = "ns";
    if (const JsonValue* times = entry.find("times");
        times != nullptr && times->as<JsonValue::Array>() != nullptr && !times->as<JsonValue::Array>()->empty()) {
      series.field = field + ".times";
      Result<std::vector<double>> values = numbers(*times, 1e9, file, series.field);
      if (!values.ok()) return values.error();
      series.samples = *std::move(values);
    } else {
      series.field = field + ".mean";
      const std::optional<double> mean = number_in(entry.find("mean"));
      if (!mean) return wrong(file, series.field, "is " + kind_of(entry.find("mean")) + ", not a number");
      series.value = *mean * 1e9;
    }
    const std::string name = series.name;
    if (Status s = finish(out, std::move(series)); !s.ok()) return s.error();
    if (const JsonValue* codes = entry.find("exit_codes");
        codes != nullptr && codes->as<JsonValue::Array>() != nullptr) {
      const auto& all = *codes->as<JsonValue::Array>();
      const auto failed =
          std::count_if(all.begin(), all.end(), [](const JsonValue& c) { return number_in(&c).value_or(0) != 0; });
      if (failed > 0)
        out.notes.push_back("\"" + name + "\" failed in " + std::to_string(failed) + " of " +
                            std::to_string(all.size()) + " runs");
    }
    const JsonValue* memory = entry.find("memory_usage_byte");
    if (memory == nullptr || memory->as<JsonValue::Array>() == nullptr) continue;
    Series peak;
    peak.name = name;
    peak.metric = "rss_peak_bytes";
    peak.unit = "bytes";
    peak.field = field + ".memory_usage_byte";
    Result<std::vector<double>> values = numbers(*memory, 1, file, peak.field);
    if (!values.ok()) return values.error();
    peak.samples = *std::move(values);
    if (Status s = finish(out, std::move(peak)); !s.ok()) return s.error();
  }
  return or_empty(std::move(out), "results");
}

Result<Measurements> read_llama_bench(const JsonValue& root, const std::string& file) {
  Measurements out;
  out.file = file;
  out.format = "llama-bench";
  const auto& list = *root.as<JsonValue::Array>();
  const auto whole = [](const JsonValue& entry, const char* key) { return number_in(entry.find(key)).value_or(0); };
  for (std::size_t i = 0; i < list.size(); ++i) {
    const JsonValue& entry = list[i];
    const std::string field = "[" + std::to_string(i) + "]";
    const std::string cpu = text_in(entry.find("cpu_info")), gpu = text_in(entry.find("gpu_info"));
    if (out.machine.empty()) out.machine = cpu + (gpu.empty() ? "" : " / " + gpu);
    if (out.environment.empty() && entry.find("build_commit") != nullptr)
      out.environment.push_back({"commit", text_in(entry.find("build_commit"))});
    Series series;
    series.name = text_in(entry.find("model_type"));
    if (series.name.empty()) series.name = text_in(entry.find("model_filename"));
    if (series.name.empty()) return wrong(file, field + ".model_type", "is missing");
    if (whole(entry, "n_prompt") > 0) series.name += " pp" + exact_number(whole(entry, "n_prompt"));
    if (whole(entry, "n_gen") > 0) series.name += " tg" + exact_number(whole(entry, "n_gen"));
    if (whole(entry, "n_depth") > 0) series.name += " d" + exact_number(whole(entry, "n_depth"));
    for (const char* key : {"n_threads", "n_batch", "n_ubatch", "n_gpu_layers"}) {
      if (entry.find(key) != nullptr) series.name += std::string(" ") + key + "=" + exact_number(whole(entry, key));
    }
    for (const char* key : {"type_k", "type_v"}) {
      const std::string type = text_in(entry.find(key));
      if (!type.empty() && type != "f16") series.name += std::string(" ") + key + "=" + type;
    }
    series.metric = "tokens_per_s";
    series.unit = "1/s";
    if (const JsonValue* samples = entry.find("samples_ts"); samples != nullptr) {
      series.field = field + ".samples_ts";
      Result<std::vector<double>> values = numbers(*samples, 1, file, series.field);
      if (!values.ok()) return values.error();
      series.samples = *std::move(values);
    }
    if (series.samples.empty()) {
      series.field = field + ".avg_ts";
      const std::optional<double> mean = number_in(entry.find("avg_ts"));
      if (!mean) return wrong(file, series.field, "is " + kind_of(entry.find("avg_ts")) + ", not a number");
      series.value = *mean;
    }
    if (Status s = finish(out, std::move(series)); !s.ok()) return s.error();
  }
  return or_empty(std::move(out), "");
}

Result<Measurements> read_criterion(const std::vector<CriterionFolder>& folders, const std::string& file) {
  Measurements out;
  out.file = file;
  out.format = "criterion";
  for (const CriterionFolder& folder : folders) {
    Series series;
    series.name = folder.name;
    series.metric = "time_ns";
    series.unit = "ns";
    if (!folder.benchmark.empty()) {
      const Result<JsonValue> root = JsonValue::parse_object(folder.benchmark, folder.path + "/benchmark.json");
      if (!root.ok()) return root.error();
      if (const std::string id = text_in(root->find("full_id")); !id.empty()) series.name = id;
    }
    if (!folder.sample.empty()) {
      const std::string path = folder.path + "/sample.json";
      const Result<JsonValue> root = JsonValue::parse_object(folder.sample, path);
      if (!root.ok()) return root.error();
      for (const char* key : {"iters", "times"}) {
        if (root->find(key) == nullptr) return wrong(path, key, "is missing");
      }
      const Result<std::vector<double>> iterations = numbers(*root->find("iters"), 1, path, "iters");
      if (!iterations.ok()) return iterations.error();
      Result<std::vector<double>> times = numbers(*root->find("times"), 1, path, "times");
      if (!times.ok()) return times.error();
      if (iterations->size() != times->size()) return wrong(path, "iters", "has another length than times");
      for (std::size_t i = 0; i < times->size(); ++i) {
        if (!((*iterations)[i] > 0)) return wrong(path, "iters[" + std::to_string(i) + "]", "is not above zero");
        (*times)[i] /= (*iterations)[i];
      }
      series.samples = *std::move(times);
      series.field = series.name + ": times";
    } else {
      const std::string path = folder.path + "/estimates.json";
      const Result<JsonValue> root = JsonValue::parse_object(folder.estimates, path);
      if (!root.ok()) return root.error();
      const JsonValue* estimate = root->find("median");
      if (estimate == nullptr) return wrong(path, "median", "is missing");
      const std::optional<double> middle = number_in(estimate->find("point_estimate"));
      if (!middle) return wrong(path, "median.point_estimate", "is no number");
      series.value = *middle;
      if (const JsonValue* interval = estimate->find("confidence_interval"); interval != nullptr) {
        const auto low = number_in(interval->find("lower_bound")), high = number_in(interval->find("upper_bound"));
        if (low && high && *low <= *high) series.interval = Interval{*low, *high};
      }
      series.field = series.name + ": median";
    }
    if (Status s = finish(out, std::move(series)); !s.ok()) return s.error();
  }
  return or_empty(std::move(out), "");
}

}  // namespace trm::reports::compare
