// Sudokus as a family of puzzles.
#pragma once

#include <memory>

#include "tasks/puzzles/family.h"
#include "tasks/puzzles/sudoku/generator.h"

namespace trm::tasks::sudoku {

/// Generates what `request` asks for; its split is not used.
std::unique_ptr<PuzzleFamily> make_family(const Request& request);

}  // namespace trm::tasks::sudoku
