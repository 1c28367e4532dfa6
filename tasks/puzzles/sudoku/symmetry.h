// What may be done to a board without changing what is right: the published augmentation, and a form that all the
// copies share.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "tasks/base/rng.h"
#include "tasks/puzzles/sudoku/board.h"

namespace trm::tasks::sudoku {

/// Transposes if asked, then new(i,j) = old(rows[i], columns[j]), then digit d becomes digits[d]; blanks stay.
struct Symmetry {
  bool transpose = false;
  std::array<std::uint8_t, kMaxSize> rows{}, columns{};
  std::array<std::uint8_t, kMaxSize + 1> digits{};

  /// The cell whose digit comes to `cell`.
  [[nodiscard]] std::size_t source(const Layout& layout, std::size_t cell) const {
    const std::size_t row = rows[cell / layout.size], column = columns[cell % layout.size];
    return transpose ? column * layout.size + row : row * layout.size + column;
  }
};

/// As the published builder draws it: transposed with probability 1/2 where boxes are square, bands and the rows within
/// them permuted, stacks and columns likewise, digits permuted; all uniform.
Symmetry random_symmetry(const Layout& layout, Rng& rng);
Board apply(const Symmetry& symmetry, const Board& board);
/// A random copy of the whole puzzle.
Puzzle augment(const Puzzle& puzzle, Rng& rng);

/// The same number for every copy of a board under these symmetries; boards that are no copies of each other differ
/// almost always. Found by colour refinement: cells start as given or blank; again and again each cell's colour takes
/// in those of its row, column, box and equal digits, and a row's that of its band, whatever their order.
std::uint64_t canonical_hash(const Board& board);
/// Size and hash, for splits: "sudoku 9 0123456789abcdef".
std::string canonical_text(const Board& board);

}  // namespace trm::tasks::sudoku
