// The tables of a report, as data: HTML and Markdown render the same ones.
#pragma once

#include <string>
#include <vector>

#include "reports/index.h"

namespace trm::reports {

enum class Tone { none, good, bad };

struct Cell {
  std::string text;                  ///< empty: nothing was measured
  std::vector<std::string> details;  ///< smaller lines below: interval, other percentiles
  bool strong = false;               ///< the best of its row, or its interval overlaps the best one's
  Tone tone = Tone::none;            ///< of the first detail, which says the same in words
};

struct Column {
  std::string label;
  std::string detail;   ///< smaller line below the label
  bool numeric = true;  ///< aligned right
};

/// A heading between rows.
struct RowGroup {
  std::size_t first = 0;  ///< the row below it
  std::string label;
};

struct Table {
  std::string id;  ///< letters, digits and hyphens; unique in a report
  std::string title;
  std::string caption;  ///< what the numbers are and how to read them
  std::vector<Column> columns;
  std::size_t header_columns = 1;  ///< leading cells of a row that name it
  std::vector<std::vector<Cell>> rows;
  std::vector<RowGroup> groups;  ///< in the order of their rows; empty: none
  bool compact = false;          ///< details stand beside the text, not below it
};

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

/// Models with exact answers that lack a metric, as a sentence ("Not timed: a, b."); empty if there are none.
std::string lacking(const RecordIndex& index, const std::string& metric, const std::string& what);

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
