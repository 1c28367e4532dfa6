// Does a small recursive program end, and if not, which call comes again while it is still running? The machine sees
// the loop: it is the verdict on a question whose frames are all right.
#pragma once

#include "tasks/task/task.h"

namespace trm::tasks::infinite_loop {

const Task& task();

}  // namespace trm::tasks::infinite_loop
