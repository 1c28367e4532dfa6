#include "tasks/puzzles/sudoku/solution_class.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace trm::tasks::sudoku {
namespace {

using Line = std::array<std::uint8_t, kMaxSize>;
using Grid = std::array<Line, kMaxSize>;

/// All orders of the columns: stacks permuted, and the columns within each.
std::vector<Line> column_orders(const Layout& layout) {
  const std::size_t width = layout.box_columns, stacks = layout.size / width;
  std::vector<Line> out;
  Line stack_order{};
  for (std::size_t i = 0; i < stacks; ++i) stack_order[i] = static_cast<std::uint8_t>(i);
  do {
    std::vector<Line> begun = {Line{}};
    for (std::size_t s = 0; s < stacks; ++s) {
      std::vector<Line> longer;
      for (const Line& line : begun) {
        Line within{};
        for (std::size_t i = 0; i < width; ++i) within[i] = static_cast<std::uint8_t>(stack_order[s] * width + i);
        do {
          Line next = line;
          std::copy_n(within.begin(), width, next.begin() + static_cast<std::ptrdiff_t>(s * width));
          longer.push_back(next);
        } while (std::next_permutation(within.begin(), within.begin() + static_cast<std::ptrdiff_t>(width)));
      }
      begun = std::move(longer);
    }
    out.insert(out.end(), begun.begin(), begun.end());
  } while (std::next_permutation(stack_order.begin(), stack_order.begin() + static_cast<std::ptrdiff_t>(stacks)));
  return out;
}

const std::vector<Line>& orders_of(const Layout& layout) {
  static const std::vector<Line> four = column_orders({4, 2, 2}), six = column_orders({6, 2, 3}),
                                 nine = column_orders({9, 3, 3});
  return layout.size == 4 ? four : layout.size == 6 ? six : nine;
}

/// The least copy that was seen so far. Its first row is 1, 2, 3, ..., so the second one decides nearly always.
class Least {
 public:
  explicit Least(const Layout& layout) : layout_(layout) {}

  /// Copies of `grid` that begin with its row `first`.
  void begin_with(const Grid& grid, std::size_t first) {
    const std::size_t band = first / layout_.box_rows * layout_.box_rows;
    for (const Line& columns : orders_of(layout_)) {
      std::array<std::uint8_t, kMaxSize + 1> digits{};
      for (std::size_t j = 0; j < layout_.size; ++j) digits[grid[first][columns[j]]] = static_cast<std::uint8_t>(j + 1);
      for (std::size_t second = band; second < band + layout_.box_rows; ++second) {
        if (second != first && may_be_least(grid[second], columns, digits)) take(grid, first, second, columns, digits);
      }
    }
  }

  [[nodiscard]] std::string text() const {
    std::string out;
    for (std::size_t i = 0; i < layout_.size; ++i) {
      for (std::size_t j = 0; j < layout_.size; ++j) out += static_cast<char>('0' + best_[i][j]);
    }
    return out;
  }

 private:
  using Digits = std::array<std::uint8_t, kMaxSize + 1>;

  [[nodiscard]] bool may_be_least(const Line& row, const Line& columns, const Digits& digits) const {
    if (!any_) return true;
    for (std::size_t j = 0; j < layout_.size; ++j) {
      const std::uint8_t digit = digits[row[columns[j]]];
      if (digit != best_[1][j]) return digit < best_[1][j];
    }
    return true;
  }

  void take(const Grid& grid, std::size_t first, std::size_t second, const Line& columns, const Digits& digits) {
    // Digits of a column differ, so the first column alone orders the rows of a band, and the bands.
    const std::size_t height = layout_.box_rows, bands = layout_.size / height, own = first / height;
    const auto lead = [&](std::uint8_t row) {
      return row == first ? -2 : row == second ? -1 : static_cast<int>(digits[grid[row][columns[0]]]);
    };
    std::array<std::uint8_t, kMaxSize> rows{}, band_order{};
    for (std::size_t i = 0; i < layout_.size; ++i) rows[i] = static_cast<std::uint8_t>(i);
    for (std::size_t b = 0; b < bands; ++b) {
      band_order[b] = static_cast<std::uint8_t>(b);
      const auto from = rows.begin() + static_cast<std::ptrdiff_t>(b * height);
      std::sort(from, from + static_cast<std::ptrdiff_t>(height),
                [&](std::uint8_t a, std::uint8_t c) { return lead(a) < lead(c); });
    }
    std::sort(band_order.begin(), band_order.begin() + static_cast<std::ptrdiff_t>(bands),
              [&](std::uint8_t a, std::uint8_t c) {
                return (a == own ? -2 : lead(rows[a * height])) < (c == own ? -2 : lead(rows[c * height]));
              });
    Grid copy{};
    for (std::size_t i = 0; i < layout_.size; ++i) {
      const Line& row = grid[rows[band_order[i / height] * height + i % height]];
      for (std::size_t j = 0; j < layout_.size; ++j) copy[i][j] = digits[row[columns[j]]];
    }
    if (any_ && !(copy < best_)) return;
    best_ = copy;
    any_ = true;
  }

  Layout layout_;
  Grid best_{};
  bool any_ = false;
};

}  // namespace

std::string solution_class(const Board& solution) {
  const Layout& layout = solution.layout;
  Grid upright{}, turned{};
  for (std::size_t cell = 0; cell < layout.cells(); ++cell) {
    upright[cell / layout.size][cell % layout.size] = solution.cells[cell];
    turned[cell % layout.size][cell / layout.size] = solution.cells[cell];
  }
  Least least(layout);
  for (std::size_t first = 0; first < layout.size; ++first) {
    least.begin_with(upright, first);
    if (layout.square_boxes()) least.begin_with(turned, first);
  }
  return least.text();
}

}  // namespace trm::tasks::sudoku
