// How the tokens of a puzzle lie on a board.
#pragma once

#include <cstddef>

namespace trm::tasks {

struct BoardShape {
  std::size_t rows = 0, columns = 0;
  std::size_t box_rows = 0, box_columns = 0;  ///< cells of a box; both 0: no boxes

  [[nodiscard]] constexpr std::size_t cells() const { return rows * columns; }
  constexpr bool operator==(const BoardShape&) const = default;
};

}  // namespace trm::tasks
