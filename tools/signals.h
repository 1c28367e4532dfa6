// What the signals of the system do to this program.
#pragma once

#include <atomic>

namespace trm::cli {

/// To be called once at the start. From now on a signal that ends the program removes the files that it is writing
/// first, and reading a file that shrinks meanwhile is an error instead of such a signal. Signals that somebody ignores
/// or handles already are left alone.
void clean_up_on_signals();

/// From now on whatever asks the program to end sets the flag instead: an interrupt, a request to end, a terminal that
/// is closed, the warnings of batch systems (SIGUSR1, SIGUSR2, SIGXCPU). Those that are ignored because somebody asked
/// for it (nohup) stay ignored.
const std::atomic<bool>& stop_on_signals();
/// Ends the program as the signal does that set the flag, once it has cleaned up. Returns if none did.
void end_as_stopped();

}  // namespace trm::cli
