// The sentence that a report begins with.
#pragma once

#include <string>

#include "reports/index.h"

namespace trm::reports {

/// One sentence: the best model by exact answers pooled over the rows that all models share, and the next one, with
/// intervals. It says so when the intervals overlap. Symbolic baselines are right by definition, and count only if
/// there is nothing else. It is computed from the records alone.
std::string claim(const RecordIndex& index);

}  // namespace trm::reports
