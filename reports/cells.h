// The cells that tables of reports share: numbers with their intervals, and which of a row are the best.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "reports/index.h"
#include "reports/tables.h"

namespace trm::reports {

enum class Better { higher, lower, neither };

struct Measured {
  double value = 0;
  double low = 0, high = 0;  ///< equal to value without an interval
  bool present = false;
};

Measured measured(const Record* record);
Measured measured(const PooledRatio& ratio);

/// Which direction is better in a metric of this unit.
Better better_of(const std::string& metric, const std::string& unit);

/// Cells of one row, from the `first` on, for columns at `positions`. Marks the best cell and those whose interval
/// overlaps the best one's, unless these are all cells. Symbolic baselines are never marked.
void mark_best(const RecordIndex& index, const std::vector<std::size_t>& positions, std::vector<Cell>& row,
               std::size_t first, const std::vector<Measured>& values, Better better);
inline constexpr const char* kBestNote =
    "Bold: the best model of a row, and those whose interval overlaps its own; nothing is bold where that is all of "
    "them. Exact solvers do not compete.";

std::vector<Column> model_columns(const RecordIndex& index, const std::vector<std::size_t>& positions);

/// Share, interval and n.
Cell ratio_cell(const PooledRatio& ratio);
/// Value and interval, and n if wanted. Empty without a record.
Cell value_cell(const Record* record, bool show_n);

/// Rows task x slice, columns models, one metric. `rows`: those to show, if they have it; by default all that do.
Table metric_table(const RecordIndex& index, const std::string& metric, const std::string& title,
                   const std::string& caption);
Table metric_table(const RecordIndex& index, const std::string& metric, const std::string& title,
                   const std::string& caption, const std::vector<TaskSlice>& rows);

/// If all cells of a row come from equally many items, the number stands once, below the row's name.
void share_counts(Table& table);

/// Metrics that have their own table, and those that only spell a percentile.
bool is_placed(const std::string& metric);
/// Is some record of the metric a ratio?
bool is_ratio(const RecordIndex& index, const std::string& metric);

}  // namespace trm::reports
