// The exact solver: singles as far as they go, then guesses at the cell with the fewest candidates.
#pragma once

#include <cstdint>

#include "tasks/base/rng.h"
#include "tasks/puzzles/sudoku/board.h"

namespace trm::tasks::sudoku {

struct Solved {
  unsigned solutions = 0;     ///< 0, 1, or 2 for "more than one"
  Board first;                ///< of the solutions; meaningless if there is none
  std::uint32_t guesses = 0;  ///< digits tried where singles did not help, until uniqueness is settled
};

/// Searches until the second solution or the end. A naked single is a cell with one candidate, a hidden single a digit
/// with one place in a row, column or box; a puzzle of 0 guesses yields to these alone.
Solved solve(const Board& board);

/// A random filled board. Every board can come up; they are not equally likely.
Board random_solution(const Layout& layout, Rng& rng);

}  // namespace trm::tasks::sudoku
