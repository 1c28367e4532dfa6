#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "tasks/base/split.h"
#include "tasks/puzzles/sudoku/generator.h"
#include "tasks/puzzles/sudoku/solver.h"
#include "tasks/puzzles/sudoku/symmetry.h"
#include "tasks/task/task.h"
#include "tests/support/sweep.h"

namespace test_sudoku_symmetry {

using namespace trm;
using namespace trm::tasks;
using namespace trm::tasks::sudoku;

namespace {

Request request_of(std::size_t size, const std::string& split = "") {
  Request out;
  out.layout = *layout_of(size);
  out.split = split;
  return out;
}

Puzzle made(const Request& request, std::uint64_t index) {
  const Result<Puzzle> puzzle = generate(request, 11, index);
  REQUIRE(puzzle.ok());
  return *puzzle;
}

}  // namespace

TEST_CASE("augmentation keeps what is right") {
  for (const std::size_t size : {4u, 6u, 9u}) {
    Rng rng(1, stream_of("augment"), size);
    std::set<std::string> copies;
    for (std::uint64_t index = 0; index < 100; ++index) {
      const Puzzle puzzle = made(request_of(size), index);
      const Puzzle copy = augment(puzzle, rng);
      CAPTURE(compact_text(puzzle.question));
      CAPTURE(compact_text(copy.question));
      CHECK(copy.question.givens() == puzzle.question.givens());
      CHECK(is_solution(copy.question, copy.answer));
      CHECK(solve(copy.question).solutions == 1);
      CHECK(canonical_hash(copy.question) == canonical_hash(puzzle.question));
      CHECK(canonical_hash(copy.answer) == canonical_hash(puzzle.answer));
      copies.insert(compact_text(copy.answer));
    }
    CHECK(copies.size() > 80);
  }
}

TEST_CASE("symmetries are drawn as published") {
  // The published formula, cell by cell: new[i,j] = old[row_perm[i], col_perm[j]] of the transposed board or not.
  Rng rng(2, stream_of("symmetry"), 0);
  for (const std::size_t size : {4u, 6u, 9u}) {
    const Layout layout = *layout_of(size);
    const Board old = made(request_of(size), 0).answer;
    std::size_t transposed = 0;
    std::map<std::size_t, std::size_t> first_rows, first_digits;
    constexpr std::size_t draws = 3000;
    for (std::size_t draw = 0; draw < draws; ++draw) {
      const Symmetry s = random_symmetry(layout, rng);
      const Board changed = apply(s, old);
      transposed += s.transpose ? 1 : 0;
      ++first_rows[s.rows[0]];
      ++first_digits[s.digits[1]];
      REQUIRE(s.digits[0] == 0);
      for (std::size_t i = 0; i < size; ++i) {
        // Rows of one band come from one band.
        REQUIRE(s.rows[i] / layout.box_rows == s.rows[i / layout.box_rows * layout.box_rows] / layout.box_rows);
        for (std::size_t j = 0; j < size; ++j) {
          const std::size_t row = s.rows[i], column = s.columns[j];
          const std::uint8_t digit = s.transpose ? old.at(column, row) : old.at(row, column);
          REQUIRE(changed.at(i, j) == s.digits[digit]);
        }
      }
      REQUIRE(is_solution(changed, changed));
    }
    if (size == 6) {
      CHECK(transposed == 0);
    } else {
      CHECK(transposed > draws * 45 / 100);
      CHECK(transposed < draws * 55 / 100);
    }
    for (std::size_t i = 0; i < size; ++i) {
      CHECK(first_rows[i] > draws / size * 7 / 10);
      CHECK(first_digits[i + 1] > draws / size * 7 / 10);
    }
  }
}

TEST_CASE("the canonical hash tells minimal 4x4 puzzles apart: 13 of 4 givens, 22 of 5, 1 of 6") {
  // All that there are up to symmetry, as others counted them.
  std::map<std::size_t, std::set<std::uint64_t>> classes;
  for (std::uint64_t index = 0; index < 8000; ++index) {
    const Puzzle puzzle = made(request_of(4), index);
    classes[puzzle.question.givens()].insert(canonical_hash(puzzle.question));
  }
  CHECK(classes.size() == 3);
  CHECK(classes[4].size() == 13);
  CHECK(classes[5].size() == 22);
  CHECK(classes[6].size() == 1);
}

TEST_CASE("the canonical hash depends on every cell") {
  const Puzzle puzzle = made(request_of(9), 3);
  std::set<std::uint64_t> hashes = {canonical_hash(puzzle.question)};
  for (std::size_t cell = 0; cell < 81; ++cell) {
    Board other = puzzle.question;
    other.cells[cell] = other.cells[cell] == 0 ? puzzle.answer.cells[cell] : std::uint8_t{0};
    hashes.insert(canonical_hash(other));
  }
  CHECK(hashes.size() == 82);
  CHECK(canonical_text(puzzle.question).starts_with("sudoku 9 "));
  CHECK(canonical_text(puzzle.question).size() == 25);
}

TEST_CASE("splits share no puzzle, not even a copy") {
  for (const std::size_t size : {4u, 6u, 9u}) {
    CAPTURE(size);
    std::map<std::string, std::set<std::string>> canonical;
    for (const std::string split : {"train", "validation", "test"}) {
      const std::uint64_t puzzles = test::swept(split == "train" ? 2000 : size == 9 ? 100 : 500);
      for (std::uint64_t index = 0; index < puzzles; ++index) {
        const std::string text = canonical_text(made(request_of(size, split), index).question);
        REQUIRE(split_of(text) == split);
        canonical[split].insert(text);
      }
    }
    for (const std::string& text : canonical["test"]) {
      CHECK_FALSE(canonical["train"].contains(text));
      CHECK_FALSE(canonical["validation"].contains(text));
    }
    if (size == 9) CHECK(canonical["train"].size() == test::swept(2000));
  }
}

}  // namespace test_sudoku_symmetry
