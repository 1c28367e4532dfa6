// Towers of Hanoi, the moves: nested recursion.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tasks/base/rng.h"
#include "tasks/frames/function.h"
#include "tasks/task/task.h"

namespace trm::tasks::hanoi {

inline constexpr std::uint32_t kTrainedN = 5;
inline constexpr std::array<Range, 1> kRanges = {{{"N", 0, 12}}};

using Pegs = std::array<Token, 3>;  ///< from, over, to: three different ones of a..h

/// HANOI n , p , q , r , O:  n = 0: RET.  Otherwise CALL HANOI n-1 , p , r , q , O; EMIT p; EMIT r;
/// CALL HANOI n-1 , q , p , r , O; RET.
extern const Function kFunction;

Pegs random_pegs(Rng& rng);
/// Is moving n discs over these pegs an item of the split?
bool belongs(std::uint32_t n, const Pegs& pegs, std::string_view split);

const Task& task();

}  // namespace trm::tasks::hanoi
