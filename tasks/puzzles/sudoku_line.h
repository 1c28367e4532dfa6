// The cells of a Sudoku in a text, among all that people draw between them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace trm::tasks {

/// A text, or a line of one, that holds cells. Blanks are . 0 _ * x X and a dot in the middle of the line, and with
/// them - where a count decides that it is no line: see cells_of(). Between cells may stand white space, | + = , ; and
/// characters that draw boxes.
struct SudokuLine {
  std::string cells;  ///< digits, '.' for blanks, and '-', which is a blank or nothing
  std::size_t dashes = 0;
  bool ruled = false;    ///< has a character of horizontal lines beside '-', so that its dashes are no cells
  std::string fields;    ///< a cell for each field between commas, semicolons or vertical lines, '.' if it is empty;
                         ///< empty: there are no such fields, or one has several cells
  std::string stranger;  ///< the first character that is none of these; the rest was not read
};

SudokuLine read_sudoku_line(std::string_view line);

/// The cells, if they are so many in exactly one way: with dashes as nothing, with dashes as blanks, or by fields.
std::optional<std::string> cells_of(const SudokuLine& line, std::size_t wanted);

/// "has 5 cells, not 9", for errors: how it was read.
std::string miscounted(const SudokuLine& line, std::size_t wanted);

}  // namespace trm::tasks
