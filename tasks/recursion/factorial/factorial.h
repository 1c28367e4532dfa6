// f(0) = c, f(k) = k * f(k-1): linear recursion.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "tasks/frames/function.h"
#include "tasks/frames/natural.h"
#include "tasks/task/task.h"

namespace trm::tasks::factorial {

inline constexpr std::array<Range, 1> kRanges = {{{"N", 0, 99}}};

/// FACT n , X:  n = 0: RET X.  Otherwise SPAWN FACT n-1 , X -> A; SPAWN MUL n0 , A -> B, which is all for one digit n;
/// for two SPAWN MUL n1 , A -> C; SPAWN SHIFT C -> D; SPAWN ADD B , D -> E; RET E. For more, which are beyond what is
/// trained on, SPAWN SCALE n , A -> B; RET B.
extern const Function kFunction;

/// c * n!
Natural solve(std::uint32_t n, const Natural& c);

const Task& task();

}  // namespace trm::tasks::factorial
