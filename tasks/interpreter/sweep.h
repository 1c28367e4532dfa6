// Every case that a function on digits decides, each by itself, and random frames of every function: the worst of what
// a model does with single frames, not the mean.
#pragma once

#include <cstddef>
#include <vector>

#include "tasks/frames/sweep.h"
#include "tasks/interpreter/function.h"

namespace trm::tasks::interpreter {

/// Frames of all cells of a function, always the same. ADDC, SUBC, SCALE, MAC, QUO and RES, and through them all
/// arithmetic: all digits, or the end of a number, in each column, behind random ones ("column 3"), with every carry,
/// borrow or rest at the start ("start"). Every function: random frames that training did not show ("drawn").
/// per_cell: of each case; 1000 times as many are drawn.
std::vector<SweptFrame> sweep_of(const Function& function, std::size_t per_cell);

}  // namespace trm::tasks::interpreter
