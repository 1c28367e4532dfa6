#include "reports/compare/series.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "reports/format.h"
#include "reports/stats.h"

namespace trm::reports::compare {
namespace {

bool holds(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

}  // namespace

const Series* Measurements::find(std::string_view name, std::string_view metric) const {
  const auto at =
      std::find_if(series.begin(), series.end(), [&](const Series& s) { return s.name == name && s.metric == metric; });
  return at == series.end() ? nullptr : &*at;
}

std::string Measurements::fact(std::string_view key) const {
  const auto at =
      std::find_if(environment.begin(), environment.end(), [&](const EnvironmentEntry& e) { return e.key == key; });
  return at == environment.end() ? std::string() : at->value;
}

bool Measurements::same_questions(const Measurements& other, std::string_view name) const {
  const std::string key = kQuestionsKey + std::string(name.substr(0, name.find('/')));
  const std::string here = fact(key), there = other.fact(key);
  return here.empty() && there.empty() ? seeds == other.seeds : here == there;
}

std::optional<double> nanoseconds_in(std::string_view unit) {
  constexpr std::pair<std::string_view, double> kUnits[] = {{"ns", 1},   {"us", 1e3}, {"µs", 1e3},
                                                            {"ms", 1e6}, {"s", 1e9},  {"min", 60e9}};
  for (const auto& [name, factor] : kUnits) {
    if (name == unit) return factor;
  }
  return std::nullopt;
}

void set_direction(Series& series) {
  series.better = better_of(series.metric, series.unit);
  if (series.unit == "ratio") {
    series.kind = series.better == Better::higher ? Kind::accuracy : Kind::fact;
    return;
  }
  if (series.unit.ends_with("/s")) series.better = Better::higher;
  if (nanoseconds_in(series.unit)) series.better = Better::lower;
  const bool counted = series.unit == "count" || series.unit == "instructions";
  if (counted && holds(series.metric, {"instructions", "misses", "cycles", "page_faults", "allocations"}))
    series.better = Better::lower;
  if (series.better == Better::neither)
    series.kind = Kind::fact;
  else
    series.kind = counted || series.unit == "bytes" ? Kind::exact : Kind::sampled;
}

Status complete(Series& series, const std::string& file) {
  const auto wrong = [&](const std::string& place, double value) -> Error {
    return {ErrorCode::bad_input, file, place,
            "is " + exact_number(value) + ", but " + (series.unit.empty() ? "a measurement" : series.unit) +
                " must be above zero",
            "measure it again, or take it out of the file"};
  };
  const bool positive = series.kind == Kind::sampled || series.kind == Kind::exact;
  for (std::size_t i = 0; i < series.samples.size(); ++i) {
    const double x = series.samples[i];
    if (!std::isfinite(x) || (positive && x <= 0)) return wrong(series.field + "[" + std::to_string(i) + "]", x);
  }
  if (!series.samples.empty()) {
    if (series.kind == Kind::accuracy) {
      double right = 0;
      for (const double x : series.samples) right += x;
      series.value = right / static_cast<double>(series.samples.size());
      series.n = series.samples.size();
    } else {
      series.value = median(series.samples).value_or(0);
    }
  }
  // A size of zero is a size (no arena, no misses); a time of zero was not measured.
  const bool zero_is_fine = series.kind != Kind::sampled && series.samples.empty();
  if (!std::isfinite(series.value) || series.value < 0 || (positive && !zero_is_fine && series.value <= 0)) {
    if (series.kind != Kind::fact || !std::isfinite(series.value)) return wrong(series.field, series.value);
  }
  return {};
}

Status add_series(Measurements& to, Series series) {
  const auto at = std::find_if(to.series.begin(), to.series.end(),
                               [&](const Series& s) { return s.name == series.name && s.metric == series.metric; });
  if (at == to.series.end()) {
    to.series.push_back(std::move(series));
    return {};
  }
  if (at->unit != series.unit) {
    return Error{ErrorCode::bad_input, to.file, series.field,
                 "\"" + series.name + "\" is in " + series.unit + ", and in " + at->unit + " at " + at->field,
                 "give one benchmark one unit"};
  }
  if (at->samples.empty() || series.samples.empty()) {
    return Error{ErrorCode::bad_input, to.file, series.field,
                 "\"" + series.name + "\" (" + series.metric + ") occurred before, at " + at->field,
                 "give each benchmark a name of its own"};
  }
  at->samples.insert(at->samples.end(), series.samples.begin(), series.samples.end());
  return complete(*at, to.file);
}

RunResults as_results(const Measurements& from) {
  RunResults out;
  out.title = "trm compare";
  out.environment = from.environment;
  for (const Series& s : from.series) {
    Record record;
    record.model = s.name;  // a record may lack all but a model
    record.metric = s.metric;
    record.unit = s.unit;
    record.value = s.value;
    record.n = s.samples.empty() ? s.n : s.samples.size();
    if (s.interval) {
      record.ci_low = s.interval->low;
      record.ci_high = s.interval->high;
    }
    out.records.push_back(record);
    if (s.samples.empty()) continue;
    SampleSet set;
    set.model = s.name;
    set.metric = s.metric;
    set.unit = s.unit;
    set.values = s.samples;
    out.samples.push_back(std::move(set));
  }
  return out;
}

}  // namespace trm::reports::compare
