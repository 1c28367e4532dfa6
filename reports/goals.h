// Goals that were set before the run, beside what was measured.
#pragma once

#include <string>

#include "reports/index.h"
#include "reports/tables.h"

namespace trm::reports {

/// Rows tasks, columns kinds of slices: exact answers of the main model, whether the goal is reached, and by how many
/// percentage points. Goals whose slice was not asked say so. No rows without goals or without a main model.
Table goals_table(const RecordIndex& index);

/// "m reaches 3 of 4 goals and misses 1; of 2 more the slice was not asked.", counted from the records; empty without
/// goals.
std::string goals_summary(const RecordIndex& index);

/// A difference of shares in percentage points, signed, never rounded to nothing: "+0.1 points", "−2.9 points".
std::string points(double difference);

}  // namespace trm::reports
