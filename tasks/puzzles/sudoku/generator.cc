#include "tasks/puzzles/sudoku/generator.h"

#include <array>
#include <numeric>
#include <utility>

#include "tasks/base/split.h"
#include "tasks/puzzles/sudoku/solver.h"
#include "tasks/puzzles/sudoku/symmetry.h"
#include "tasks/task/task.h"

namespace trm::tasks::sudoku {
namespace {

/// A tenth of the puzzles are in the test split; rare ratings may need as much again, many times.
constexpr int kMaxAttempts = 20'000;

using Order = std::array<std::uint8_t, kMaxCells>;

/// The first `count` open cells of a random order get their digits back.
void put_back(Puzzle& puzzle, const Order& order, std::size_t count) {
  for (std::size_t i = 0; i < puzzle.question.layout.cells() && count > 0; ++i) {
    std::uint8_t& digit = puzzle.question.cells[order[i]];
    if (digit != 0) continue;
    digit = puzzle.answer.cells[order[i]];
    --count;
  }
  puzzle.rating = solve(puzzle.question).guesses;
}

}  // namespace

Puzzle random_puzzle(const Request& request, Rng& rng) {
  const Layout& layout = request.layout;
  Puzzle out;
  // The search favours some boards; a random copy of what it finds favours none of the copies.
  const auto solution = random_solution(layout, rng);
  out.answer = apply(random_symmetry(layout, rng), solution);
  out.question = out.answer;
  Order order{};
  std::iota(order.begin(), order.end(), std::uint8_t{0});
  for (std::size_t i = layout.cells(); i > 1; --i)
    std::swap(order[i - 1], order[rng.below(static_cast<std::uint32_t>(i))]);
  std::size_t left = layout.cells();
  // Once a given is needed it stays needed when others go: one pass leaves a minimal puzzle.
  for (std::size_t i = 0; i < layout.cells() && left > request.givens; ++i) {
    const std::uint8_t digit = std::exchange(out.question.cells[order[i]], std::uint8_t{0});
    const Solved solved = solve(out.question);
    if (solved.solutions == 1) {
      --left;
      out.rating = solved.guesses;
    } else {
      out.question.cells[order[i]] = digit;
    }
  }
  if (request.extra_givens > 0) put_back(out, order, rng.below(static_cast<std::uint32_t>(request.extra_givens) + 1));
  return out;
}

Result<Puzzle> generate(const Request& request, std::uint64_t seed, std::uint64_t index) {
  Rng rng(seed, stream_of("sudoku") + static_cast<std::uint32_t>(request.layout.size), index);
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    Puzzle puzzle = random_puzzle(request, rng);
    if (puzzle.rating < request.min_rating) continue;
    if (request.split.empty() || split_of(canonical_text(puzzle.question)) == request.split) return puzzle;
  }
  return Error{ErrorCode::bad_input, "", "rating",
               "none of " + std::to_string(kMaxAttempts) + " random puzzles needs " +
                   std::to_string(request.min_rating) + " guesses",
               "ask for a lower rating, or for fewer givens"};
}

}  // namespace trm::tasks::sudoku
