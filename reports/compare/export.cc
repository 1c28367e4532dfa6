#include "reports/compare/export.h"

#include <optional>
#include <utility>
#include <vector>

#include "engine/json/json_value.h"
#include "reports/compare/text.h"
#include "reports/csv.h"
#include "reports/format.h"
#include "reports/json.h"
#include "reports/stats.h"

namespace trm::reports::compare {
namespace {

JsonValue row_json(const Row& row) {
  JsonValue out = JsonValue::object(
      {{"benchmark", row.name}, {"metric", row.metric}, {"unit", row.unit}, {"verdict", verdict_name(row.verdict)}});
  const bool early = row.verdict != Verdict::only_after, late = row.verdict != Verdict::only_before;
  if (early) out.add("old", row.before);
  if (late) out.add("new", row.after);
  if (early && late) {
    out.add("change", row.change);
    out.add("threshold", row.threshold);
  }
  const auto maybe = [&](const char* name, const std::optional<double>& value) {
    if (value) out.add(name, *value);
  };
  if (row.interval) {
    out.add("change_low", row.interval->low);
    out.add("change_high", row.interval->high);
  }
  maybe("p", row.p);
  maybe("p_adjusted", row.q);
  maybe("p_within_threshold_adjusted", row.q_beyond);
  maybe("noise_floor", row.floor);
  if (row.learned) out.add("threshold_learned", true);
  if (!row.method.empty()) out.add("method", row.method);
  if (const std::string reason = reason_text(row); !reason.empty()) out.add("reason", reason);
  if (row.more) out.add("more", *row.more);
  if (!row.before_samples.empty()) out.add("old_samples", row.before_samples);
  if (!row.after_samples.empty()) out.add("new_samples", row.after_samples);
  return out;
}

}  // namespace

std::string to_json(const Comparison& comparison, int exit_status) {
  JsonValue rows = JsonValue::array(), failures = JsonValue::array();
  for (const Row& row : comparison.rows) rows.push(row_json(row));
  for (const Failure& failure : comparison.failures) {
    failures.push(JsonValue::object({{"program", failure.after ? "new" : "old"},
                                     {"run", failure.run},
                                     {"reason", failure.reason},
                                     {"last_words", failure.last_words}}));
  }
  const Rules& rules = comparison.rules;
  JsonValue out = JsonValue::object({{"trm_compare_version", kComparisonVersion},
                                     {"verdict", verdict_name(comparison.verdict)},
                                     {"exit_status", exit_status},
                                     {"headline", headline(comparison)},
                                     {"old", comparison.before_name},
                                     {"new", comparison.after_name},
                                     {"rules", JsonValue::object({{"threshold", rules.threshold},
                                                                  {"accuracy_threshold", rules.accuracy_threshold},
                                                                  {"false_discoveries", rules.false_discoveries},
                                                                  {"seed", rules.seed},
                                                                  {"across_machines", rules.across_machines}})},
                                     {"noise_floor_measured", comparison.floor_known}});
  if (comparison.overall) out.add("slowness_geometric_mean", *comparison.overall);
  out.add("notes", comparison.notes);
  out.add("failures", std::move(failures));
  out.add("rows", std::move(rows));
  return out.indented() + "\n";
}

std::string to_csv(const Comparison& comparison) {
  std::string out = "benchmark,metric,unit,old,new,change,low,high,p,floor,threshold,verdict,reason\n";
  const auto number = [](const std::optional<double>& x) { return (x ? exact_number(*x) : std::string()) + ","; };
  for (const Row& row : comparison.rows) {
    const bool early = row.verdict != Verdict::only_after, late = row.verdict != Verdict::only_before;
    out += csv_cell(row.name) + "," + csv_cell(row.metric) + "," + csv_cell(row.unit) + ",";
    out += number(early ? std::optional(row.before) : std::nullopt) +
           number(late ? std::optional(row.after) : std::nullopt);
    out += number(early && late ? std::optional(row.change) : std::nullopt);
    out += number(row.interval ? std::optional(row.interval->low) : std::nullopt);
    out += number(row.interval ? std::optional(row.interval->high) : std::nullopt);
    out += number(row.q) + number(row.floor) + number(early && late ? std::optional(row.threshold) : std::nullopt);
    out += csv_cell(verdict_name(row.verdict)) + "," + csv_cell(reason_text(row)) + "\n";
  }
  return out;
}

std::string to_bmf(const Measurements& from) {
  JsonValue out = JsonValue::object();
  for (const Series& series : from.series) {
    const std::optional<double> factor = nanoseconds_in(series.unit);
    JsonValue metric = JsonValue::object({{"value", series.value * factor.value_or(1)}});
    std::optional<Interval> ends = series.interval;
    if (series.samples.size() > 1 && series.kind != Kind::accuracy) ends = percentile_interval(series.samples, 0.5);
    if (ends) {
      metric.add("lower_value", ends->low * factor.value_or(1));
      metric.add("upper_value", ends->high * factor.value_or(1));
    }
    if (out.find(series.name) == nullptr) out.add(series.name, JsonValue::object());
    JsonValue& benchmark = *out.find(series.name);
    const std::string usual = factor ? "latency" : series.unit.ends_with("/s") ? "throughput" : series.metric;
    const std::string name = benchmark.find(usual) == nullptr ? usual : series.metric;
    if (benchmark.find(name) == nullptr) benchmark.add(name, std::move(metric));
  }
  return out.indented() + "\n";
}

Result<std::string> to_google_benchmark(const Measurements& from) {
  RunResults results = as_results(from);
  // By these names the writer knows the time of a benchmark.
  for (SampleSet& set : results.samples) {
    if (set.unit == "ns") set.metric = "latency_ns";
  }
  for (Record& record : results.records) {
    if (record.unit == "ns" && record.depth < 0) record.metric = "latency_p50_ns";
  }
  return to_google_benchmark_json(results);
}

}  // namespace trm::reports::compare
