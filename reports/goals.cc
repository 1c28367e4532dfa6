#include "reports/goals.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "reports/format.h"

namespace trm::reports {
namespace {

/// Of the main model; null: not asked.
const Record* measured_for(const RecordIndex& index, const Goal& goal) {
  const std::optional<std::size_t> main = index.main_column();
  return main ? index.find({goal.task, goal.slice}, index.columns()[*main], "exact_answer") : nullptr;
}

bool is_reached(const Goal& goal, const Record& record) {
  return record.value >= goal.value;
}

Cell goal_cell(const RecordIndex& index, const Goal& goal, bool name_slice) {
  Cell cell;
  const Record* record = measured_for(index, goal);
  const std::string aim = "goal " + percent(goal.value) + (name_slice ? ", " + goal.slice : "");
  if (record == nullptr) return {"not asked", {aim}};
  const bool reached = is_reached(goal, *record);
  cell.text = percent(record->value);
  cell.details = {(reached ? "reached, " : "missed, ") + points(record->value - goal.value), aim};
  if (record->ci_low) cell.details.push_back("interval " + percent_range(*record->ci_low, *record->ci_high));
  cell.tone = reached ? Tone::good : Tone::bad;
  return cell;
}

struct GoalColumn {
  std::string label;
  std::set<std::string> slices;
};

std::vector<GoalColumn> goal_columns(const std::vector<Goal>& goals) {
  std::vector<GoalColumn> out;
  for (const Goal& goal : goals) {
    const auto at = std::find_if(out.begin(), out.end(), [&](const GoalColumn& c) { return c.label == goal.column; });
    GoalColumn& column = at == out.end() ? out.emplace_back(GoalColumn{goal.column, {}}) : *at;
    column.slices.insert(goal.slice);
  }
  return out;
}

/// As many rows as one column holds goals of the task.
void add_task(const RecordIndex& index, const std::string& task, const std::vector<GoalColumn>& columns, Table& table) {
  std::map<std::string, std::vector<const Goal*>> of_column;
  std::size_t rows = 0;
  for (const Goal& goal : index.results().goals) {
    if (goal.task != task) continue;
    of_column[goal.column].push_back(&goal);
    rows = std::max(rows, of_column[goal.column].size());
  }
  for (std::size_t r = 0; r < rows; ++r) {
    std::vector<Cell> row = {{task_label(task), {}}};
    for (const GoalColumn& column : columns) {
      const std::vector<const Goal*>& goals = of_column[column.label];
      row.push_back(r < goals.size() ? goal_cell(index, *goals[r], column.slices.size() > 1) : Cell{});
    }
    table.rows.push_back(std::move(row));
  }
}

}  // namespace

std::string points(double difference) {
  const double size = std::abs(difference) * 100;
  if (size == 0) return "±0 points";
  const std::string sign = difference < 0 ? "−" : "+";
  if (size < 0.005) return sign + "<0.01 points";
  return sign + fixed_number(size, size < 0.05 ? 2 : 1) + " points";
}

Table goals_table(const RecordIndex& index) {
  Table table;
  table.id = "goals";
  const std::optional<std::size_t> main = index.main_column();
  if (!main) return table;
  table.title = "Goals, " + column_label(index.columns()[*main]);
  table.caption =
      "Set before the run, not measured: exact answers of the main model, the first of this run. Reached means that "
      "the "
      "measured share is not below the goal; with few items its 95 % interval is wide. Differences are percentage "
      "points. "
      "–: no goal, or the task has no such slice.";
  const std::vector<GoalColumn> columns = goal_columns(index.results().goals);
  table.columns = {{"Task", "", false}};
  for (const GoalColumn& column : columns) {
    table.columns.push_back({column.label, column.slices.size() == 1 ? *column.slices.begin() : ""});
  }
  for (const TaskEntry& task : index.results().tasks) add_task(index, task.name, columns, table);
  return table;
}

std::string goals_summary(const RecordIndex& index) {
  const std::optional<std::size_t> main = index.main_column();
  if (!main || index.results().goals.empty()) return "";
  std::size_t reached = 0, missed = 0, unknown = 0;
  for (const Goal& goal : index.results().goals) {
    const Record* record = measured_for(index, goal);
    ++(record == nullptr ? unknown : is_reached(goal, *record) ? reached : missed);
  }
  std::string out = column_label(index.columns()[*main]) + " reaches " + grouped(reached) + " of " +
                    grouped(reached + missed) + " goals and misses " + grouped(missed);
  if (unknown > 0) out += "; of " + grouped(unknown) + " more the slice was not asked";
  return out + ".";
}

}  // namespace trm::reports
