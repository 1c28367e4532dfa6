// Mazes as a family of puzzles.
#pragma once

#include <memory>

#include "tasks/maze/generator.h"
#include "tasks/puzzles/family.h"

namespace trm::tasks::maze {

/// Generates what `request` asks for; its split is not used.
std::unique_ptr<PuzzleFamily> make_family(const Request& request);

}  // namespace trm::tasks::maze
