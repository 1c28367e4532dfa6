#include "reports/cells.h"

#include <algorithm>
#include <set>

#include "engine/base/interval.h"
#include "reports/format.h"
#include "reports/stats.h"

namespace trm::reports {

Measured measured(const Record* record) {
  if (record == nullptr) return {};
  return {record->value, record->ci_low.value_or(record->value), record->ci_high.value_or(record->value), true};
}

Measured measured(const PooledRatio& ratio) {
  if (ratio.n == 0) return {};
  const double share = share_of(ratio);
  if (!ratio.independent) return {share, share, share, true};
  const Interval interval = wilson_interval(ratio.successes, ratio.n);
  return {share, interval.low, interval.high, true};
}

void mark_best(const RecordIndex& index, const std::vector<std::size_t>& positions, std::vector<Cell>& row,
               std::size_t first, const std::vector<Measured>& values, Better better) {
  if (better == Better::neither) return;
  std::vector<std::size_t> rivals;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].present && !index.is_symbolic(index.columns()[positions[i]])) rivals.push_back(i);
  }
  if (rivals.size() < 2) return;
  const auto worse = [&](std::size_t a, std::size_t b) {
    return better == Better::higher ? values[a].value < values[b].value : values[a].value > values[b].value;
  };
  const Measured& best = values[*std::max_element(rivals.begin(), rivals.end(), worse)];
  std::vector<std::size_t> marked;
  for (std::size_t i : rivals) {
    if (values[i].high >= best.low && values[i].low <= best.high) marked.push_back(i);
  }
  if (marked.size() == rivals.size()) return;
  for (std::size_t i : marked) row[first + i].strong = true;
}

Better better_of(const std::string& metric, const std::string& unit) {
  if (unit == "ratio") {
    const auto tells = [&](const char* part) { return metric.find(part) != std::string::npos; };
    return tells("exact") || tells("accuracy") || tells("arc_pass") || metric == kBenchmarkMetric ? Better::higher
                                                                                                  : Better::neither;
  }
  if (unit == "1/s") return Better::higher;
  if (unit == "ns" || unit == "s" || unit == "bytes") return Better::lower;
  return Better::neither;
}

std::vector<Column> model_columns(const RecordIndex& index, const std::vector<std::size_t>& positions) {
  std::vector<Column> out;
  out.reserve(positions.size());
  for (std::size_t i : positions) out.push_back({index.columns()[i].model, index.columns()[i].mode});
  return out;
}

Cell ratio_cell(const PooledRatio& ratio) {
  Cell cell{percent(share_of(ratio)), {}};
  if (ratio.independent) {
    const Interval interval = wilson_interval(ratio.successes, ratio.n);
    cell.details.push_back(percent_range(interval.low, interval.high));
  }
  cell.details.push_back("n " + grouped(ratio.n));
  return cell;
}

Cell value_cell(const Record* record, bool show_n) {
  if (record == nullptr) return {};
  Cell cell{human(record->value, record->unit), {}};
  if (record->ci_low && record->ci_high)
    cell.details.push_back(human_range(*record->ci_low, *record->ci_high, record->unit));
  if (show_n && record->n > 0) cell.details.push_back("n " + grouped(record->n));
  return cell;
}

Table metric_table(const RecordIndex& index, const std::string& metric, const std::string& title,
                   const std::string& caption) {
  return metric_table(index, metric, title, caption, index.rows_with(metric));
}

Table metric_table(const RecordIndex& index, const std::string& metric, const std::string& title,
                   const std::string& caption, const std::vector<TaskSlice>& rows) {
  Table table;
  table.id = identifier(metric);
  table.title = title;
  table.caption = caption;
  table.header_columns = 2;
  const std::vector<std::size_t> positions = index.columns_with(metric);
  table.columns = {{"Task", "", false}, {"Slice", "", false}};
  for (Column& column : model_columns(index, positions)) table.columns.push_back(std::move(column));
  for (const TaskSlice& row : rows) {
    std::vector<Cell> cells = {{task_label(row.task), {}}, {slice_label(row.slice), {}}};
    std::vector<Measured> values;
    Better better = Better::neither;
    for (std::size_t i : positions) {
      const Record* record = index.find(row, index.columns()[i], metric);
      if (record != nullptr) better = better_of(metric, record->unit);
      cells.push_back(value_cell(record, record != nullptr && record->unit == "ratio"));
      values.push_back(measured(record));
    }
    const bool any = std::any_of(values.begin(), values.end(), [](const Measured& m) { return m.present; });
    if (!any) continue;
    mark_best(index, positions, cells, 2, values, better);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

void share_counts(Table& table) {
  for (auto& row : table.rows) {
    std::set<std::string> counts;
    for (std::size_t c = table.header_columns; c < row.size(); ++c) {
      if (row[c].text.empty()) continue;
      const auto& details = row[c].details;
      counts.insert(!details.empty() && details.back().starts_with("n ") ? details.back() : "");
    }
    if (counts.size() != 1 || counts.begin()->empty()) continue;
    row[table.header_columns - 1].details.push_back(*counts.begin());
    for (std::size_t c = table.header_columns; c < row.size(); ++c) {
      if (!row[c].details.empty()) row[c].details.pop_back();
    }
  }
}

bool is_placed(const std::string& metric) {
  static const std::set<std::string> placed = {
      "exact_answer",    "latency_p50_ns", "latency_p90_ns",  "latency_p99_ns",      "ttft_p50_ns",
      "tokens_per_s",    "items_per_s",    "rss_peak_bytes",  "arena_bytes",         "state_bytes",
      "stack_depth_max", "parameters",     "benchmark_score", "published_parameters"};
  return placed.contains(metric);
}

bool is_ratio(const RecordIndex& index, const std::string& metric) {
  const auto& records = index.results().records;
  return std::any_of(records.begin(), records.end(),
                     [&](const Record& r) { return r.metric == metric && r.unit == "ratio"; });
}

}  // namespace trm::reports
