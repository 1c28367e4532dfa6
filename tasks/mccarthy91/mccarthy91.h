// M(n) = n - 10 if n > 100, otherwise M(M(n + 11)): recursion nested in an argument.
#pragma once

#include <cstdint>
#include <string_view>

#include "tasks/function.h"
#include "tasks/task.h"

namespace trm::tasks::mccarthy91 {

/// M91 n:  n > 100: RET n - 10.  Otherwise CALL M91 n+11 -> a; CALL M91 a -> b; RET b.
extern const Function function;

/// Is M(n) an item of the split?
bool belongs(std::uint32_t n, std::string_view split);

const Task& task();

}  // namespace trm::tasks::mccarthy91
