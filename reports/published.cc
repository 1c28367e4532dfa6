#include "reports/published.h"

#include <algorithm>
#include <utility>

#include "reports/format.h"

namespace trm::reports {
namespace {

bool is_published(const Record& record) {
  return record.mode == kPublishedMode;
}

Cell parameters_of(const RecordIndex& index, const Record& score) {
  if (is_published(score)) {
    const Record* size = index.find({score.task, score.slice}, {score.model, score.mode}, "published_parameters");
    return size == nullptr ? Cell{} : Cell{short_count(size->value), {}};
  }
  const Record* size = index.largest({score.model, score.mode}, "parameters");
  return size == nullptr ? Cell{} : Cell{human(size->value, size->unit), {}};
}

std::vector<Cell> row_of(const RecordIndex& index, const Record& score) {
  Cell right{human(score.value, score.unit), {}};
  if (score.ci_low && score.ci_high) right.details.push_back(percent_range(*score.ci_low, *score.ci_high));
  if (score.n > 0) right.details.push_back("n " + grouped(score.n));
  const std::string kind = is_published(score) ? "published, not measured here" : "measured here, " + score.mode;
  return {{score.task, {}}, {score.model, {kind}}, std::move(right), parameters_of(index, score), {score.slice, {}}};
}

}  // namespace

bool measured_published(const RecordIndex& index) {
  const std::vector<Record>& records = index.results().records;
  return std::any_of(records.begin(), records.end(),
                     [](const Record& r) { return r.metric == kBenchmarkMetric && !is_published(r); });
}

Table published_table(const RecordIndex& index) {
  Table table;
  table.id = "published";
  table.title = "Published figures";
  table.caption =
      "Exact answers on public benchmarks, of ARC-AGI within two tries. Rows marked \"published\" are what the source "
      "prints, not measured here. A row measured here stands among them only where its data are of the same kind; the "
      "items, their number and the training may still differ. What was measured on other data, such as smaller or "
      "generated boards, is not comparable and stands in the other tables alone.";
  table.columns = {
      {"Benchmark", "", false}, {"Method", "", false}, {"Right", ""}, {"Parameters", ""}, {"Source", "", false}};
  table.header_columns = 2;
  for (const std::string& benchmark : index.tasks_with(kBenchmarkMetric)) {
    if (index.is_listed(benchmark)) continue;  // beside the exact answers
    for (const bool published : {false, true}) {
      for (const Record& r : index.results().records) {
        if (r.metric == kBenchmarkMetric && r.task == benchmark && is_published(r) == published) {
          table.rows.push_back(row_of(index, r));
        }
      }
    }
  }
  return table;
}

}  // namespace trm::reports
