#include "tasks/puzzles/view.h"

#include <cstddef>

namespace trm::tasks {

std::vector<std::uint8_t> PuzzleView::show(std::span<const std::uint8_t> board) const {
  std::vector<std::uint8_t> out(sources.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = names[board[sources[i]]];
  return out;
}

std::vector<std::uint8_t> PuzzleView::undo(std::span<const std::uint8_t> seen) const {
  std::vector<std::uint8_t> tokens(names.size()), out(sources.size());
  for (std::size_t t = 0; t < names.size(); ++t) tokens[names[t]] = static_cast<std::uint8_t>(t);
  for (std::size_t i = 0; i < out.size(); ++i) out[sources[i]] = tokens[seen[i]];
  return out;
}

}  // namespace trm::tasks
