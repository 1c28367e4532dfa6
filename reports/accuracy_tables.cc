#include "reports/accuracy_tables.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "reports/cells.h"
#include "reports/format.h"
#include "reports/stats.h"

namespace trm::reports {
namespace {

std::vector<TaskSlice> further_rows(const RecordIndex& index) {
  std::vector<TaskSlice> out = index.rows_with("exact_answer");
  for (const TaskSlice& shown : index.main_rows("exact_answer")) {
    std::erase_if(out, [&](const TaskSlice& r) { return r.task == shown.task && r.slice == shown.slice; });
  }
  return out;
}

/// The name of a row says the slice only where it is not the usual one.
void drop_slice_column(Table& table) {
  table.columns.erase(table.columns.begin() + 1);
  table.header_columns = 1;
  for (std::vector<Cell>& row : table.rows) {
    if (row[1].text != kMainSlice) row[0].details.push_back(row[1].text);
    row.erase(row.begin() + 1);
  }
}

void group_by_stage(const RecordIndex& index, Table& table) {
  std::string last;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const std::string stage = index.stage_of(table.rows[r][0].text);
    if (stage != last) table.groups.push_back({r, stage.empty() ? "other" : stage});
    last = stage;
  }
}

/// Columns of what sources print about the listed tasks.
void add_published_columns(const RecordIndex& index, Table& table) {
  const auto& records = index.results().records;
  std::vector<std::string> sources;
  for (const Record& r : records) {
    const bool fits = r.metric == kBenchmarkMetric && r.mode == kPublishedMode && index.is_listed(r.task);
    if (fits && std::find(sources.begin(), sources.end(), r.model) == sources.end()) sources.push_back(r.model);
  }
  for (const std::string& source : sources) {
    const auto of = [&](const std::string& task, const std::string& metric) {
      const auto at = std::find_if(records.begin(), records.end(), [&](const Record& r) {
        return r.metric == metric && r.mode == kPublishedMode && r.model == source && (task.empty() || r.task == task);
      });
      return at == records.end() ? nullptr : &*at;
    };
    const Record* size = of("", "published_parameters");
    const std::string parameters = size == nullptr ? "" : ", " + short_count(size->value) + " parameters";
    table.columns.push_back({source, "published" + parameters + ", not measured here"});
    for (std::vector<Cell>& row : table.rows) {
      const Record* figure = of(row[0].text, kBenchmarkMetric);
      Cell cell;
      // As printed: no digit more.
      if (figure != nullptr) cell.text = exact_number(std::round(figure->value * 1e6) / 1e4) + "\u00A0%";
      if (figure != nullptr) cell.details.emplace_back("published");
      row.push_back(std::move(cell));
    }
  }
}

void add_pooled_row(const RecordIndex& index, Table& table, bool more_slices) {
  const std::vector<std::size_t> positions = index.columns_with("exact_answer"), asked = index.widely_asked();
  const std::vector<PooledRatio> pooled = index.pooled_answers(asked);
  const std::size_t shared = index.shared_rows(asked).size();
  if (pooled.empty() || shared < 2) return;
  std::vector<Cell> cells = {{"all of these", {more_slices ? grouped(shared) + " slices" : grouped(shared) + " rows"}}};
  std::vector<Measured> values;
  for (const std::size_t position : positions) {
    const auto at = std::find(asked.begin(), asked.end(), position);
    const bool known = at != asked.end();
    const PooledRatio sum = known ? pooled[static_cast<std::size_t>(at - asked.begin())] : PooledRatio{};
    cells.push_back(known ? ratio_cell(sum) : Cell{});
    values.push_back(known ? measured(sum) : Measured{});
  }
  mark_best(index, positions, cells, 1, values, Better::higher);
  if (!table.groups.empty()) table.groups.push_back({table.rows.size(), "pooled"});
  table.rows.push_back(std::move(cells));
}

bool has_total(const RecordIndex& index, const std::string& metric) {
  const auto& records = index.results().records;
  return std::any_of(records.begin(), records.end(),
                     [&](const Record& r) { return r.metric == metric && r.depth < 0; });
}

}  // namespace

Table accuracy_table(const RecordIndex& index) {
  const bool more_slices = !further_rows(index).empty();
  std::string caption = "Share of items answered exactly, with 95 % interval and number of items (n). ";
  if (more_slices) {
    caption +=
        "Rows are fresh items of the trained depth (slice test) where no other slice is named; the last row pools "
        "all slices that all models were asked, without models that were asked less than half of them. ";
  }
  Table table =
      metric_table(index, "exact_answer", "Exact answers", caption + kBestNote, index.main_rows("exact_answer"));
  drop_slice_column(table);
  group_by_stage(index, table);
  add_pooled_row(index, table, more_slices);
  share_counts(table);
  add_published_columns(index, table);
  return table;
}

Table further_slices_table(const RecordIndex& index) {
  Table table =
      metric_table(index, "exact_answer", "Exact answers of further slices",
                   std::string("Deeper, wider and plain items, with 95 % interval. ") + kBestNote, further_rows(index));
  table.id = "further-slices";
  table.compact = true;
  share_counts(table);
  return table;
}

std::vector<Table> other_accuracy_tables(const RecordIndex& index) {
  std::vector<Table> out;
  for (const std::string& metric : index.metrics()) {
    if (is_placed(metric) || !is_ratio(index, metric) || !has_total(index, metric)) continue;
    const std::string caption = "With 95 % interval and number of items (n) where known.";
    const bool compared = better_of(metric, "ratio") != Better::neither;
    out.push_back(metric_table(index, metric, metric_title(metric), compared ? caption + " " + kBestNote : caption));
    share_counts(out.back());
  }
  return out;
}

std::vector<Table> depth_tables(const RecordIndex& index) {
  std::vector<Table> out;
  for (const std::string& metric : index.metrics()) {
    if (!index.has_depths(metric) || !is_ratio(index, metric)) continue;
    Table table;
    table.id = identifier(metric) + "-depth";
    table.title = metric_title(metric);
    table.caption = std::string("All slices of a task pooled; 95 % interval and number of items (n). ") + kBestNote;
    table.header_columns = 2;
    const std::vector<std::size_t> positions = index.columns_with(metric);
    table.columns = {{"Task", "", false}, {depth_label(metric) == "step" ? "Step" : "Depth", "", true}};
    for (Column& column : model_columns(index, positions)) table.columns.push_back(std::move(column));
    for (const std::string& task : index.tasks_with(metric)) {
      std::vector<std::map<int, PooledRatio>> by_depth;
      std::set<int> depths;
      for (std::size_t i : positions) {
        by_depth.push_back(index.by_depth(task, index.columns()[i], metric));
        for (const auto& [depth, unused] : by_depth.back()) depths.insert(depth);
      }
      for (int depth : depths) {
        std::vector<Cell> cells = {{task_label(task), {}}, {std::to_string(depth), {}}};
        std::vector<Measured> values;
        for (const auto& points : by_depth) {
          const auto at = points.find(depth);
          if (at == points.end()) {
            cells.emplace_back();
            values.emplace_back();
            continue;
          }
          cells.push_back(ratio_cell(at->second));
          values.push_back(measured(at->second));
        }
        mark_best(index, positions, cells, 2, values, Better::higher);
        table.rows.push_back(std::move(cells));
      }
    }
    share_counts(table);
    out.push_back(std::move(table));
  }
  return out;
}

}  // namespace trm::reports
