// The same training with several seeds, to show how much the seed decides.
#pragma once

#include <cstddef>
#include <vector>

#include "reports/index.h"
#include "reports/tables.h"

namespace trm::reports {

/// Columns with exact answers that are the same training (ModelInfo::training) with different seeds, driven in one way:
/// positions in index.columns(), in their order. Trainings with one seed are left out.
std::vector<std::vector<std::size_t>> repeated_trainings(const RecordIndex& index);

/// For each training: the exact answers of its seeds, pooled over the slices that all of them answered, and for each
/// slice on which they differ. A row has mean, smallest and largest, and the 95 % interval that follows from the number
/// of questions. Without repeated trainings there are no rows.
Table seeds_table(const RecordIndex& index);

}  // namespace trm::reports
