// Questions about a small recursive program that ends: its value, and the number and order of its calls.
#pragma once

#include "tasks/task/task.h"

namespace trm::tasks::recursive_flow {

const Task& task();

}  // namespace trm::tasks::recursive_flow
