#include "tasks/puzzles/maze/solver.h"

#include <algorithm>

namespace trm::tasks::maze {

Reach search(const Grid& grid, std::size_t from) {
  const std::size_t size = grid.size, cells = grid.cells.size();
  Reach out{std::vector<std::size_t>(cells, Reach::kNowhere), std::vector<std::uint8_t>(cells, 0),
            std::vector<std::size_t>(cells, Reach::kNowhere)};
  std::vector<std::size_t> queue = {from};
  queue.reserve(cells);
  out.steps[from] = 0;
  out.paths[from] = 1;
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const std::size_t at = queue[head];
    const auto visit = [&](std::size_t to) {
      if (grid.cells[to] == cell::kWall) return;
      if (out.steps[to] == Reach::kNowhere) {
        out.steps[to] = out.steps[at] + 1;
        out.came_by[to] = at;
        queue.push_back(to);
      }
      if (out.steps[to] == out.steps[at] + 1)
        out.paths[to] = static_cast<std::uint8_t>(std::min(2, out.paths[to] + out.paths[at]));
    };
    if (at >= size) visit(at - size);
    if (at + size < cells) visit(at + size);
    if (at % size != 0) visit(at - 1);
    if (at % size != size - 1) visit(at + 1);
  }
  return out;
}

Solved solve(const Grid& question) {
  const std::size_t start = question.find(cell::kStart), goal = question.find(cell::kGoal);
  const Reach reach = search(question, start);
  Solved out{0, reach.paths[goal], question};
  if (out.paths == 0) return out;
  out.steps = reach.steps[goal];
  for (std::size_t at = reach.came_by[goal]; at != start; at = reach.came_by[at]) out.answer.cells[at] = cell::kPath;
  return out;
}

}  // namespace trm::tasks::maze
