#include "tools/board_text.h"

#include <algorithm>

#include "tools/cli.h"

namespace trm::cli {

std::size_t count_changed(std::string_view before, std::string_view after) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) out += before[i] != after[i] ? 1 : 0;
  return out;
}

std::string board_text(const tasks::BoardShape& shape, const MarkedBoard& board) {
  const bool plain = coloured(Stream::out, "7", " ") == " ";
  std::size_t rows = 0, columns = 0;
  for (std::size_t i = 0; i < board.cells.size(); ++i) {
    if (board.cells[i] == ' ') continue;
    rows = i / shape.columns + 1;
    columns = std::max(columns, i % shape.columns + 1);
  }
  const auto changed = [&](std::size_t row, std::size_t column) {
    const std::size_t i = row * shape.columns + column;
    return column < columns && !board.before.empty() && board.before[i] != board.cells[i];
  };
  const auto given = [&](std::size_t i) {
    return !board.question.empty() && board.question[i] != '.' && board.question[i] != ' ' &&
           board.question[i] == board.cells[i];
  };
  std::string out;
  for (std::size_t row = 0; row < rows; ++row) {
    if (row != 0 && shape.box_rows != 0 && row % shape.box_rows == 0) out += '\n';
    // One character stands between two cells, so neighbours that changed share their brackets.
    bool before = false;
    for (std::size_t column = 0; column <= columns; ++column) {
      const bool now = changed(row, column);
      const char close = before && plain ? ']' : ' ', open = now && plain ? '[' : ' ';
      if (column != 0 && column < columns && shape.box_columns != 0 && column % shape.box_columns == 0) {
        out += {close, '|', open};
      } else {
        out += before && now ? ' ' : before ? close : open;
      }
      before = now;
      if (column == columns) break;
      const std::size_t i = row * shape.columns + column;
      const std::string_view cell = board.cells.substr(i, 1);
      out += now ? coloured(Stream::out, "7", cell) : given(i) ? coloured(Stream::out, "2", cell) : std::string(cell);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

}  // namespace trm::cli
