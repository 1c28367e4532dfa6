// What a model owes to the seed of its training: the same training repeated with other seeds.
#pragma once

#include <cstddef>
#include <vector>

#include "reports/index.h"
#include "reports/tables.h"

namespace trm::reports {

/// Columns with exact answers that are the same training (ModelInfo::training) with different seeds, driven in one way:
/// positions in index.columns(), in their order. Trainings with one seed are left out.
std::vector<std::vector<std::size_t>> repeated_trainings(const RecordIndex& index);

/// For each of them the exact answers of each seed, pooled over the slices that all seeds were asked, and of each slice
/// on which they differ: mean, smallest and largest beside the 95 % interval that the number of questions gives one of
/// them. No rows where nothing was repeated.
Table seeds_table(const RecordIndex& index);

}  // namespace trm::reports
