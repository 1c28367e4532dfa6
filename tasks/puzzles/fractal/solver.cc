#include "tasks/puzzles/fractal/solver.h"

#include <array>
#include <utility>
#include <vector>

#include "tasks/puzzles/fractal/curve.h"

namespace trm::tasks::fractal {
namespace {

constexpr unsigned kSeveral = 2;

/// Effects by cause. A curve of 5 edges and a block of 5x5 cells in two colours are the largest.
class Table {
 public:
  static constexpr std::uint8_t kUnknown = 255;
  Table() { effects_.fill(kUnknown); }
  /// False: the cause has another effect.
  bool learn(std::size_t cause, std::uint8_t effect) {
    std::uint8_t& known = effects_[cause];
    if (known == kUnknown) known = effect;
    return known == effect;
  }
  [[nodiscard]] std::uint8_t effect(std::size_t cause) const { return effects_[cause]; }

 private:
  std::array<std::uint8_t, 64> effects_{};
};

std::size_t bit(std::uint8_t colour) {
  return colour == cell::kLight ? 1 : 0;
}

/// From cell `first` on learns from what is shown and draws the rest. cause_of(picture, i) is the cause of cell i,
/// which lies in earlier cells or in cells that are shown.
template <class CauseOf>
Solved complete(const Picture& question, std::size_t first, const CauseOf& cause_of) {
  Table table;
  for (std::size_t i = first; i < question.cells.size(); ++i) {
    if (question.cells[i] != cell::kBlank && !table.learn(cause_of(question, i), question.cells[i])) return {};
  }
  Picture out = question;
  for (std::size_t i = first; i < out.cells.size(); ++i) {
    if (out.cells[i] != cell::kBlank) continue;
    out.cells[i] = table.effect(cause_of(out, i));
    if (out.cells[i] == Table::kUnknown) return {kSeveral, {}};
  }
  return {1, std::move(out)};
}

/// The cause of a cell is the colour of the cell that became its block, and its place there.
Solved solve_substitution(const Picture& question, std::size_t k) {
  const std::size_t size = question.size;
  return complete(question, 0, [=](const Picture& picture, std::size_t i) {
    const std::size_t row = i / size, column = i % size;
    const std::uint8_t parent = picture.cells[row / k * size + column / k];
    return bit(parent) * k * k + row % k * k + column % k;
  });
}

/// The cause of a cell is the three cells above it; a row is a ring.
Solved solve_automaton(const Picture& question) {
  const std::size_t size = question.size;
  return complete(question, size, [=](const Picture& picture, std::size_t i) {
    const std::size_t above = i / size * size - size, column = i % size;
    return 4 * bit(picture.cells[above + (column + size - 1) % size]) + 2 * bit(picture.cells[above + column]) +
           bit(picture.cells[above + (column + 1) % size]);
  });
}

/// The drawing if every edge becomes k. A corner between two such groups turns as the corner between the edges did.
Solved solve_curve(const Picture& question, const Curve& shown, std::size_t k) {
  std::vector<Edge> edges = shown.edges;
  Table colours, turns;
  const auto cause = [&](std::size_t i) { return bit(edges[i / k].colour) * k + i % k; };
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (!colours.learn(cause(i), edges[i].colour)) return {};
    const bool turned = i % k == 0 ? edges[i].turn == edges[i / k].turn : turns.learn(cause(i), edges[i].turn);
    if (!turned) return {};
  }
  Solved out{1, question};
  Turtle turtle(out.answer, shown.end, shown.last_direction);
  const std::size_t length = next_length(edges.size(), k);
  while (edges.size() < length) {
    const std::size_t i = edges.size();
    Edge edge{};
    edges.push_back(edge);
    edge.colour = colours.effect(cause(i));
    edge.turn = i % k == 0 ? edges[i / k].turn : turns.effect(cause(i));
    if (edge.colour == Table::kUnknown || edge.turn == Table::kUnknown) return {kSeveral, {}};
    if (!turtle.draw(edge)) return {};
    edges.back() = edge;
  }
  return out;
}

Solved solve_curve(const Picture& question) {
  const std::optional<Curve> shown = follow(question);
  if (!shown) return {};
  Solved out;
  for (std::size_t k = kMinEdges; k <= kMaxEdges && k <= shown->edges.size(); ++k) {
    Solved one = solve_curve(question, *shown, k);
    if (one.solutions == 0) continue;
    if (one.solutions == kSeveral || (out.solutions == 1 && out.answer != one.answer)) return {kSeveral, {}};
    out = std::move(one);
  }
  return out;
}

}  // namespace

Solved solve(const Picture& question) {
  const std::optional<Layout> layout = layout_of(question);
  if (!layout) return {};
  if (layout->kind == Kind::curve) return solve_curve(question);
  const Picture upright = turned(question, layout->image);
  Solved out = layout->kind == Kind::automaton ? solve_automaton(upright)
                                               : solve_substitution(upright, block_side(question.size, layout->shown));
  if (out.solutions == 1) out.answer = turned(out.answer, inverse_image(layout->image));
  return out;
}

}  // namespace trm::tasks::fractal
