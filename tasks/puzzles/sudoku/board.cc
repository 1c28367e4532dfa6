#include "tasks/puzzles/sudoku/board.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/puzzles/sudoku_line.h"

namespace trm::tasks::sudoku {
namespace {

/// A cell that holds the digit of another one that it sees, and what they share; null: none.
struct Clash {
  std::size_t row = 0, column = 0;
  const char* unit = nullptr;
};

Clash first_clash(const Board& board) {
  const Layout& layout = board.layout;
  using Seen = std::array<std::array<bool, kMaxSize + 1>, kMaxSize>;
  Seen in_row{}, in_column{}, in_box{};
  for (std::size_t cell = 0; cell < layout.cells(); ++cell) {
    const std::size_t row = cell / layout.size, column = cell % layout.size;
    const std::uint8_t digit = board.cells[cell];
    if (digit == 0) continue;
    if (std::exchange(in_row[row][digit], true)) return {row, column, "row"};
    if (std::exchange(in_column[column][digit], true)) return {row, column, "column"};
    if (std::exchange(in_box[layout.box_of(row, column)][digit], true)) return {row, column, "box"};
  }
  return {};
}

}  // namespace

Result<Layout> layout_of(std::size_t size) {
  if (size == 4) return Layout{4, 2, 2};
  if (size == 6) return Layout{6, 2, 3};
  if (size == 9) return Layout{9, 3, 3};
  return bad_text("size", std::to_string(size) + " is not a size of a sudoku here", "use 4, 6 or 9");
}

std::size_t Board::givens() const {
  return layout.cells() - static_cast<std::size_t>(std::count(
                              cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(layout.cells()), 0));
}

Result<Board> parse(std::string_view text, const Layout& layout) {
  Board board;
  board.layout = layout;
  const SudokuLine line = read_sudoku_line(text);
  const auto no_cell = [&layout](std::size_t cell, std::string_view character) {
    return bad_text(place_of(cell / layout.size, cell % layout.size),
                    in_quotes(character) + " is neither a digit nor a blank",
                    "write 1 to " + std::to_string(layout.size) + ", or . for a blank");
  };
  const std::optional<std::string> cells = cells_of(line, layout.cells());
  if (!line.stranger.empty()) return no_cell(line.cells.size(), line.stranger);
  if (!cells) return bad_text("", miscounted(line, layout.cells()), "write all cells");
  for (std::size_t cell = 0; cell < cells->size(); ++cell) {
    const char c = (*cells)[cell];
    if (c == '.') continue;
    if (static_cast<std::size_t>(c - '0') > layout.size) return no_cell(cell, std::string_view(&c, 1));
    board.cells[cell] = static_cast<std::uint8_t>(c - '0');
  }
  if (const Clash clash = first_clash(board); clash.unit != nullptr) {
    return bad_text(place_of(clash.row, clash.column),
                    std::to_string(board.at(clash.row, clash.column)) + " stands twice in its " + clash.unit,
                    "change one");
  }
  return board;
}

std::string compact_text(const Board& board) {
  std::string out(board.layout.cells(), '.');
  for (std::size_t i = 0; i < out.size(); ++i)
    if (board.cells[i] != 0) out[i] = static_cast<char>('0' + board.cells[i]);
  return out;
}

std::string pretty_text(const Layout& layout, std::string_view cells) {
  std::string out;
  for (std::size_t row = 0; row < layout.size; ++row) {
    if (row != 0 && row % layout.box_rows == 0) out += '\n';
    for (std::size_t column = 0; column < layout.size; ++column) {
      if (column != 0) out += column % layout.box_columns == 0 ? " | " : " ";
      out += cells[row * layout.size + column];
    }
    out += '\n';
  }
  return out;
}

std::vector<std::uint8_t> tokens_of(const Board& board) {
  std::vector<std::uint8_t> out(board.cells.begin(),
                                board.cells.begin() + static_cast<std::ptrdiff_t>(board.layout.cells()));
  for (std::uint8_t& token : out) token = static_cast<std::uint8_t>(token + kBlankToken);
  return out;
}

Result<Board> board_of(std::span<const std::uint8_t> tokens, const Layout& layout) {
  if (tokens.size() != layout.cells()) {
    return bad_text("", "has " + std::to_string(tokens.size()) + " tokens, not " + std::to_string(layout.cells()),
                    "use another size");
  }
  Board board;
  board.layout = layout;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i] < kBlankToken || tokens[i] >= vocab_size(layout)) {
      return bad_text(place_of(i / layout.size, i % layout.size), "token " + std::to_string(tokens[i]) + " is no cell",
                      "use 1 to " + std::to_string(vocab_size(layout) - 1));
    }
    board.cells[i] = static_cast<std::uint8_t>(tokens[i] - kBlankToken);
  }
  return board;
}

bool is_solution(const Board& question, const Board& answer) {
  const Layout& layout = question.layout;
  if (!(answer.layout == layout)) return false;
  for (std::size_t i = 0; i < layout.cells(); ++i) {
    if (answer.cells[i] < 1 || answer.cells[i] > layout.size) return false;
    if (question.cells[i] != 0 && question.cells[i] != answer.cells[i]) return false;
  }
  return first_clash(answer).unit == nullptr;
}

}  // namespace trm::tasks::sudoku
