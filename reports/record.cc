#include "reports/record.h"

#include <cmath>
#include <set>
#include <tuple>

namespace trm::reports {
namespace {

Error problem(const std::string& list, std::size_t index, const std::string& member, std::string message,
              std::string fix) {
  return Error{
      ErrorCode::bad_input, {}, list + "[" + std::to_string(index) + "]" + member, std::move(message), std::move(fix)};
}

Status validate_record(const Record& record, std::size_t i) {
  if (record.model.empty()) return problem("records", i, ".model", "is empty", "name the model");
  if (record.metric.empty()) return problem("records", i, ".metric", "is empty", "name the metric");
  if (record.depth < -1) return problem("records", i, ".depth", "is below -1", "use -1 for all depths");
  if (!std::isfinite(record.value)) return problem("records", i, ".value", "is not finite", "leave the record out");
  if (record.ci_low.has_value() != record.ci_high.has_value()) {
    return problem("records", i, ".ci_low", "has one end of the interval only", "give both ends or none");
  }
  if (record.ci_low && !(std::isfinite(*record.ci_low) && std::isfinite(*record.ci_high))) {
    return problem("records", i, ".ci_low", "is not finite", "leave the interval out");
  }
  if (record.ci_low && *record.ci_low > *record.ci_high) {
    return problem("records", i, ".ci_low", "is above ci_high", "swap the ends");
  }
  if (record.unit == "ratio" && (record.value < 0 || record.value > 1)) {
    return problem("records", i, ".value", "is a ratio outside [0, 1]", "divide by the number of items");
  }
  return {};
}

}  // namespace

Status validate(const RunResults& results) {
  if (results.version != schema_version) {
    return Error{ErrorCode::bad_input,
                 {},
                 "schema_version",
                 "is " + std::to_string(results.version) + ", this program knows " + std::to_string(schema_version),
                 "use the program that wrote the file"};
  }
  std::set<std::string> keys;
  for (std::size_t i = 0; i < results.environment.size(); ++i) {
    if (!keys.insert(results.environment[i].key).second) {
      return problem("environment", i, "", "repeats the key \"" + results.environment[i].key + "\"", "keep one");
    }
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < results.models.size(); ++i) {
    const ModelInfo& model = results.models[i];
    if (!names.insert(model.name).second) {
      return problem("models", i, ".name", "\"" + model.name + "\" is there twice", "name each model once");
    }
    if (!std::isfinite(model.training_minutes) || model.training_minutes < 0) {
      return problem("models", i, ".training_minutes", "is not a duration", "use minutes, 0 if unknown");
    }
  }
  using Key = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view, std::string_view, int>;
  std::set<Key> seen;
  for (std::size_t i = 0; i < results.records.size(); ++i) {
    const Record& r = results.records[i];
    if (Status status = validate_record(r, i); !status) return status;
    if (!seen.insert(Key{r.task, r.slice, r.model, r.mode, r.metric, r.depth}).second) {
      return problem("records", i, "", "repeats an earlier record of " + r.metric + " of " + r.model,
                     "write each (task, slice, model, mode, metric, depth) once");
    }
  }
  for (std::size_t i = 0; i < results.samples.size(); ++i) {
    for (double value : results.samples[i].values) {
      if (!std::isfinite(value))
        return problem("samples", i, ".values", "holds a number that is not finite", "drop it");
    }
  }
  return {};
}

}  // namespace trm::reports
