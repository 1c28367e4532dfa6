// even(n) = odd(n-1), odd(n) = even(n-1): mutual recursion.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tasks/frames/function.h"
#include "tasks/task/task.h"

namespace trm::tasks::mutual {

inline constexpr std::array<Range, 1> kRanges = {{{"N", 0, 999}}};

/// EVEN n:  n = 0: RET YES.  Otherwise CALL ODD n-1 -> v; RET v.
extern const Function kEven;
/// ODD n:  n = 0: RET NO.  Otherwise CALL EVEN n-1 -> v; RET v.
extern const Function kOdd;

/// Is even(n), or odd(n), an item of the split?
bool belongs(bool asks_even, std::uint32_t n, std::string_view split);

const Task& task();

}  // namespace trm::tasks::mutual
