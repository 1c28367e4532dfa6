#include "tasks/puzzles/sudoku/ladder.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <span>
#include <vector>

namespace trm::tasks::sudoku {
namespace {

using Candidates = std::uint16_t;  // bit d-1: digit d

constexpr std::array<std::string_view, kRungs> kRungNames = {"naked single", "hidden single", "locked digits", "pair",
                                                             "x-wing"};

class Ladder {
 public:
  explicit Ladder(const Board& question) : layout_(question.layout) {
    const std::size_t n = layout_.size;
    units_.resize(3 * n);
    for (std::size_t cell = 0; cell < layout_.cells(); ++cell) {
      const std::size_t row = cell / n, column = cell % n;
      for (const std::size_t unit : {row, n + column, 2 * n + layout_.box_of(row, column)})
        units_[unit].push_back(cell);
      left_[cell] = static_cast<Candidates>((1u << n) - 1);
    }
    for (std::size_t cell = 0; cell < layout_.cells(); ++cell) {
      if (question.cells[cell] != 0) place(cell, bit(question.cells[cell]));
    }
  }

  Climb run() {
    Climb out;
    for (;;) {
      const std::size_t rung = naked_single()    ? 0
                               : hidden_single() ? 1
                               : locked_digits() ? 2
                               : pair()          ? 3
                               : x_wing()        ? 4
                                                 : kRungs;
      if (rung == kRungs) break;
      ++out.steps[rung];
    }
    out.solved = placed_ == layout_.cells();
    return out;
  }

 private:
  static Candidates bit(std::size_t digit) { return static_cast<Candidates>(1u << (digit - 1)); }

  void place(std::size_t cell, Candidates digit) {
    left_[cell] = 0;
    ++placed_;
    const std::size_t n = layout_.size, row = cell / n, column = cell % n;
    for (const std::size_t unit : {row, n + column, 2 * n + layout_.box_of(row, column)}) {
      for (const std::size_t other : units_[unit]) left_[other] = static_cast<Candidates>(left_[other] & ~digit);
    }
  }
  /// Was there anything to strike?
  bool strike(std::size_t cell, Candidates digits) {
    const bool any = (left_[cell] & digits) != 0;
    left_[cell] = static_cast<Candidates>(left_[cell] & ~digits);
    return any;
  }
  /// Places of a digit in a unit; bit i: its cell i.
  [[nodiscard]] Candidates places(std::size_t unit, Candidates digit) const {
    unsigned out = 0;
    for (std::size_t i = 0; i < layout_.size; ++i) out |= (left_[units_[unit][i]] & digit) != 0 ? 1u << i : 0u;
    return static_cast<Candidates>(out);
  }

  bool naked_single() {
    for (std::size_t cell = 0; cell < layout_.cells(); ++cell) {
      if (std::popcount(left_[cell]) != 1) continue;
      place(cell, left_[cell]);
      return true;
    }
    return false;
  }

  bool hidden_single() {
    for (std::size_t unit = 0; unit < units_.size(); ++unit) {
      for (std::size_t digit = 1; digit <= layout_.size; ++digit) {
        const Candidates here = places(unit, bit(digit));
        if (std::popcount(here) != 1) continue;
        place(units_[unit][static_cast<std::size_t>(std::countr_zero(here))], bit(digit));
        return true;
      }
    }
    return false;
  }

  bool locked_digits() {
    for (std::size_t from = 0; from < units_.size(); ++from) {
      for (std::size_t to = 0; to < units_.size(); ++to) {
        for (std::size_t digit = 1; from != to && digit <= layout_.size; ++digit) {
          if (locked(units_[from], units_[to], bit(digit))) return true;
        }
      }
    }
    return false;
  }
  bool locked(const std::vector<std::size_t>& from, const std::vector<std::size_t>& to, Candidates digit) {
    bool any_place = false;
    for (const std::size_t cell : from) {
      if ((left_[cell] & digit) == 0) continue;
      any_place = true;
      if (std::ranges::find(to, cell) == to.end()) return false;
    }
    bool any = false;
    for (const std::size_t cell : to) {
      if (any_place && std::ranges::find(from, cell) == from.end()) any = strike(cell, digit) || any;
    }
    return any;
  }

  bool pair() {
    for (std::size_t unit = 0; unit < units_.size(); ++unit) {
      for (std::size_t a = 0; a < layout_.size; ++a) {
        for (std::size_t b = a + 1; b < layout_.size; ++b) {
          if (naked_pair(units_[unit], a, b) || hidden_pair(unit, a + 1, b + 1)) return true;
        }
      }
    }
    return false;
  }
  /// Cells a and b of a unit have the same two candidates.
  bool naked_pair(const std::vector<std::size_t>& unit, std::size_t a, std::size_t b) {
    const Candidates shared = left_[unit[a]];
    if (std::popcount(shared) != 2 || left_[unit[b]] != shared) return false;
    bool any = false;
    for (std::size_t i = 0; i < unit.size(); ++i) any = (i != a && i != b && strike(unit[i], shared)) || any;
    return any;
  }
  /// Digits a and b have the same two places in a unit.
  bool hidden_pair(std::size_t unit, std::size_t a, std::size_t b) {
    const Candidates here = places(unit, bit(a));
    if (std::popcount(here) != 2 || places(unit, bit(b)) != here) return false;
    const auto others = static_cast<Candidates>(~(bit(a) | bit(b)));
    bool any = false;
    for (std::size_t i = 0; i < layout_.size; ++i) {
      if ((here >> i & 1) != 0) any = strike(units_[unit][i], others) || any;
    }
    return any;
  }

  bool x_wing() {
    const std::size_t n = layout_.size;
    for (const std::size_t lines : {std::size_t{0}, n}) {  // rows, then columns
      for (std::size_t a = 0; a < n; ++a) {
        for (std::size_t b = a + 1; b < n; ++b) {
          for (std::size_t digit = 1; digit <= n; ++digit) {
            if (x_wing(lines + a, lines + b, n - lines, bit(digit))) return true;
          }
        }
      }
    }
    return false;
  }
  /// `across`: the first of the units that cross both lines, in the order of their cells.
  bool x_wing(std::size_t a, std::size_t b, std::size_t across, Candidates digit) {
    const Candidates here = places(a, digit);
    if (std::popcount(here) != 2 || places(b, digit) != here) return false;
    bool any = false;
    for (std::size_t i = 0; i < layout_.size; ++i) {
      if ((here >> i & 1) == 0) continue;
      for (const std::size_t cell : units_[across + i]) {
        if (cell != units_[a][i] && cell != units_[b][i]) any = strike(cell, digit) || any;
      }
    }
    return any;
  }

  Layout layout_;
  std::vector<std::vector<std::size_t>> units_;  // rows, columns, boxes
  std::array<Candidates, kMaxCells> left_{};     // 0: placed
  std::size_t placed_ = 0;
};

}  // namespace

std::string_view rung_name(std::size_t rung) {
  return rung < kRungs ? kRungNames[rung] : "beyond the ladder";
}

std::size_t Climb::hardest() const {
  if (!solved) return kRungs;
  for (std::size_t rung = kRungs; rung > 0; --rung) {
    if (steps[rung - 1] > 0) return rung - 1;
  }
  return 0;
}

std::uint32_t Climb::total() const {
  return std::accumulate(steps.begin(), steps.end(), std::uint32_t{0});
}

Climb climb(const Board& question) {
  return Ladder(question).run();
}

}  // namespace trm::tasks::sudoku
