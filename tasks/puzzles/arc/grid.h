// What ARC is made of: grids of up to 30x30 cells in ten colours, pairs of them, and tasks.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace trm::tasks::arc {

inline constexpr std::size_t kMaxSide = 30;
inline constexpr std::size_t kColourCount = 10;

/// Cells row by row, each 0..9. A grid of 0x0 stands for an answer that is not known or that shows no grid.
struct Grid {
  std::size_t rows = 0, columns = 0;
  std::vector<std::uint8_t> cells;

  Grid() = default;
  Grid(std::size_t row_count, std::size_t column_count)
      : rows(row_count), columns(column_count), cells(row_count * column_count) {}

  [[nodiscard]] std::uint8_t at(std::size_t row, std::size_t column) const { return cells[row * columns + column]; }
  std::uint8_t& at(std::size_t row, std::size_t column) { return cells[row * columns + column]; }
  [[nodiscard]] bool empty() const { return cells.empty(); }
  auto operator<=>(const Grid&) const = default;  // NOLINT(modernize-use-nullptr): a false alarm
};

struct Pair {
  Grid input;
  Grid output;                                    ///< empty only in test pairs whose solution is not public
  auto operator<=>(const Pair&) const = default;  // NOLINT(modernize-use-nullptr): a false alarm
};

/// A rule to be guessed from the demonstrations `train` and applied to the inputs of `test`; neither is empty.
struct ArcTask {
  std::string id;
  std::vector<Pair> train, test;
  bool operator==(const ArcTask&) const = default;
};

}  // namespace trm::tasks::arc
