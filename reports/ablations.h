// What each part of the main model is worth: variants that lack it, in a table of their own.
#pragma once

#include "reports/index.h"
#include "reports/tables.h"

namespace trm::reports {

/// First row the main model, then its variants (RecordIndex::ablations()) by their difference from it in percentage
/// points, over the slices that both were asked: all tasks, then each. No rows without variants.
Table ablation_table(const RecordIndex& index);

}  // namespace trm::reports
