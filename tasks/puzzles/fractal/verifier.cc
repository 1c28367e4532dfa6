#include "tasks/puzzles/fractal/verifier.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "tasks/puzzles/fractal/curve.h"

namespace trm::tasks::fractal {
namespace {

bool keeps(const Picture& question, const Picture& answer) {
  for (std::size_t i = 0; i < question.cells.size(); ++i)
    if (question.cells[i] != cell::kBlank && question.cells[i] != answer.cells[i]) return false;
  return true;
}

/// Is every block the same as all others whose parents have the colour of its own, as far as both lie in the picture?
bool is_substitution(const Picture& picture, std::size_t k) {
  using Cause = std::tuple<std::uint8_t, std::size_t, std::size_t>;
  std::map<Cause, std::uint8_t> effects;
  for (std::size_t row = 0; row < picture.size; ++row) {
    for (std::size_t column = 0; column < picture.size; ++column) {
      const Cause cause{picture.cells[(row / k) * picture.size + column / k], row % k, column % k};
      const std::uint8_t effect = picture.cells[row * picture.size + column];
      if (effects.try_emplace(cause, effect).first->second != effect) return false;
    }
  }
  return true;
}

/// Are cells the same wherever the three above them are, on rows that are rings?
bool is_automaton(const Picture& picture) {
  using Cause = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t>;
  std::map<Cause, std::uint8_t> effects;
  for (std::size_t row = 1; row < picture.size; ++row) {
    const std::uint8_t* above = picture.cells.data() + (row - 1) * picture.size;
    for (std::size_t column = 0; column < picture.size; ++column) {
      const std::size_t left = column == 0 ? picture.size - 1 : column - 1;
      const std::size_t right = column + 1 == picture.size ? 0 : column + 1;
      const std::uint8_t effect = above[picture.size + column];
      if (effects.try_emplace({above[left], above[column], above[right]}, effect).first->second != effect) return false;
    }
  }
  return true;
}

/// Is every group of k edges the same, turns inside it too, as all others that come from an edge of its colour, and do
/// groups follow one another as the edges do?
bool is_curve(const std::vector<Edge>& edges, std::size_t k) {
  std::map<std::uint8_t, std::vector<Edge>> groups;
  for (std::size_t parent = 0; parent < edges.size() / k; ++parent) {
    const auto first = edges.begin() + static_cast<std::ptrdiff_t>(parent * k);
    std::vector<Edge> group(first, first + static_cast<std::ptrdiff_t>(k));
    if (group[0].turn != edges[parent].turn) return false;
    group[0].turn = 0;
    if (groups.try_emplace(edges[parent].colour, group).first->second != group) return false;
  }
  return true;
}

bool is_next_curve(const Picture& question, const Picture& answer) {
  const std::optional<Curve> shown = follow(question), drawn = follow(answer);
  if (!shown || !drawn) return false;
  for (std::size_t k = kMinEdges; k <= std::min(kMaxEdges, shown->edges.size()); ++k)
    if (drawn->edges.size() == next_length(shown->edges.size(), k) && is_curve(drawn->edges, k)) return true;
  return false;
}

}  // namespace

bool is_solution(const Picture& question, const Picture& answer) {
  const std::optional<Layout> layout = layout_of(question);
  if (!layout || answer.size != question.size || !keeps(question, answer)) return false;
  if (layout->kind == Kind::curve) return is_next_curve(question, answer);
  if (!std::all_of(answer.cells.begin(), answer.cells.end(), is_colour)) return false;
  const Picture upright = turned(answer, layout->image);
  return layout->kind == Kind::automaton ? is_automaton(upright)
                                         : is_substitution(upright, block_side(question.size, layout->shown));
}

}  // namespace trm::tasks::fractal
