// The compact report for a pull request.
#pragma once

#include <string>

#include "reports/record.h"

namespace trm::reports {

/// Claim, exact answers, latency, speed and memory as tables; depths, environment and models folded away.
/// Text from the records is escaped: it cannot become markup.
std::string to_markdown(const RunResults& results);

}  // namespace trm::reports
