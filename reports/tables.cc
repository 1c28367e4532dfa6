#include "reports/tables.h"

#include <algorithm>
#include <array>
#include <set>

#include "reports/cells.h"
#include "reports/format.h"
#include "reports/stats.h"
#include "reports/summary.h"

namespace trm::reports {
namespace {

struct MemoryColumn {
  const char* metric;
  const char* label;
};
constexpr std::array<MemoryColumn, 5> kMemoryColumns = {{{"parameters", "Parameters"},
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
  return metric.ends_with("_by_step")       ? "step"
         : metric.ends_with("_by_tries")    ? "tries"
         : metric.ends_with("_by_sureness") ? "how sure the model is, %"
         : metric.ends_with("_by_coverage") ? "most sure puzzles, %"
                                            : "depth";
}
std::string column_label(const ModelColumn& column) {
  return column.mode.empty() ? column.model : column.model + " (" + column.mode + ")";
}

Table latency_table(const RecordIndex& index) {
  Table table;
  table.id = "latency";
  table.title = "Latency per answer";
  table.caption =
      std::string(
          "Median with 95 % interval, then the 90th and 99th percentile where there are enough samples (44 and "
          "459) to bound them. ") +
      kBestNote;
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
    if (std::none_of(cells.begin() + 2, cells.end(), [](const Cell& c) { return !c.text.empty(); })) continue;
    mark_best(index, positions, cells, 2, values, Better::lower);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::vector<Table> speed_tables(const RecordIndex& index) {
  std::vector<Table> out;
  out.push_back(metric_table(index, "ttft_p50_ns", "Time to first token", std::string("Median. ") + kBestNote));
  out.push_back(
      metric_table(index, "tokens_per_s", "Tokens per second", std::string("Generated tokens only. ") + kBestNote));
  out.push_back(metric_table(index, "items_per_s", "Items per second", std::string("Whole answers. ") + kBestNote));
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
  for (const MemoryColumn& column : kMemoryColumns) {
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
  for (const MemoryColumn& column : kMemoryColumns) {
    Table table =
        metric_table(index, column.metric, std::string(column.label) + " by task", "Largest in that row's run.");
    if (table.rows.size() > 1) out.push_back(std::move(table));
  }
  return out;
}

std::vector<Table> remaining_tables(const RecordIndex& index) {
  std::vector<Table> out;
  for (const std::string& metric : index.metrics()) {
    if (is_placed(metric) || is_ratio(index, metric)) continue;
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

std::string lacking(const RecordIndex& index, const std::string& metric, const std::string& what) {
  const std::vector<std::size_t> with = index.columns_with(metric);
  std::string names;
  for (const std::size_t i : index.columns_with("exact_answer")) {
    if (std::find(with.begin(), with.end(), i) != with.end()) continue;
    names += (names.empty() ? "" : ", ") + column_label(index.columns()[i]);
  }
  return names.empty() ? names : what + ": " + names + ".";
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
