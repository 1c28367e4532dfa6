#include "reports/tables.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "reports/format.h"
#include "reports/stats.h"
#include "reports/summary.h"

namespace trm::reports {
namespace {

enum class Better { higher, lower, neither };

struct Measured {
  double value = 0;
  double low = 0, high = 0;  ///< equal to value without an interval
  bool present = false;
};

Measured measured(const Record* record) {
  if (record == nullptr) return {};
  return {record->value, record->ci_low.value_or(record->value), record->ci_high.value_or(record->value), true};
}

/// Marks the best cell of a row and those whose interval overlaps the best one's, unless that is all of them.
void mark_best(std::vector<Cell>& row, std::size_t first, const std::vector<Measured>& values, Better better) {
  const auto count = std::count_if(values.begin(), values.end(), [](const Measured& m) { return m.present; });
  if (better == Better::neither || count < 2) return;
  const Measured* best = nullptr;
  for (const Measured& m : values) {
    if (!m.present) continue;
    if (best == nullptr || (better == Better::higher ? m.value > best->value : m.value < best->value)) best = &m;
  }
  std::vector<std::size_t> marked;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool overlap = values[i].high >= best->low && values[i].low <= best->high;
    if (values[i].present && overlap) marked.push_back(i);
  }
  if (marked.size() == static_cast<std::size_t>(count)) return;
  for (std::size_t i : marked) row[first + i].strong = true;
}

Better better_of(const std::string& metric, const std::string& unit) {
  if (unit == "ratio" && metric.find("exact") == std::string::npos && metric.find("accuracy") == std::string::npos) {
    return Better::neither;
  }
  if (unit == "ratio" || unit == "1/s") return Better::higher;
  if (unit == "ns" || unit == "s" || unit == "bytes") return Better::lower;
  return Better::neither;
}

std::vector<Column> model_columns(const RecordIndex& index, const std::vector<std::size_t>& positions) {
  std::vector<Column> out;
  out.reserve(positions.size());
  for (std::size_t i : positions) out.push_back({index.columns()[i].model, index.columns()[i].mode});
  return out;
}

Cell ratio_cell(std::uint64_t successes, std::uint64_t n) {
  const Interval interval = wilson_interval(successes, n);
  return {percent(static_cast<double>(successes) / static_cast<double>(n)),
          {percent_range(interval.low, interval.high), "n " + grouped(n)}};
}

Cell value_cell(const Record* record, bool show_n) {
  if (record == nullptr) return {};
  Cell cell{human(record->value, record->unit), {}};
  if (record->ci_low && record->ci_high)
    cell.details.push_back(human_range(*record->ci_low, *record->ci_high, record->unit));
  if (show_n && record->n > 0) cell.details.push_back("n " + grouped(record->n));
  return cell;
}

/// Rows task x slice, columns models, one metric.
Table metric_table(const RecordIndex& index, const std::string& metric, const std::string& title,
                   const std::string& caption) {
  Table table;
  table.id = identifier(metric);
  table.title = title;
  table.caption = caption;
  table.header_columns = 2;
  const std::vector<std::size_t> positions = index.columns_with(metric);
  table.columns = {{"Task", "", false}, {"Slice", "", false}};
  for (Column& column : model_columns(index, positions)) table.columns.push_back(std::move(column));
  for (const TaskSlice& row : index.rows_with(metric)) {
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
    mark_best(cells, 2, values, better);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

/// Where all cells of a row come from equally many items, says so once, below the row's name.
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

void add_pooled_row(const RecordIndex& index, Table& table) {
  const std::vector<PooledRatio> pooled = index.pooled_answers();
  const std::size_t shared = index.shared_rows().size();
  if (pooled.empty() || shared < 2) return;
  std::vector<Cell> cells = {{"all of these", {}}, {grouped(shared) + " rows pooled", {}}};
  std::vector<Measured> values;
  for (const PooledRatio& sum : pooled) {
    cells.push_back(ratio_cell(sum.successes, sum.n));
    const Interval interval = wilson_interval(sum.successes, sum.n);
    values.push_back(
        {static_cast<double>(sum.successes) / static_cast<double>(sum.n), interval.low, interval.high, true});
  }
  mark_best(cells, 2, values, Better::higher);
  table.rows.push_back(std::move(cells));
}

/// Metrics with a table of their own, and those that are only ways to write a percentile down.
const std::set<std::string>& placed_metrics() {
  static const std::set<std::string> placed = {
      "exact_answer",    "latency_p50_ns", "latency_p90_ns",  "latency_p99_ns",      "ttft_p50_ns",
      "tokens_per_s",    "items_per_s",    "rss_peak_bytes",  "arena_bytes",         "state_bytes",
      "stack_depth_max", "parameters",     "benchmark_score", "published_parameters"};
  return placed;
}

bool is_ratio(const RecordIndex& index, const std::string& metric) {
  const auto& records = index.results().records;
  return std::any_of(records.begin(), records.end(),
                     [&](const Record& r) { return r.metric == metric && r.unit == "ratio"; });
}

bool has_total(const RecordIndex& index, const std::string& metric) {
  const auto& records = index.results().records;
  return std::any_of(records.begin(), records.end(),
                     [&](const Record& r) { return r.metric == metric && r.depth < 0; });
}

/// " Best of each task: ...", where no task was scored for all models; empty if there are too many to read.
std::string best_by_task(const RecordIndex& index) {
  constexpr std::size_t kMost = 8;
  const std::vector<TaskSlice> rows = index.rows_with("exact_answer");
  if (rows.size() > kMost) return "";
  std::string out;
  for (const TaskSlice& row : rows) {
    const Record* best = nullptr;
    for (const std::size_t i : index.columns_with("exact_answer")) {
      const Record* record = index.find(row, index.columns()[i], "exact_answer");
      if (record != nullptr && record->n > 0 && (best == nullptr || record->value > best->value)) best = record;
    }
    if (best == nullptr) continue;
    const Interval interval = wilson_interval(successes_of(*best), best->n);
    out += (out.empty() ? " Best of each: " : "; ") + task_label(row.task) + ", " + slice_label(row.slice) + ": " +
           column_label({best->model, best->mode}) + " " + percent(best->value) + " (" +
           percent_range(interval.low, interval.high) + ")";
  }
  return out.empty() ? out : out + ".";
}

constexpr const char* best_note =
    "Bold: the best of a row, and those whose interval overlaps its own; nothing is bold where that is all of them.";

struct MemoryColumn {
  const char* metric;
  const char* label;
};
constexpr std::array<MemoryColumn, 5> memory_columns = {{{"parameters", "Parameters"},
                                                         {"state_bytes", "State per frame"},
                                                         {"arena_bytes", "Arena"},
                                                         {"rss_peak_bytes", "Peak resident"},
                                                         {"stack_depth_max", "Deepest stack"}}};

}  // namespace

std::string task_label(const std::string& task) {
  return task.empty() ? "all tasks" : task;
}
std::string slice_label(const std::string& slice) {
  return slice.empty() ? "all slices" : slice;
}
std::string depth_label(const std::string& metric) {
  return metric.ends_with("_by_step") ? "step" : "depth";
}
std::string column_label(const ModelColumn& column) {
  return column.mode.empty() ? column.model : column.model + " (" + column.mode + ")";
}

std::string claim(const RecordIndex& index) {
  const std::vector<std::size_t> positions = index.columns_with("exact_answer");
  if (positions.empty()) return "This run measured speed and memory only: no answers were scored.";
  const std::vector<PooledRatio> pooled = index.pooled_answers();
  const std::size_t tasks = index.tasks_with("exact_answer").size();
  if (pooled.empty()) {
    std::set<std::string> models;
    for (const std::size_t i : positions) models.insert(index.columns()[i].model);
    return grouped(models.size()) + (models.size() == 1 ? " model was" : " models were") + " run on " + grouped(tasks) +
           " tasks, but no task was scored for all of them: compare them row by row." + best_by_task(index);
  }
  const auto share = [&](std::size_t i) {
    return static_cast<double>(pooled[i].successes) / static_cast<double>(pooled[i].n);
  };
  std::size_t best = 0;
  for (std::size_t i = 1; i < pooled.size(); ++i) {
    if (share(i) > share(best)) best = i;
  }
  // The rival is another model if there is one, not the winner driven in another way.
  const auto model = [&](std::size_t i) { return index.columns()[positions[i]].model; };
  std::optional<std::size_t> next;
  for (bool other_model : {true, false}) {
    for (std::size_t i = 0; i < pooled.size() && (other_model || !next); ++i) {
      if (i == best || (other_model && model(i) == model(best))) continue;
      if (!next || share(i) > share(*next)) next = i;
    }
  }
  std::set<std::string> shared_tasks;
  for (const TaskSlice& row : index.shared_rows()) shared_tasks.insert(row.task);
  const auto figure = [&](std::size_t i) {
    const Interval interval = wilson_interval(pooled[i].successes, pooled[i].n);
    return percent(share(i)) + " (" + percent_range(interval.low, interval.high) + ")";
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
  return out + ".";
}

Table accuracy_table(const RecordIndex& index) {
  Table table = metric_table(
      index, "exact_answer", "Exact answers",
      std::string("Share of items answered exactly, with 95 % interval and number of items (n). ") + best_note);
  add_pooled_row(index, table);
  share_counts(table);
  return table;
}

std::vector<Table> other_accuracy_tables(const RecordIndex& index) {
  std::vector<Table> out;
  for (const std::string& metric : index.metrics()) {
    if (placed_metrics().contains(metric) || !is_ratio(index, metric) || !has_total(index, metric)) continue;
    out.push_back(metric_table(index, metric, metric_title(metric),
                               std::string("With 95 % interval and number of items (n) where known. ") + best_note));
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
    table.caption = std::string("All slices of a task pooled; 95 % interval and number of items (n). ") + best_note;
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
          const auto& [successes, n] = at->second;
          const Interval interval = wilson_interval(successes, n);
          cells.push_back(ratio_cell(successes, n));
          values.push_back(
              {static_cast<double>(successes) / static_cast<double>(n), interval.low, interval.high, true});
        }
        mark_best(cells, 2, values, Better::higher);
        table.rows.push_back(std::move(cells));
      }
    }
    share_counts(table);
    out.push_back(std::move(table));
  }
  return out;
}

Table latency_table(const RecordIndex& index) {
  Table table;
  table.id = "latency";
  table.title = "Latency per answer";
  table.caption =
      std::string(
          "Median with 95 % interval, then the 90th and 99th percentile where there are enough samples (44 and "
          "459) to bound them. ") +
      best_note;
  table.header_columns = 2;
  std::set<std::size_t> with;
  std::vector<TaskSlice> rows;
  for (const char* metric : {"latency_p50_ns", "latency_p90_ns", "latency_p99_ns", "latency_ns"}) {
    for (std::size_t i : index.columns_with(metric)) with.insert(i);
    for (const TaskSlice& row : index.rows_with(metric)) {
      const auto equal = [&](const TaskSlice& r) { return r.task == row.task && r.slice == row.slice; };
      if (std::none_of(rows.begin(), rows.end(), equal)) rows.push_back(row);
    }
  }
  const std::vector<std::size_t> positions(with.begin(), with.end());
  table.columns = {{"Task", "", false}, {"Slice", "", false}};
  for (Column& column : model_columns(index, positions)) table.columns.push_back(std::move(column));
  for (const TaskSlice& row : rows) {
    std::vector<Cell> cells = {{task_label(row.task), {}}, {slice_label(row.slice), {}}};
    std::vector<Measured> values;
    for (std::size_t i : positions) {
      const ModelColumn& column = index.columns()[i];
      std::vector<Record> computed;
      if (const SampleSet* samples = index.samples(row, column, "latency_ns")) computed = percentile_records(*samples);
      const auto get = [&](const std::string& metric) -> const Record* {
        if (const Record* record = index.find(row, column, metric)) return record;
        const auto at =
            std::find_if(computed.begin(), computed.end(), [&](const Record& r) { return r.metric == metric; });
        return at == computed.end() ? nullptr : &*at;
      };
      const Record* middle = get("latency_p50_ns");
      Cell cell = value_cell(middle, false);
      for (const auto& [metric, name, p] :
           {std::tuple{"latency_p90_ns", "p90 ", 0.9}, {"latency_p99_ns", "p99 ", 0.99}}) {
        const Record* record = get(metric);
        if (record != nullptr && percentile_is_supported(record->n, p)) {
          cell.details.push_back(name + human(record->value, record->unit));
        }
      }
      if (cell.text.empty() && !cell.details.empty()) cell.text = "–";
      cells.push_back(std::move(cell));
      values.push_back(measured(middle));
    }
    mark_best(cells, 2, values, Better::lower);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::vector<Table> speed_tables(const RecordIndex& index) {
  std::vector<Table> out;
  out.push_back(metric_table(index, "ttft_p50_ns", "Time to first token", std::string("Median. ") + best_note));
  out.push_back(
      metric_table(index, "tokens_per_s", "Tokens per second", std::string("Generated tokens only. ") + best_note));
  out.push_back(metric_table(index, "items_per_s", "Items per second", std::string("Whole answers. ") + best_note));
  std::erase_if(out, [](const Table& table) { return table.rows.empty(); });
  return out;
}

Table memory_table(const RecordIndex& index) {
  Table table;
  table.id = "memory";
  table.title = "Memory and size";
  table.caption = "The largest value over all tasks and slices of this run.";
  table.columns = {{"Model", "", false}};
  std::vector<MemoryColumn> present;
  for (const MemoryColumn& column : memory_columns) {
    const bool models = std::string(column.metric) == "parameters" && !index.results().models.empty();
    if (!models && index.columns_with(column.metric).empty()) continue;
    present.push_back(column);
    table.columns.push_back({column.label, ""});
  }
  std::set<std::string> shown;  // models: one driven in several ways has its size once
  for (const ModelColumn& column : index.columns()) {
    std::vector<Cell> cells = {{column.model, {}}};
    if (!column.mode.empty()) cells[0].details.push_back(column.mode);
    bool any = false, measured = false;
    for (const MemoryColumn& wanted : present) {
      const Record* record = index.largest(column, wanted.metric);
      Cell cell = value_cell(record, false);
      if (record == nullptr && std::string(wanted.metric) == "parameters") {
        for (const ModelInfo& model : index.results().models) {
          if (model.name == column.model && model.parameters > 0) cell.text = grouped(model.parameters);
        }
      }
      any = any || !cell.text.empty();
      measured = measured || record != nullptr;
      cells.push_back(std::move(cell));
    }
    if (measured || (any && !shown.contains(column.model))) {
      table.rows.push_back(std::move(cells));
      shown.insert(column.model);
    }
  }
  return table;
}

std::vector<Table> memory_detail_tables(const RecordIndex& index) {
  std::vector<Table> out;
  for (const MemoryColumn& column : memory_columns) {
    Table table =
        metric_table(index, column.metric, std::string(column.label) + " by task", "Largest in that row's run.");
    if (table.rows.size() > 1) out.push_back(std::move(table));
  }
  return out;
}

std::vector<Table> remaining_tables(const RecordIndex& index) {
  std::vector<Table> out;
  for (const std::string& metric : index.metrics()) {
    if (placed_metrics().contains(metric) || is_ratio(index, metric)) continue;
    Table table = metric_table(index, metric, metric_title(metric), "As recorded.");
    if (!table.rows.empty()) out.push_back(table);
    if (!index.has_depths(metric)) continue;
    // A number by depth that is no share of items cannot be pooled: one row for each slice and depth.
    table.id += "-depth";
    table.caption = "As recorded, by depth.";
    table.columns.insert(table.columns.begin() + 2, Column{"Depth", "", true});
    table.header_columns = 3;
    table.rows.clear();
    for (const TaskSlice& row : index.rows_with(metric)) {
      std::set<int> depths;
      for (const Record& r : index.results().records) {
        if (r.metric == metric && r.task == row.task && r.slice == row.slice && r.depth >= 0) depths.insert(r.depth);
      }
      for (int depth : depths) {
        std::vector<Cell> cells = {
            {task_label(row.task), {}}, {slice_label(row.slice), {}}, {std::to_string(depth), {}}};
        for (std::size_t i : index.columns_with(metric)) {
          cells.push_back(value_cell(index.find(row, index.columns()[i], metric, depth), false));
        }
        table.rows.push_back(std::move(cells));
      }
    }
    out.push_back(std::move(table));
  }
  return out;
}

Table environment_table(const RecordIndex& index) {
  Table table;
  table.id = "environment";
  table.title = "Machine and build";
  table.caption = "Recorded by the program when the run began.";
  table.columns = {{"Fact", "", false}, {"Value", "", false}};
  for (const EnvironmentEntry& entry : index.results().environment) {
    table.rows.push_back({{metric_title(entry.key), {}}, {entry.value, {}}});
  }
  std::string seeds;
  for (std::uint64_t seed : index.results().seeds) seeds += (seeds.empty() ? "" : ", ") + std::to_string(seed);
  if (!seeds.empty()) table.rows.push_back({{"Seeds", {}}, {seeds, {}}});
  return table;
}

Table models_table(const RecordIndex& index) {
  Table table;
  table.id = "models";
  table.title = "Models";
  table.caption = "What was run, and how it was made.";
  table.columns = {{"Model", "", false}, {"Family", "", false}, {"Parameters", ""}, {"Training", ""},
                   {"Seed", ""},         {"File", "", false},   {"Hash", "", false}};
  for (const ModelInfo& model : index.results().models) {
    Cell name{model.name, {}};
    if (!model.description.empty()) name.details.push_back(model.description);
    table.rows.push_back({name,
                          {model.family, {}},
                          {model.parameters > 0 ? grouped(model.parameters) : "", {}},
                          {model.training_minutes > 0 ? human(model.training_minutes * 60, "s") : "", {}},
                          {std::to_string(model.seed), {}},
                          {model.file, {}},
                          {model.hash, {}}});
  }
  return table;
}

}  // namespace trm::reports
