// Deep recursion in C++ needs more stack than a thread has by default.
#pragma once

#include <cstddef>
#include <functional>

#include "engine/base/status.h"

namespace trm {

/// Runs `work` on a thread with a stack of so many bytes, of which only those that are used take memory, and waits for
/// it. `work` must not throw. Error (io): the system gives no such thread.
Status on_large_stack(std::size_t bytes, const std::function<void()>& work);

}  // namespace trm
