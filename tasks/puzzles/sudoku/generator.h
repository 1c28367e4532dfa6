// Random puzzles with one solution.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/status.h"
#include "tasks/base/rng.h"
#include "tasks/puzzles/sudoku/board.h"

namespace trm::tasks::sudoku {

struct Request {
  Layout layout;
  std::size_t givens = 0;        ///< stop at so many givens; 0: minimal, so that no given can be left out
  std::size_t extra_givens = 0;  ///< 0 to so many, evenly drawn, are put back: easier puzzles beside hard ones
  std::uint32_t min_rating = 0;  ///< guesses that the puzzle has to need
  std::string split;             ///< "train", "validation" or "test"; empty: any
};

/// One puzzle of any split and rating, from one solution: givens are taken away in random order as long as the solution
/// stays the only one.
Puzzle random_puzzle(const Request& request, Rng& rng);

/// Puzzle `index` of (request, seed), which depends on nothing else. Error: nothing that the request asks for is found.
Result<Puzzle> generate(const Request& request, std::uint64_t seed, std::uint64_t index);

}  // namespace trm::tasks::sudoku
