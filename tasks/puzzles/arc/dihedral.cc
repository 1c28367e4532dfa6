#include "tasks/puzzles/arc/dihedral.h"

#include <cstddef>
#include <utility>

namespace trm::tasks::arc {
namespace {

/// Where the cell of row r and column c of the result comes from: from (c, r) if transposed, else from (r, c), that
/// row and column counted from the other end if flipped.
struct Symmetry {
  bool transposed, rows_flipped, columns_flipped;
};

constexpr std::array<Symmetry, kSymmetryCount> kSymmetries = {{{false, false, false},
                                                               {true, false, true},
                                                               {false, true, true},
                                                               {true, true, false},
                                                               {false, false, true},
                                                               {false, true, false},
                                                               {true, false, false},
                                                               {true, true, true}}};

}  // namespace

Augmentation random_augmentation(Rng& rng) {
  Augmentation out;
  out.symmetry = rng.below(kSymmetryCount);
  for (std::uint32_t last = kColourCount - 1; last > 1; --last)
    std::swap(out.colours[last], out.colours[rng.between(1, last)]);
  return out;
}

Grid augment(const Grid& grid, const Augmentation& augmentation) {
  const Symmetry how = kSymmetries[augmentation.symmetry];
  Grid out(how.transposed ? grid.columns : grid.rows, how.transposed ? grid.rows : grid.columns);
  for (std::size_t r = 0; r < out.rows; ++r) {
    for (std::size_t c = 0; c < out.columns; ++c) {
      const std::size_t row = how.transposed ? c : r;
      const std::size_t column = how.transposed ? r : c;
      out.at(r, c) = augmentation.colours[grid.at(how.rows_flipped ? grid.rows - 1 - row : row,
                                                  how.columns_flipped ? grid.columns - 1 - column : column)];
    }
  }
  return out;
}

Augmentation inverse(const Augmentation& augmentation) {
  constexpr std::array<std::uint32_t, kSymmetryCount> undone_by = {0, 3, 2, 1, 4, 5, 6, 7};
  Augmentation out;
  out.symmetry = undone_by[augmentation.symmetry];
  for (std::size_t colour = 0; colour < kColourCount; ++colour)
    out.colours[augmentation.colours[colour]] = static_cast<std::uint8_t>(colour);
  return out;
}

}  // namespace trm::tasks::arc
