// Figures that papers print, beside what was measured here on data of the same kind.
#pragma once

#include "reports/index.h"
#include "reports/tables.h"

namespace trm::reports {

/// Rows benchmark x method: what was measured (metric benchmark_score), then what papers print (mode "published").
/// Every row says which of the two it is, with its source. Without such records there are no rows.
Table published_table(const RecordIndex& index);
/// Was anything measured on such data?
bool measured_published(const RecordIndex& index);

}  // namespace trm::reports
