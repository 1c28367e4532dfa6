// Stopping a training, or other long work, by signal.
#pragma once

#include <atomic>

namespace trm::cli {

/// From now on an interrupt or a request to end sets the flag instead of ending the program.
const std::atomic<bool>& stop_on_signals();

}  // namespace trm::cli
