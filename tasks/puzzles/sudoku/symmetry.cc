#include "tasks/puzzles/sudoku/symmetry.h"

#include <algorithm>
#include <span>
#include <utility>

namespace trm::tasks::sudoku {
namespace {

template <std::size_t N>
void shuffle(std::array<std::uint8_t, N>& values, std::size_t first, std::size_t count, Rng& rng) {
  for (std::size_t i = count; i > 1; --i)
    std::swap(values[first + i - 1], values[first + rng.below(static_cast<std::uint32_t>(i))]);
}

/// Lines of one direction: groups (bands or stacks) of `width` lines, permuted, and the lines within each.
std::array<std::uint8_t, kMaxSize> random_lines(std::size_t size, std::size_t width, Rng& rng) {
  std::array<std::uint8_t, kMaxSize> groups{}, out{};
  for (std::size_t i = 0; i < size / width; ++i) groups[i] = static_cast<std::uint8_t>(i);
  shuffle(groups, 0, size / width, rng);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(groups[i / width] * width + i % width);
  for (std::size_t first = 0; first < size; first += width) shuffle(out, first, width, rng);
  return out;
}

/// A bijection of 64 bits whose every output bit depends on every input bit (Stafford's variant 13).
constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// Sums of mixed colours do not depend on the order of what they sum.
struct Colours {
  std::array<std::uint64_t, kMaxCells> cells{};

  void refine(const Board& board) {
    const Layout& layout = board.layout;
    std::array<std::uint64_t, kMaxSize> rows{}, columns{}, bands{}, stacks{}, boxes{};
    std::array<std::uint64_t, kMaxSize + 1> digits{};
    for (std::size_t cell = 0; cell < layout.cells(); ++cell) {
      const std::size_t row = cell / layout.size, column = cell % layout.size;
      const std::uint64_t mixed = mix(cells[cell]);
      rows[row] += mixed;
      columns[column] += mixed;
      boxes[layout.box_of(row, column)] += mixed;
      digits[board.cells[cell]] += mixed;
    }
    for (std::size_t i = 0; i < layout.size; ++i) {
      bands[i / layout.box_rows] += mix(rows[i]);
      stacks[i / layout.box_columns] += mix(columns[i]);
    }
    // What a blank shares with other blanks says nothing.
    digits[0] = 0;
    for (std::size_t cell = 0; cell < layout.cells(); ++cell) {
      const std::size_t row = cell / layout.size, column = cell % layout.size;
      std::uint64_t& colour = cells[cell];
      for (const std::uint64_t seen :
           {rows[row], bands[row / layout.box_rows], columns[column], stacks[column / layout.box_columns],
            boxes[layout.box_of(row, column)], digits[board.cells[cell]]})
        colour = mix(colour + 0x9e3779b97f4a7c15u) + seen;
    }
  }

  [[nodiscard]] std::uint64_t sum() const {
    std::uint64_t out = 0;
    for (const std::uint64_t colour : cells) out += mix(colour);
    return mix(out);
  }
};

std::uint64_t refined(const Board& board) {
  // What one cell says reaches every other one in two steps; the rest tells more of them apart.
  constexpr int rounds = 5;
  Colours colours;
  for (std::size_t i = 0; i < board.layout.cells(); ++i) colours.cells[i] = board.cells[i] == 0 ? 1 : 2;
  for (int round = 0; round < rounds; ++round) colours.refine(board);
  return colours.sum();
}

Symmetry transposition(const Layout& layout) {
  Symmetry out;
  out.transpose = true;
  for (std::size_t i = 0; i < layout.size; ++i) out.rows[i] = out.columns[i] = static_cast<std::uint8_t>(i);
  for (std::size_t d = 0; d < out.digits.size(); ++d) out.digits[d] = static_cast<std::uint8_t>(d);
  return out;
}

}  // namespace

Symmetry random_symmetry(const Layout& layout, Rng& rng) {
  Symmetry out;
  out.transpose = layout.square_boxes() && rng.below(2) == 1;
  out.rows = random_lines(layout.size, layout.box_rows, rng);
  out.columns = random_lines(layout.size, layout.box_columns, rng);
  for (std::size_t d = 0; d < out.digits.size(); ++d) out.digits[d] = static_cast<std::uint8_t>(d);
  shuffle(out.digits, 1, layout.size, rng);
  return out;
}

Board apply(const Symmetry& symmetry, const Board& board) {
  Board out;
  out.layout = board.layout;
  for (std::size_t cell = 0; cell < board.layout.cells(); ++cell)
    out.cells[cell] = symmetry.digits[board.cells[symmetry.source(board.layout, cell)]];
  return out;
}

Puzzle augment(const Puzzle& puzzle, Rng& rng) {
  const Symmetry symmetry = random_symmetry(puzzle.question.layout, rng);
  return {apply(symmetry, puzzle.question), apply(symmetry, puzzle.answer), puzzle.rating};
}

std::uint64_t canonical_hash(const Board& board) {
  const std::uint64_t upright = refined(board);
  if (!board.layout.square_boxes()) return upright;
  return std::min(upright, refined(apply(transposition(board.layout), board)));
}

std::string canonical_text(const Board& board) {
  const std::uint64_t hash = canonical_hash(board);
  std::string out = "sudoku " + std::to_string(board.layout.size) + " ";
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(hash >> shift) & 15];
  return out;
}

}  // namespace trm::tasks::sudoku
