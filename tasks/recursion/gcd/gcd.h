// gcd(a, 0) = a, gcd(a, b) = gcd(b, a) if a < b, otherwise gcd(a - b, b): linear recursion.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tasks/frames/function.h"
#include "tasks/task/task.h"

namespace trm::tasks::gcd {

inline constexpr std::array<Range, 2> kRanges = {{{"A", 0, 999}, {"B", 0, 999}}};

/// GCD a , b: as above; a - b by CALL MINUS a , b.
extern const Function kFunction;

/// Calls of the recursion above.
std::uint32_t calls(std::uint32_t a, std::uint32_t b);

/// Is gcd(a, b), in either order, an item of the split?
bool belongs(std::uint32_t a, std::uint32_t b, std::string_view split);

const Task& task();

}  // namespace trm::tasks::gcd
