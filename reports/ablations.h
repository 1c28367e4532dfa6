// The table of ablations: variants of the main model that lack one of its parts.
#pragma once

#include "reports/index.h"
#include "reports/tables.h"

namespace trm::reports {

/// The first row is the main model. Its variants (RecordIndex::ablations()) follow, ordered by their difference from it
/// in percentage points, over the slices that both answered: all tasks together, then each task. Without variants there
/// are no rows.
Table ablation_table(const RecordIndex& index);

}  // namespace trm::reports
