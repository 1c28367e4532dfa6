// What a small recursive program gives, and how it gets there: its value, the number and the order of its calls.
#pragma once

#include "tasks/task/task.h"

namespace trm::tasks::recursive_flow {

const Task& task();

}  // namespace trm::tasks::recursive_flow
