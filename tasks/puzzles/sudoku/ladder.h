// How hard a Sudoku is for people: which kinds of reasoning solve it, tried from the easiest up.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tasks/puzzles/sudoku/board.h"

namespace trm::tasks::sudoku {

/// The rungs, easiest first.
///   naked single    a cell has one candidate left
///   hidden single   a digit has one place left in a row, column or box
///   locked digits   a digit's places in one unit all lie in another, so it stands nowhere else there
///   pair            two cells of a unit share two digits, or two digits two cells
///   x-wing          in two rows a digit has the same two columns, or the other way round
inline constexpr std::size_t kRungs = 5;
std::string_view rung_name(std::size_t rung);

struct Climb {
  bool solved = false;                        ///< false: the ladder ends before the puzzle does
  std::array<std::uint32_t, kRungs> steps{};  ///< of each rung: digits placed, or finds that struck candidates
  /// The highest rung that was used; kRungs where even that did not solve the puzzle.
  [[nodiscard]] std::size_t hardest() const;
  [[nodiscard]] std::uint32_t total() const;
};

/// Takes the lowest rung that finds something, one find at a time. The puzzle should have one solution.
Climb climb(const Board& question);

}  // namespace trm::tasks::sudoku
