#include "tasks/puzzles/sudoku/solver.h"

#include <array>
#include <bit>
#include <numeric>
#include <utility>

namespace trm::tasks::sudoku {
namespace {

using Mask = std::uint16_t;  // bit d-1: digit d

/// The rows, columns and boxes of a layout.
struct Units {
  std::size_t size = 0;
  std::array<std::array<std::uint8_t, kMaxSize>, 3 * kMaxSize> cells{};  // cells of each unit
  std::array<std::array<std::uint8_t, 3>, kMaxCells> of{};               // row, column and box of each cell

  explicit constexpr Units(const Layout& layout) : size(layout.size) {
    std::array<std::size_t, 3 * kMaxSize> filled{};
    for (std::size_t cell = 0; cell < layout.cells(); ++cell) {
      const std::size_t row = cell / size, column = cell % size;
      const std::size_t units[3] = {row, size + column, 2 * size + layout.box_of(row, column)};
      for (std::size_t k = 0; k < 3; ++k) {
        of[cell][k] = static_cast<std::uint8_t>(units[k]);
        cells[units[k]][filled[units[k]]++] = static_cast<std::uint8_t>(cell);
      }
    }
  }
};

constexpr Units kUnits4{Layout{4, 2, 2}};
constexpr Units kUnits6{Layout{6, 2, 3}};
constexpr Units kUnits9{Layout{9, 3, 3}};

const Units& units_of(const Layout& layout) {
  return layout.size == 4 ? kUnits4 : layout.size == 6 ? kUnits6 : kUnits9;
}

class Search {
 public:
  explicit Search(const Layout& layout) : layout_(layout), units_(units_of(layout)) { out_.first.layout = layout; }

  /// With `rng` the digits are tried in random order, and the first solution ends the search.
  Solved run(const Board& board, Rng* rng) {
    rng_ = rng;
    wanted_ = rng == nullptr ? 2 : 1;
    State state;
    for (std::size_t cell = 0; cell < layout_.cells(); ++cell) {
      if (board.cells[cell] == 0) continue;
      const Mask bit = static_cast<Mask>(1u << (board.cells[cell] - 1));
      if ((candidates(state, cell) & bit) == 0) return out_;
      place(state, cell, bit);
    }
    descend(state);
    return out_;
  }

 private:
  struct State {
    std::array<Mask, kMaxCells> cells{};    // the digit of a cell as a bit; 0: blank
    std::array<Mask, 3 * kMaxSize> used{};  // digits that a unit has
  };
  static constexpr std::size_t kSolved = kMaxCells;
  static constexpr std::size_t kContradiction = kMaxCells + 1;

  [[nodiscard]] Mask all() const { return static_cast<Mask>((1u << layout_.size) - 1); }
  [[nodiscard]] Mask candidates(const State& state, std::size_t cell) const {
    const auto& of = units_.of[cell];
    return static_cast<Mask>(all() & ~(state.used[of[0]] | state.used[of[1]] | state.used[of[2]]));
  }
  void place(State& state, std::size_t cell, Mask bit) const {
    state.cells[cell] = bit;
    for (const std::uint8_t unit : units_.of[cell]) state.used[unit] = static_cast<Mask>(state.used[unit] | bit);
  }

  /// Fills in singles. Returns the blank cell with the fewest candidates, solved or contradiction.
  std::size_t settle(State& state) const {
    for (;;) {
      std::size_t best = kSolved;
      int fewest = kMaxSize + 1;
      bool placed = false;
      for (std::size_t cell = 0; cell < layout_.cells(); ++cell) {
        if (state.cells[cell] != 0) continue;
        const Mask left = candidates(state, cell);
        if (left == 0) return kContradiction;
        const int count = std::popcount(left);
        if (count == 1) {
          place(state, cell, left);
          placed = true;
        } else if (count < fewest) {
          fewest = count;
          best = cell;
        }
      }
      if (placed) continue;
      if (best == kSolved) return kSolved;
      for (std::size_t unit = 0; unit < 3 * layout_.size; ++unit) {
        Mask once = 0, twice = 0;
        for (std::size_t i = 0; i < layout_.size; ++i) {
          const std::size_t cell = units_.cells[unit][i];
          if (state.cells[cell] != 0) continue;
          const Mask left = candidates(state, cell);
          twice = static_cast<Mask>(twice | (once & left));
          once = static_cast<Mask>(once | left);
        }
        if ((once | state.used[unit]) != all()) return kContradiction;
        for (Mask hidden = static_cast<Mask>(once & ~twice); hidden != 0;
             hidden = static_cast<Mask>(hidden & (hidden - 1))) {
          const Mask bit = static_cast<Mask>(hidden & -hidden);
          if (!place_hidden(state, unit, bit)) return kContradiction;
          placed = true;
        }
      }
      if (!placed) return best;
    }
  }

  /// The one blank cell of the unit that can take the digit; false if another hidden single has just taken it.
  bool place_hidden(State& state, std::size_t unit, Mask bit) const {
    for (std::size_t i = 0; i < layout_.size; ++i) {
      const std::size_t cell = units_.cells[unit][i];
      if (state.cells[cell] != 0 || (candidates(state, cell) & bit) == 0) continue;
      place(state, cell, bit);
      return true;
    }
    return false;
  }

  void descend(State state) {
    const std::size_t cell = settle(state);
    if (cell == kContradiction) return;
    if (cell == kSolved) {
      if (out_.solutions++ == 0) {
        for (std::size_t i = 0; i < layout_.cells(); ++i)
          out_.first.cells[i] = static_cast<std::uint8_t>(std::countr_zero(state.cells[i]) + 1);
      }
      return;
    }
    for (Mask left = candidates(state, cell); left != 0 && out_.solutions < wanted_;) {
      const Mask bit = pick(left);
      left = static_cast<Mask>(left & ~bit);
      State next = state;
      place(next, cell, bit);
      ++out_.guesses;
      descend(next);
    }
  }

  /// The lowest bit, or a random one.
  Mask pick(Mask left) {
    if (rng_ != nullptr) {
      for (std::uint32_t skip = rng_->below(static_cast<std::uint32_t>(std::popcount(left))); skip > 0; --skip)
        left = static_cast<Mask>(left & (left - 1));
    }
    return static_cast<Mask>(left & -left);
  }

  const Layout layout_;
  const Units& units_;
  Rng* rng_ = nullptr;
  unsigned wanted_ = 2;
  Solved out_;
};

}  // namespace

Solved solve(const Board& board) {
  return Search(board.layout).run(board, nullptr);
}

Board random_solution(const Layout& layout, Rng& rng) {
  Board empty;
  empty.layout = layout;
  return Search(layout).run(empty, &rng).first;
}

}  // namespace trm::tasks::sudoku
