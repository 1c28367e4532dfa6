// Tables of right answers: by task and model, by slice, by depth.
#pragma once

#include <vector>

#include "reports/tables.h"

namespace trm::reports {

/// The first table of a report. Its rows are tasks by stage, its columns are models and then published figures. A cell
/// has the exact answers of slice "test" (or of the task's first slice) with interval and n. The last row pools the
/// slices that all models share.
Table accuracy_table(const RecordIndex& index);

/// The slices that accuracy_table() leaves out. Rows task x slice, columns models.
Table further_slices_table(const RecordIndex& index);

/// Other metrics of unit "ratio" without depth, one table each.
std::vector<Table> other_accuracy_tables(const RecordIndex& index);

/// Metrics by depth (or step), one table each: rows task x depth, slices pooled, Wilson intervals of the pooled counts.
std::vector<Table> depth_tables(const RecordIndex& index);

}  // namespace trm::reports
