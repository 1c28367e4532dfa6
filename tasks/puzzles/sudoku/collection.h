// Public collections of Sudokus, a puzzle a line, as a data set: solved, rated, and split by the class of their
// solutions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/puzzles/build.h"
#include "tasks/puzzles/sudoku/board.h"
#include "tasks/puzzles/sudoku/ladder.h"

namespace trm::tasks::sudoku {

struct CollectedPuzzle {
  std::size_t file = 0;        ///< place in the list of files
  std::size_t line = 0;        ///< of it, from 1
  Puzzle puzzle;               ///< with the guesses of our solver
  Climb climb;                 ///< how people would solve it
  std::string solution_class;  ///< solution_class()
};

/// Of a file, a line each: all cells of a puzzle without a gap, '.', '0', '_' or '*' for blanks, then whatever the
/// collection says of it behind white space, a comma, semicolon or '#'. Lines that begin with '#' and empty ones are
/// passed over. A file whose first line names columns is read as puzzle_csv.h says. "-": standard input. Error: names
/// file and line: another number of cells, a digit twice in a unit, no solution or more than one, a solution of the
/// file that is another; no puzzles.
Result<std::vector<CollectedPuzzle>> read_collections(const Layout& layout, const std::vector<std::string>& files,
                                                      const BuildProgress& progress = {});

/// How many test puzzles share the class of their solution with a training puzzle, were a tenth of all lines the test
/// and eight tenths the training, whatever stands in them.
struct LineSplitLeak {
  std::size_t test = 0, leaked = 0;
};
LineSplitLeak line_split_leak(const std::vector<CollectedPuzzle>& puzzles);

/// Writes the data set: request.train and request.test puzzles, drawn uniformly from those whose class falls into the
/// split, so that no test puzzle shares its solution with a training puzzle. `shares`, one for each file, are the parts
/// that the files have in both, such as 26 and 74; empty: as it comes. Beside the data set, DIR/puzzles.csv lists what
/// was drawn: split, file, line, rating, ladder, ladder_steps, question, answer. The report's notes say what the
/// collections hold. Error: as read_collections(); too few puzzles; of the files that are written.
Result<BuildReport> build_collections(const PuzzleFamily& family, const Layout& layout, const BuildRequest& request,
                                      const std::vector<std::string>& files, const std::vector<double>& shares,
                                      const BuildProgress& progress = {});

}  // namespace trm::tasks::sudoku
