// The tables of a report, as data: HTML and Markdown render the same ones.
#pragma once

#include <string>
#include <vector>

#include "reports/index.h"

namespace trm::reports {

struct Cell {
  std::string text;                  ///< empty: nothing was measured
  std::vector<std::string> details;  ///< smaller lines below: interval, other percentiles
  bool strong = false;               ///< the best of its row, or not told apart from it
};

struct Column {
  std::string label;
  std::string detail;   ///< smaller line below the label
  bool numeric = true;  ///< aligned right
};

struct Table {
  std::string id;  ///< letters, digits and hyphens; unique in a report
  std::string title;
  std::string caption;  ///< what the numbers are and how to read them
  std::vector<Column> columns;
  std::size_t header_columns = 1;  ///< leading cells of a row that name it
  std::vector<std::vector<Cell>> rows;
};

/// One sentence: the best model by exact answers pooled over the rows that all models share, and the next one, with
/// intervals; it says so when the intervals overlap. Computed from the records alone.
std::string claim(const RecordIndex& index);

/// Rows task x slice, columns models: exact answers with interval and n; last row: all shared rows pooled.
Table accuracy_table(const RecordIndex& index);

/// Other metrics of unit "ratio" without depth, one table each.
std::vector<Table> other_accuracy_tables(const RecordIndex& index);

/// Metrics by depth (or step), one table each: rows task x depth, slices pooled, Wilson intervals of the pooled counts.
std::vector<Table> depth_tables(const RecordIndex& index);

/// Median latency with interval, p90 and p99 where the sample supports them; from records, else from raw samples.
Table latency_table(const RecordIndex& index);

/// Time to first token, tokens per second, items per second.
std::vector<Table> speed_tables(const RecordIndex& index);

/// Rows models, columns parameters, state per frame, arena, peak resident memory, deepest stack: largest over all
/// tasks.
Table memory_table(const RecordIndex& index);

/// The same numbers by task and slice, one table per metric that differs between them.
std::vector<Table> memory_detail_tables(const RecordIndex& index);

/// Every metric that none of the tables above shows.
std::vector<Table> remaining_tables(const RecordIndex& index);

Table environment_table(const RecordIndex& index);

/// Family, size, training time, seed, file and hash of each model.
Table models_table(const RecordIndex& index);

/// What the depth of a metric's records is: "step" or "depth".
std::string depth_label(const std::string& metric);
/// "test" or "all slices"; "all tasks".
std::string slice_label(const std::string& slice);
std::string task_label(const std::string& task);
/// "model" or "model (mode)".
std::string column_label(const ModelColumn& column);

}  // namespace trm::reports
