// Random mazes with one shortest path, which is long.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/status.h"
#include "tasks/puzzles/maze/grid.h"

namespace trm::tasks::maze {

/// The hard set of the HRM paper has 30x30 cells and shortest paths of at least 110 steps; winding paths grow with the
/// area, so other sizes get the same part of theirs.
constexpr std::size_t default_min_steps(std::size_t size) {
  return 110 * size * size / 900;
}

struct Request {
  std::size_t size = 30;
  std::size_t min_steps = default_min_steps(30);
  std::string split;  ///< "train", "validation" or "test"; empty: any
};

/// Maze `index` of (request, seed), which depends on nothing else. Error: a size that is not from 5 to 99; no path is
/// as long as the request asks for.
Result<Puzzle> generate(const Request& request, std::uint64_t seed, std::uint64_t index);

}  // namespace trm::tasks::maze
