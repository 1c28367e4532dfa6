// tak(x, y, z) = z if x <= y, otherwise tak(tak(x-1, y, z), tak(y-1, z, x), tak(z-1, x, y)): recursion nested three
// times.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tasks/frames/function.h"
#include "tasks/task/task.h"

namespace trm::tasks::tak {

inline constexpr std::array<Range, 3> kRanges = {{{"X", 0, 99}, {"Y", 0, 99}, {"Z", 0, 99}}};

/// TAK x , y , z:  x <= y: RET z.  Otherwise CALL TAK x-1 , y , z -> a; CALL TAK y-1 , z , x -> b;
/// CALL TAK z-1 , x , y -> c; CALL TAK a , b , c -> d; RET d. Questions begin with y, z > 0, and none falls below 0.
extern const Function kFunction;

/// Is tak(x, y, z) an item of the split?
bool belongs(std::uint32_t x, std::uint32_t y, std::uint32_t z, std::string_view split);

const Task& task();

}  // namespace trm::tasks::tak
