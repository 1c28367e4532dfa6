// A synthetic run with every kind of content, for the tests and for looking at.
#pragma once

#include "reports/record.h"

namespace trm::reports {

RunResults example_results();

}  // namespace trm::reports
