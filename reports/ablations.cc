#include "reports/ablations.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reports/cells.h"
#include "reports/format.h"
#include "reports/goals.h"
#include "reports/stats.h"

namespace trm::reports {
namespace {

/// Main model and variant over the same rows of one task, or of all tasks if it is empty.
struct Pair {
  PooledRatio main, variant;
};

Pair pooled_pair(const RecordIndex& index, const ModelColumn& main, const ModelColumn& variant,
                 const std::string& task) {
  Pair out;
  for (const TaskSlice& row : index.rows_with("exact_answer")) {
    if (row.task.empty() || (!task.empty() && row.task != task)) continue;
    const Record* of_main = index.find(row, main, "exact_answer");
    const Record* of_variant = index.find(row, variant, "exact_answer");
    if (of_main == nullptr || of_variant == nullptr) continue;
    out.main.successes += successes_of(*of_main);
    out.main.n += of_main->n;
    out.variant.successes += successes_of(*of_variant);
    out.variant.n += of_variant->n;
  }
  return out;
}

/// Without the unit, which stands above.
std::string bare(double difference) {
  const std::string text = points(difference);
  return text.substr(0, text.rfind(' '));
}

Cell difference_cell(const Pair& pair) {
  if (pair.main.n == 0 || pair.variant.n == 0) return {};
  const Interval interval =
      difference_interval(pair.variant.successes, pair.variant.n, pair.main.successes, pair.main.n);
  Cell cell{points(share_of(pair.variant) - share_of(pair.main)),
            {bare(interval.low) + " to " + bare(interval.high), percent(share_of(pair.variant)) + " right"}};
  cell.strong = interval.low > 0 || interval.high < 0;
  return cell;
}

Cell parameters_cell(const RecordIndex& index, const std::string& name) {
  const ModelInfo* model = index.model(name);
  return {model == nullptr || model->parameters == 0 ? "" : grouped(model->parameters), {}};
}

std::vector<std::string> shown_tasks(const RecordIndex& index) {
  std::vector<std::string> out = index.tasks_with("exact_answer");
  std::erase_if(out, [&](const std::string& task) {
    const auto& all = index.results().records;
    return task.empty() || std::none_of(all.begin(), all.end(), [&](const Record& r) {
             return r.metric == "exact_answer" && r.task == task &&
                    std::any_of(index.ablations().begin(), index.ablations().end(), [&](const ModelColumn& c) {
                      return same_column(c, {r.model, r.mode});
                    });
           });
  });
  return out;
}

}  // namespace

Table ablation_table(const RecordIndex& index) {
  Table table;
  table.id = "ablations";
  const std::optional<std::size_t> at = index.main_column();
  if (!at || index.ablations().empty()) return table;
  const ModelColumn& main = index.columns()[*at];
  table.title = "Variants of " + column_label(main);
  table.caption =
      "Exact answers of the main model, then the difference of each variant from it in percentage points, over the "
      "slices "
      "that both were asked. The 95 % interval (Newcombe's) takes the two as independent; they answered the same "
      "items, so "
      "it is rather too wide. Bold: the interval excludes 0.";
  std::vector<std::string> tasks = shown_tasks(index);
  tasks.insert(tasks.begin(), "");
  table.columns = {{"Model", "", false}, {"Parameters", ""}};
  for (const std::string& task : tasks) table.columns.push_back({task_label(task), ""});

  std::vector<Cell> first = {{column_label(main), {"main model"}}, parameters_cell(index, main.model)};
  for (const std::string& task : tasks) {
    const PooledRatio pooled = pooled_pair(index, main, main, task).main;
    first.push_back(pooled.n == 0 ? Cell{} : ratio_cell(pooled));
  }
  table.rows.push_back(std::move(first));
  for (const ModelColumn& variant : index.ablations()) {
    Cell name{column_label(variant), {}};
    const ModelInfo* info = index.model(variant.model);
    if (info != nullptr && !info->description.empty()) name.details.push_back(info->description);
    std::vector<Cell> row = {std::move(name), parameters_cell(index, variant.model)};
    for (const std::string& task : tasks) row.push_back(difference_cell(pooled_pair(index, main, variant, task)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace trm::reports
