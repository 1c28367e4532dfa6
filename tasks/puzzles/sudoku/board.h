// Sudoku boards of 4x4, 6x6 and 9x9 cells: text, tokens, and what a right solution is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm::tasks::sudoku {

inline constexpr std::size_t kMaxSize = 9;
inline constexpr std::size_t kMaxCells = kMaxSize * kMaxSize;

/// A board of size x size cells in boxes of box_rows x box_columns cells, size of them.
struct Layout {
  std::size_t size = 9;
  std::size_t box_rows = 3;
  std::size_t box_columns = 3;

  [[nodiscard]] constexpr std::size_t cells() const { return size * size; }
  /// Box of a cell, row by row.
  [[nodiscard]] constexpr std::size_t box_of(std::size_t row, std::size_t column) const {
    return row / box_rows * box_rows + column / box_columns;
  }
  /// Is the mirror image at the diagonal a board too?
  [[nodiscard]] constexpr bool square_boxes() const { return box_rows == box_columns; }
  constexpr bool operator==(const Layout&) const = default;
};

/// 4 (boxes of 2x2), 6 (2 rows x 3 columns) or 9 (3x3). Error: another size.
Result<Layout> layout_of(std::size_t size);

struct Board {
  Layout layout;
  std::array<std::uint8_t, kMaxCells> cells{};  ///< row-major; 0: blank, otherwise 1..size; unused ones are 0

  [[nodiscard]] std::uint8_t at(std::size_t row, std::size_t column) const { return cells[row * layout.size + column]; }
  [[nodiscard]] std::size_t givens() const;
  bool operator==(const Board&) const = default;
};

/// A puzzle, its only solution, and how hard it is.
struct Puzzle {
  Board question;
  Board answer;
  std::uint32_t rating = 0;  ///< guesses that our solver needs
};

/// Digits row by row, blanks and what may stand between them: as tasks/puzzles/sudoku_line.h says. Error: too few or
/// too many cells, another character, a digit beyond the size, a digit twice in a row, column or box; the field names
/// row and column from 1.
Result<Board> parse(std::string_view text, const Layout& layout);
/// One line of size*size characters, '.' for blanks: the form of the published CSV files.
std::string compact_text(const Board& board);
/// For people: a line per row, '|' and blank lines between boxes. `cells` is as compact_text writes it.
std::string pretty_text(const Layout& layout, std::string_view cells);

/// Published tokens: 0 PAD (unused), 1 blank, 2 and above the digits.
inline constexpr std::uint8_t kBlankToken = 1;
constexpr std::size_t vocab_size(const Layout& layout) {
  return layout.size + 2;
}
std::vector<std::uint8_t> tokens_of(const Board& board);
/// Error: another number of tokens than cells; one that is neither a blank nor a digit.
Result<Board> board_of(std::span<const std::uint8_t> tokens, const Layout& layout);

/// Does `answer` keep the givens of `question` and hold every digit once in each row, column and box? Knows nothing of
/// the solver.
bool is_solution(const Board& question, const Board& answer);

}  // namespace trm::tasks::sudoku
