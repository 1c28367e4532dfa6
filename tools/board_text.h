// A puzzle board as text, with marks: on a terminal by colour, elsewhere by brackets.
#pragma once

#include <string>
#include <string_view>

#include "tasks/puzzles/board_shape.h"

namespace trm::cli {

struct MarkedBoard {
  std::string_view cells;     ///< a glyph for each cell, row by row
  std::string_view question;  ///< what it fills ('.' and ' ' are open) is dimmed on a terminal; empty: nothing
  std::string_view before;    ///< cells that differ from it are marked; empty: none
};

/// A line per row. Rows and columns behind the last glyph that is no space are left out.
std::string board_text(const tasks::BoardShape& shape, const MarkedBoard& board);

/// Cells in which two boards of one size differ.
std::size_t count_changed(std::string_view before, std::string_view after);

}  // namespace trm::cli
