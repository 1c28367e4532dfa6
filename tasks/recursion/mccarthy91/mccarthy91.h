// M(n) = n - 10 if n > 100, otherwise M(M(n + 11)): recursion nested in an argument.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tasks/frames/function.h"
#include "tasks/task/task.h"

namespace trm::tasks::mccarthy91 {

inline constexpr std::array<Range, 1> kRanges = {{{"N", 0, 999}}};

/// M91 n:  n > 100: RET n - 10.  Otherwise CALL M91 n+11 -> a; CALL M91 a -> b; RET b.
extern const Function kFunction;

/// Is M(n) an item of the split?
bool belongs(std::uint32_t n, std::string_view split);

const Task& task();

}  // namespace trm::tasks::mccarthy91
