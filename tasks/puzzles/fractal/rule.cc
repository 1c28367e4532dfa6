#include "tasks/puzzles/fractal/rule.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tasks/puzzles/fractal/curve.h"

namespace trm::tasks::fractal {
namespace {

std::uint8_t random_colour(Rng& rng, std::uint32_t dark_of_8) {
  return rng.below(8) < dark_of_8 ? cell::kDark : cell::kLight;
}

/// Corners of the turtle's way, in edges from its start.
struct Extent {
  int top = 0, bottom = 0, left = 0, right = 0;
};

Extent extent_of(const std::string& word) {
  Extent out;
  int row = 0, column = 0;
  unsigned direction = 1;
  for (const char c : word) {
    if (c == '+') direction = (direction + 1) % 4;
    if (c == '-') direction = (direction + 3) % 4;
    if (c != 'A' && c != 'B') continue;
    row += direction == 2 ? 1 : direction == 0 ? -1 : 0;
    column += direction == 1 ? 1 : direction == 3 ? -1 : 0;
    out.top = std::min(out.top, row), out.bottom = std::max(out.bottom, row);
    out.left = std::min(out.left, column), out.right = std::max(out.right, column);
  }
  return out;
}

std::string random_edges(std::size_t k, Rng& rng) {
  constexpr std::array<const char*, 3> turns = {"", "+", "-"};
  std::string out;
  for (std::size_t i = 0; i < k; ++i) {
    if (i > 0) out += turns[rng.below(3)];
    out += rng.below(2) == 0 ? 'A' : 'B';
  }
  return out;
}

}  // namespace

Substitution random_substitution(std::size_t k, Rng& rng) {
  Substitution out{k, {}, {}};
  // Half of the light blocks are light all over, as in the fractals that have names.
  const std::uint32_t dark_of_8 = rng.between(3, 6), dark_in_light = rng.below(2) == 0 ? 0 : rng.between(2, 6);
  for (std::size_t i = 0; i < k * k; ++i) {
    out.dark.push_back(i == 0 ? cell::kDark : random_colour(rng, dark_of_8));
    out.light.push_back(random_colour(rng, dark_in_light));
  }
  return out;
}

Picture draw(const Substitution& rule, std::size_t size) {
  const std::size_t k = rule.k;
  Picture out{1, {cell::kDark}};
  while (out.size < size) {
    Picture next{out.size * k, std::vector<std::uint8_t>(out.cells.size() * k * k)};
    for (std::size_t row = 0; row < next.size; ++row) {
      for (std::size_t column = 0; column < next.size; ++column) {
        const bool dark = out.cells[row / k * out.size + column / k] == cell::kDark;
        next.cells[row * next.size + column] = (dark ? rule.dark : rule.light)[row % k * k + column % k];
      }
    }
    out = std::move(next);
  }
  Picture corner{size, {}};
  for (std::size_t row = 0; row < size; ++row) {
    const auto first = out.cells.begin() + static_cast<std::ptrdiff_t>(row * out.size);
    corner.cells.insert(corner.cells.end(), first, first + static_cast<std::ptrdiff_t>(size));
  }
  return corner;
}

Picture draw_automaton(unsigned rule, const std::vector<std::uint8_t>& first_row) {
  const std::size_t size = first_row.size();
  Picture out{size, first_row};
  std::vector<std::uint8_t> row = first_row;
  while (out.cells.size() < size * size) {
    std::vector<std::uint8_t> next;
    for (std::size_t i = 0; i < size; ++i) {
      unsigned number = 0;
      for (const std::size_t at : {(i + size - 1) % size, i, (i + 1) % size})
        number = 2 * number + (row[at] == cell::kDark ? 1 : 0);
      next.push_back((rule >> number & 1U) != 0 ? cell::kDark : cell::kLight);
    }
    row = std::move(next);
    out.cells.insert(out.cells.end(), row.begin(), row.end());
  }
  return out;
}

LSystem random_l_system(std::size_t k, Rng& rng) {
  LSystem out{random_edges(k, rng), random_edges(k, rng)};
  out.A[0] = 'A';
  return out;
}

std::string rewrite(const LSystem& rule, unsigned times) {
  std::string word = "A";
  for (; times > 0; --times) {
    std::string next;
    for (const char c : word) {
      if (c == 'A')
        next += rule.A;
      else if (c == 'B')
        next += rule.B;
      else
        next += c;
    }
    word = std::move(next);
  }
  return word;
}

Picture draw_curve(const std::string& word, std::size_t edges, std::size_t size) {
  const Extent extent = extent_of(word);
  const int rows = 2 * (extent.bottom - extent.top) + 1, columns = 2 * (extent.right - extent.left) + 1;
  const int side = static_cast<int>(size);
  if (rows > side || columns > side) return {};
  const int row = (side - rows) / 2 - 2 * extent.top, column = (side - columns) / 2 - 2 * extent.left;
  const std::size_t start = static_cast<std::size_t>(row) * size + static_cast<std::size_t>(column);
  Picture out{size, std::vector<std::uint8_t>(size * size, cell::kBlank)};
  out.cells[start] = cell::kStart;
  Turtle turtle(out, start, 1);
  std::uint8_t turn = 0;
  for (const char c : word) {
    if (c == '+' || c == '-') {
      turn = c == '+' ? 1 : 3;
      continue;
    }
    if (edges-- == 0) break;
    if (!turtle.draw({c == 'A' ? cell::kDark : cell::kLight, turn})) return {};
    turn = 0;
  }
  return out;
}

}  // namespace trm::tasks::fractal
