#include "tasks/puzzles/maze/generator.h"

#include <array>
#include <utility>

#include "tasks/base/rng.h"
#include "tasks/base/split.h"
#include "tasks/puzzles/maze/solver.h"
#include "tasks/task/task.h"

namespace trm::tasks::maze {
namespace {

constexpr int kMaxAttempts = 20'000;

/// Draws walls. Rooms are the cells at odd rows and columns; the cell between two neighbours is their wall or their
/// door. A grid of even size has no outer wall at two of its sides, where its edge does as well.
class Builder {
 public:
  Builder(std::size_t size, Rng& rng) : rng_(rng), grid_{size, std::vector<std::uint8_t>(size * size, cell::kWall)} {}

  Grid build() {
    grow();
    add_loops();
    return dihedral(grid_, rng_.below(kDihedralImages));
  }

 private:
  using Step = std::pair<std::ptrdiff_t, std::ptrdiff_t>;
  static constexpr std::array<Step, 4> kSteps = {{{-2, 0}, {2, 0}, {0, -2}, {0, 2}}};

  [[nodiscard]] std::size_t width() const { return grid_.size; }

  /// The room two cells away; grid_.cells.size() beyond the edge.
  [[nodiscard]] std::size_t neighbour(std::size_t room, const Step& step) const {
    const auto row = static_cast<std::ptrdiff_t>(room / width()) + step.first;
    const auto column = static_cast<std::ptrdiff_t>(room % width()) + step.second;
    const auto size = static_cast<std::ptrdiff_t>(width());
    if (row < 0 || column < 0 || row >= size || column >= size) return grid_.cells.size();
    return static_cast<std::size_t>(row * size + column);
  }

  /// The growing tree: a door from a room that is in to one that is not. Going on from the newest room makes long
  /// winding corridors, going on from any makes many short ones; how often which differs from maze to maze.
  void grow() {
    const std::uint32_t newest_of_8 = rng_.between(4, 8);
    const std::uint32_t rooms = static_cast<std::uint32_t>(width() / 2);
    std::vector<std::size_t> active = {(2 * rng_.below(rooms) + 1) * width() + 2 * rng_.below(rooms) + 1};
    grid_.cells[active[0]] = cell::kOpen;
    while (!active.empty()) {
      const std::size_t which =
          rng_.below(8) < newest_of_8 ? active.size() - 1 : rng_.below(static_cast<std::uint32_t>(active.size()));
      const std::size_t room = active[which];
      std::array<std::size_t, 4> free{};
      std::uint32_t count = 0;
      for (const Step& step : kSteps) {
        const std::size_t to = neighbour(room, step);
        if (to < grid_.cells.size() && grid_.cells[to] == cell::kWall) free[count++] = to;
      }
      if (count == 0) {
        active.erase(active.begin() + static_cast<std::ptrdiff_t>(which));
        continue;
      }
      const std::size_t to = free[rng_.below(count)];
      grid_.cells[to] = grid_.cells[(room + to) / 2] = cell::kOpen;
      active.push_back(to);
    }
  }

  /// Doors where a tree has walls, up to one wall in eight: then a path is not the only one, and the shortest one has
  /// to be found.
  void add_loops() {
    const std::uint32_t of_64 = rng_.below(9);
    for (std::size_t row = 1; row < width(); row += 2) {
      for (std::size_t column = 1; column < width(); column += 2) {
        const std::size_t room = row * width() + column;
        for (const Step& step : {kSteps[1], kSteps[3]}) {
          const std::size_t to = neighbour(room, step);
          if (to < grid_.cells.size() && rng_.below(64) < of_64) grid_.cells[(room + to) / 2] = cell::kOpen;
        }
      }
    }
  }

  Rng& rng_;
  Grid grid_;
};

std::size_t pick(const std::vector<std::size_t>& cells, Rng& rng) {
  return cells[rng.below(static_cast<std::uint32_t>(cells.size()))];
}

/// Puts start and goal into the maze; false: no goal is far enough from this start.
bool place_ends(Grid& grid, std::size_t min_steps, Rng& rng) {
  std::vector<std::size_t> cells;
  for (std::size_t i = 0; i < grid.cells.size(); ++i)
    if (grid.cells[i] == cell::kOpen) cells.push_back(i);
  const std::size_t start = pick(cells, rng);
  const Reach reach = search(grid, start);
  std::erase_if(cells,
                [&](std::size_t at) { return at == start || reach.steps[at] < min_steps || reach.paths[at] != 1; });
  if (cells.empty()) return false;
  grid.cells[start] = cell::kStart;
  grid.cells[pick(cells, rng)] = cell::kGoal;
  return true;
}

}  // namespace

Result<Puzzle> generate(const Request& request, std::uint64_t seed, std::uint64_t index) {
  if (request.size < kMinSize || request.size > kMaxSize) {
    return Error{ErrorCode::bad_input, "", "size", std::to_string(request.size) + " is not a size of a maze",
                 "use " + std::to_string(kMinSize) + " to " + std::to_string(kMaxSize)};
  }
  Rng rng(seed, stream_of("maze") + static_cast<std::uint32_t>(request.size), index);
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    Grid question = Builder(request.size, rng).build();
    if (!place_ends(question, request.min_steps, rng)) continue;
    if (!request.split.empty() && split_of(canonical_text(question)) != request.split) continue;
    Solved solved = solve(question);
    return Puzzle{std::move(question), std::move(solved.answer), solved.steps};
  }
  return Error{ErrorCode::bad_input, "", "path",
               "none of " + std::to_string(kMaxAttempts) + " random mazes has a shortest path of " +
                   std::to_string(request.min_steps) + " steps",
               "ask for a shorter one"};
}

}  // namespace trm::tasks::maze
