// Shortest paths, and how many there are.
#pragma once

#include <cstddef>
#include <vector>

#include "tasks/puzzles/maze/grid.h"

namespace trm::tasks::maze {

/// What a breadth-first search from one cell knows about every other.
struct Reach {
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
  std::vector<std::size_t> steps;    ///< nowhere: cannot be reached
  std::vector<std::uint8_t> paths;   ///< shortest ones: 0, 1, or 2 for "more than one"
  std::vector<std::size_t> came_by;  ///< the cell before, on one of them
};
Reach search(const Grid& grid, std::size_t from);

struct Solved {
  std::size_t steps = 0;  ///< of a shortest path
  unsigned paths = 0;     ///< shortest ones: 0, 1, or 2 for "more than one"
  Grid answer;            ///< one of them marked
};
/// `question` has a start and a goal.
Solved solve(const Grid& question);

}  // namespace trm::tasks::maze
