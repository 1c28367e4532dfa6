#include "reports/claim.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <vector>

#include "engine/base/interval.h"
#include "reports/format.h"
#include "reports/seeds.h"
#include "reports/stats.h"
#include "reports/tables.h"

namespace trm::reports {
namespace {

/// The columns that compete: symbolic baselines are right by definition and would win every time.
std::vector<std::size_t> rivals(const RecordIndex& index) {
  std::vector<std::size_t> all = index.widely_asked(), out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out),
               [&](std::size_t i) { return !index.is_symbolic(index.columns()[i]); });
  return out.empty() ? all : out;
}

/// " Best of each task: ...", where no task was scored for all models; empty if there are too many to read.
std::string best_by_task(const RecordIndex& index) {
  constexpr std::size_t kMost = 8;
  const std::vector<TaskSlice> rows = index.rows_with("exact_answer");
  if (rows.size() > kMost) return "";
  std::string out;
  for (const TaskSlice& row : rows) {
    const Record* best = nullptr;
    for (const std::size_t i : rivals(index)) {
      const Record* record = index.find(row, index.columns()[i], "exact_answer");
      if (record != nullptr && record->n > 0 && (best == nullptr || record->value > best->value)) best = record;
    }
    if (best == nullptr) continue;
    out += (out.empty() ? " Best of each: " : "; ") + task_label(row.task) + ", " + slice_label(row.slice) + ": " +
           column_label({best->model, best->mode}) + " " + percent(best->value);
    if (best->ci_low) out += " (" + percent_range(*best->ci_low, *best->ci_high) + ")";
  }
  return out.empty() ? out : out + ".";
}

/// " The same training with 3 seeds: 99.1–100 %.", if the column is one of them.
std::string over_seeds(const RecordIndex& index, std::size_t column) {
  for (const std::vector<std::size_t>& group : repeated_trainings(index)) {
    if (std::find(group.begin(), group.end(), column) == group.end()) continue;
    const std::vector<PooledRatio> pooled = index.pooled_answers(group);
    if (pooled.empty()) break;
    const auto [least, most] =
        std::minmax_element(pooled.begin(), pooled.end(),
                            [](const PooledRatio& a, const PooledRatio& b) { return share_of(a) < share_of(b); });
    return " The same training with " + grouped(group.size()) +
           " seeds: " + percent_range(share_of(*least), share_of(*most)) + ".";
  }
  return "";
}

}  // namespace

std::string claim(const RecordIndex& index) {
  const std::vector<std::size_t> positions = rivals(index);
  if (positions.empty()) return "This run measured speed and memory only: no answers were scored.";
  const std::vector<PooledRatio> pooled = index.pooled_answers(positions);
  const std::size_t tasks = index.tasks_with("exact_answer").size();
  if (pooled.empty()) {
    std::set<std::string> models;
    for (const std::size_t i : positions) models.insert(index.columns()[i].model);
    return grouped(models.size()) + (models.size() == 1 ? " model was" : " models were") + " run on " + grouped(tasks) +
           " tasks, but no task was scored for all of them: compare them row by row." + best_by_task(index);
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i < pooled.size(); ++i) {
    if (share_of(pooled[i]) > share_of(pooled[best])) best = i;
  }
  // The rival is another model if there is one, not the winner driven in another way or trained with another seed.
  const auto model = [&](std::size_t i) {
    const std::string& name = index.columns()[positions[i]].model;
    const ModelInfo* info = index.model(name);
    return info == nullptr || info->training.empty() ? name : info->training;
  };
  std::optional<std::size_t> next;
  for (bool other_model : {true, false}) {
    for (std::size_t i = 0; i < pooled.size() && (other_model || !next); ++i) {
      if (i == best || (other_model && model(i) == model(best))) continue;
      if (!next || share_of(pooled[i]) > share_of(pooled[*next])) next = i;
    }
  }
  std::set<std::string> shared_tasks;
  for (const TaskSlice& row : index.shared_rows(positions)) shared_tasks.insert(row.task);
  const auto figure = [&](std::size_t i) {
    const Interval interval = wilson_interval(pooled[i].successes, pooled[i].n);
    return percent(share_of(pooled[i])) + " (" + percent_range(interval.low, interval.high) + ")";
  };
  std::string out = column_label(index.columns()[positions[best]]) + " answers " + figure(best) + " of " +
                    grouped(pooled[best].n) + " items from " + grouped(shared_tasks.size()) +
                    (shared_tasks.size() == 1 ? " task" : " tasks") + " exactly";
  if (next) {
    const Interval high = wilson_interval(pooled[best].successes, pooled[best].n);
    const Interval low = wilson_interval(pooled[*next].successes, pooled[*next].n);
    out += "; the next, " + column_label(index.columns()[positions[*next]]) + ", " + figure(*next);
    if (low.high >= high.low) out += ", which is not told apart from it";
  }
  return out + "." + over_seeds(index, positions[best]);
}

}  // namespace trm::reports
