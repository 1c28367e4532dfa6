// A(0, n) = n + 1, A(m, 0) = A(m-1, 1), A(m, n) = A(m-1, A(m, n-1)): recursion nested in an argument.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tasks/frames/function.h"
#include "tasks/task/task.h"

namespace trm::tasks::ackermann {

inline constexpr std::array<Range, 2> kRanges = {{{"M", 0, 3}, {"N", 0, 999}}};

/// ACK m , n: as above; the inner call is answered before the outer one is made.
extern const Function kFunction;

/// Is A(m, n) an item of the split?
bool belongs(std::uint32_t m, std::uint32_t n, std::string_view split);

const Task& task();

}  // namespace trm::tasks::ackermann
