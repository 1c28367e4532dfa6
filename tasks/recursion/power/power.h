// p(0) = c, p(k) = b * p(k-1): linear recursion.
#pragma once

#include <array>
#include <cstdint>

#include "tasks/frames/function.h"
#include "tasks/frames/natural.h"
#include "tasks/task/task.h"

namespace trm::tasks::power {

inline constexpr std::array<Range, 2> kRanges = {{{"N", 0, 99}, {"B", 1, 9}}};

/// POW n , b , X:  n = 0: RET X.  Otherwise SPAWN POW n-1 , b , X -> A; SPAWN MUL b , A -> B; RET B.
extern const Function kFunction;

/// c * b^n
Natural solve(std::uint32_t n, std::uint32_t b, const Natural& c);

const Task& task();

}  // namespace trm::tasks::power
