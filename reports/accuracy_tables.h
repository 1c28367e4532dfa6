// Tables of right answers: by task and model, by slice, by depth.
#pragma once

#include <vector>

#include "reports/tables.h"

namespace trm::reports {

/// The table that a report begins with. Rows tasks, by stage; columns models, then what a source prints about such a
/// task; exact answers of slice "test" (of a task without one its first slice) with interval and n; last row: all
/// slices that all models share, pooled.
Table accuracy_table(const RecordIndex& index);

/// The slices that accuracy_table() leaves out. Rows task x slice, columns models.
Table further_slices_table(const RecordIndex& index);

/// Other metrics of unit "ratio" without depth, one table each.
std::vector<Table> other_accuracy_tables(const RecordIndex& index);

/// Metrics by depth (or step), one table each: rows task x depth, slices pooled, Wilson intervals of the pooled counts.
std::vector<Table> depth_tables(const RecordIndex& index);

}  // namespace trm::reports
