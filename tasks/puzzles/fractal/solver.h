// Infers the rule of a fractal from a question alone, and draws what is missing.
#pragma once

#include "tasks/puzzles/fractal/picture.h"

namespace trm::tasks::fractal {

struct Solved {
  unsigned solutions = 0;  ///< 0, 1, or 2 for "more than one"
  Picture answer;          ///< if there is one solution
};

/// A rule is a table: what a cause, such as a colour and a place in its block, becomes. All that a question shows of
/// causes and effects is entered. An entry with two effects means that there is no solution. If an entry that is needed
/// is missing, any effect does: that counts as more than one. Else every cell is drawn by force, so there is exactly
/// one. Of a curve that is done for every number of edges from 2 to 5 that an edge may become, and the drawings must
/// agree. None of a question without a layout.
Solved solve(const Picture& question);

}  // namespace trm::tasks::fractal
