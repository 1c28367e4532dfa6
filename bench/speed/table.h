// The outcome of the speed suite as text for a terminal.
#pragma once

#include <string>

#include "bench/speed/outcome.h"

namespace trm::bench {

/// One line for each workload, type and number of threads, with its goal and whether it is reached; then decoding and
/// training; then the peaks.
std::string speed_table_text(const SpeedOutcome& outcome);

}  // namespace trm::bench
