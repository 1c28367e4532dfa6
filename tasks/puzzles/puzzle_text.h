// Reads puzzles as people type them: one board or several in a text file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/puzzles/family.h"

namespace trm::tasks {

struct TypedPuzzle {
  std::vector<std::uint8_t> tokens;  ///< (seq_len) of the family
  std::size_t line = 0;              ///< where it begins, from 1
};

/// Boards of one size, a line per row, or all cells of a board in one line.
///   sudoku: digits, blanks and what may stand between them, as sudoku_line.h says; '#' begins a comment; a blank line
///           may separate puzzles, or bands of boxes as family.text() writes them; or JSON arrays (json_rows.h)
///   maze:   '#', ' ' or '.', 'S', 'G'; every character counts, and an empty line ends a maze
///   fractal: '.' for blanks, '#' and 'o', 'S' where a curve begins; as mazes
/// Error: names file, line of the puzzle, row and column from 1; a row of another number of cells is shown as it was
/// read; lines of dashes that may be rows of blanks as well as lines between boxes; there is no puzzle.
Result<std::vector<TypedPuzzle>> read_typed_puzzles(std::string_view text, const std::string& file,
                                                    const PuzzleFamily& family);

}  // namespace trm::tasks
