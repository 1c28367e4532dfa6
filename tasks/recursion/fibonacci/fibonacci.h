// F(0) = a, F(1) = b, F(k) = F(k-1) + F(k-2): tree recursion.
#pragma once

#include <array>
#include <cstdint>

#include "tasks/frames/function.h"
#include "tasks/frames/natural.h"
#include "tasks/task/task.h"

namespace trm::tasks::fibonacci {

inline constexpr std::array<Range, 1> kRanges = {{{"N", 0, 199}}};

/// FIB n , X , Y:  n = 0: RET X.  n = 1: RET Y.  Otherwise SPAWN FIB n-1 , X , Y -> A; SPAWN FIB n-2 , X , Y -> B;
/// SPAWN ADD A , B -> C; RET C.
extern const Function kFunction;

Natural solve(std::uint32_t n, const Natural& a, const Natural& b);

const Task& task();

}  // namespace trm::tasks::fibonacci
