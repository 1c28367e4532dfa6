// Which solutions are copies of each other. Many puzzles of public collections share a solution grid up to symmetry: a
// model that learnt one of them has seen the answer of the others.
#pragma once

#include <string>

#include "tasks/puzzles/sudoku/board.h"

namespace trm::tasks::sudoku {

/// The least of all copies of a filled board under the symmetries of symmetry.h, its digits row by row: equal for
/// copies and for nothing else. (canonical_hash() sees only which cells are given, so to it all filled boards are
/// alike.) There are 5,472,730,538 classes of 9x9 boards (Russell and Jarvis 2005), and 2 of 4x4 ones. Takes about half
/// a millisecond for 9x9 cells.
std::string solution_class(const Board& solution);

}  // namespace trm::tasks::sudoku
