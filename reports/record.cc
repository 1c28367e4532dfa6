#include "reports/record.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

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

Status validate_board(const std::string& cells, const StepThrough& s, std::size_t i, const std::string& member) {
  const std::size_t size = s.rows * s.columns;
  if (cells.size() != size) {
    return problem("step_throughs", i, member,
                   "has " + std::to_string(cells.size()) + " cells, not " + std::to_string(s.rows) + " x " +
                       std::to_string(s.columns),
                   "write one character per cell");
  }
  if (!std::all_of(cells.begin(), cells.end(), [](char c) { return c >= ' ' && c <= '~'; })) {
    return problem("step_throughs", i, member, "holds a character that is not printable ASCII", "use ' ' to '~'");
  }
  return {};
}

Status validate_step_through(const StepThrough& s, std::size_t i) {
  if (s.model.empty()) return problem("step_throughs", i, ".model", "is empty", "name the model");
  if (s.rows < 1 || s.rows > kMaxBoardSide || s.columns < 1 || s.columns > kMaxBoardSide) {
    return problem("step_throughs", i, ".rows", "and columns are not from 1 to " + std::to_string(kMaxBoardSide),
                   "give the size of the board");
  }
  const bool boxes = s.box_rows != 0 || s.box_columns != 0;
  if (boxes && (s.box_rows == 0 || s.box_columns == 0 || s.rows % s.box_rows != 0 || s.columns % s.box_columns != 0)) {
    return problem("step_throughs", i, ".box_rows", "and box_columns do not divide the board", "use 0 for no boxes");
  }
  if (Status status = validate_board(s.question, s, i, ".question"); !status) return status;
  if (!s.expected.empty()) {
    if (Status status = validate_board(s.expected, s, i, ".expected"); !status) return status;
  }
  if (s.steps.empty()) return problem("step_throughs", i, ".steps", "is empty", "leave the step-through out");
  std::size_t halting = s.steps.size();
  for (std::size_t k = s.steps.size(); k-- > 0;) {
    const std::string member = ".steps[" + std::to_string(k) + "]";
    if (Status status = validate_board(s.steps[k].cells, s, i, member + ".cells"); !status) return status;
    if (!std::isfinite(s.steps[k].q_halt)) {
      return problem("step_throughs", i, member + ".q_halt", "is not finite", "leave the step-through out");
    }
    if (s.steps[k].q_halt > 0) halting = k + 1;
  }
  if (s.halting_step != halting) {
    return problem("step_throughs", i, ".halting_step",
                   "is " + std::to_string(s.halting_step) + ", but q_halt says " + std::to_string(halting),
                   "use the first step with q_halt > 0, or the last one");
  }
  return {};
}

Status validate_frames(const std::vector<CallFrame>& frames, std::size_t example) {
  if (frames.size() > kMaxCallFrames) {
    return problem("examples", example, ".frames", "has more than " + std::to_string(kMaxCallFrames) + " entries",
                   "leave frames out and count them in hidden");
  }
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const CallFrame& frame = frames[k];
    const std::string member = ".frames[" + std::to_string(k) + "]";
    if (k == 0 ? frame.parent != -1 : frame.parent < 0 || static_cast<std::size_t>(frame.parent) >= k) {
      return problem("examples", example, member + ".parent", "is not the place of an earlier frame",
                     "list callers before callees, the question first with parent -1");
    }
    const int above = k == 0 ? -1 : frames[static_cast<std::size_t>(frame.parent)].depth;
    if (frame.depth <= above || (k == 0 && frame.depth != 0)) {
      return problem("examples", example, member + ".depth", "is not below its caller", "count from 0, the question");
    }
    if (!std::isfinite(frame.elapsed_ns) || frame.elapsed_ns < 0) {
      return problem("examples", example, member + ".elapsed_ns", "is not a duration", "use 0 if unknown");
    }
  }
  return {};
}

/// Tasks are there once, and goals are shares of their items.
Status validate_goals(const RunResults& results) {
  std::set<std::string> tasks;
  for (std::size_t i = 0; i < results.tasks.size(); ++i) {
    const std::string& name = results.tasks[i].name;
    if (name.empty() || !tasks.insert(name).second) {
      return problem("tasks", i, ".name", "\"" + name + "\" is empty or there twice", "name each task once");
    }
  }
  std::set<std::pair<std::string_view, std::string_view>> goals;
  for (std::size_t i = 0; i < results.goals.size(); ++i) {
    const Goal& goal = results.goals[i];
    if (!tasks.contains(goal.task)) return problem("goals", i, ".task", "is not in tasks", "add the task");
    if (!std::isfinite(goal.value) || goal.value <= 0 || goal.value > 1) {
      return problem("goals", i, ".value", "is not in (0, 1]", "write a share of items");
    }
    if (!goals.insert({goal.task, goal.slice}).second) {
      return problem("goals", i, "", "repeats an earlier goal of " + goal.task, "set one for each task and slice");
    }
  }
  return {};
}

}  // namespace

Status validate(const RunResults& results) {
  if (results.version != kSchemaVersion) {
    return Error{ErrorCode::bad_input,
                 {},
                 "schema_version",
                 "is " + std::to_string(results.version) + ", this program knows " + std::to_string(kSchemaVersion),
                 "use the program that wrote the file"};
  }
  std::set<std::string> keys;
  for (std::size_t i = 0; i < results.environment.size(); ++i) {
    if (!keys.insert(results.environment[i].key).second) {
      return problem("environment", i, "", "repeats the key \"" + results.environment[i].key + "\"", "keep one");
    }
  }
  if (Status status = validate_goals(results); !status) return status;
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
  for (std::size_t i = 0; i < results.examples.size(); ++i) {
    if (Status status = validate_frames(results.examples[i].frames, i); !status) return status;
  }
  for (std::size_t i = 0; i < results.step_throughs.size(); ++i) {
    if (Status status = validate_step_through(results.step_throughs[i], i); !status) return status;
  }
  return {};
}

}  // namespace trm::reports
