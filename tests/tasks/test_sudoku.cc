#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "tasks/puzzles/sudoku/board.h"
#include "tasks/puzzles/sudoku/generator.h"
#include "tasks/puzzles/sudoku/solver.h"

namespace test_sudoku {

using namespace trm;
using namespace trm::tasks;
using namespace trm::tasks::sudoku;

namespace {

constexpr std::array<std::size_t, 3> kSizes = {4, 6, 9};

Layout layout(std::size_t size) {
  const Result<Layout> out = layout_of(size);
  REQUIRE(out.ok());
  return *out;
}

Puzzle made(std::size_t size, std::uint64_t seed, std::uint64_t index) {
  Request request;
  request.layout = layout(size);
  const Result<Puzzle> puzzle = generate(request, seed, index);
  REQUIRE(puzzle.ok());
  return *puzzle;
}

Board board(const std::string& text, std::size_t size = 9) {
  const Result<Board> out = parse(text, layout(size));
  REQUIRE(out.ok());
  return *out;
}

/// Solutions up to a limit, cell by cell without any cleverness; only the verifier says what is right.
std::size_t count_slowly(const Board& puzzle, std::size_t cell, std::size_t limit) {
  if (cell == puzzle.layout.cells()) return 1;
  if (puzzle.cells[cell] != 0) return count_slowly(puzzle, cell + 1, limit);
  std::size_t found = 0;
  for (std::uint8_t digit = 1; digit <= puzzle.layout.size && found < limit; ++digit) {
    Board next = puzzle;
    next.cells[cell] = digit;
    if (parse(compact_text(next), next.layout).ok()) found += count_slowly(next, cell + 1, limit - found);
  }
  return found;
}

std::string parse_error(const std::string& text, std::size_t size) {
  const Result<Board> out = parse(text, layout(size));
  REQUIRE_FALSE(out.ok());
  return out.error().text();
}

}  // namespace

TEST_CASE("layouts") {
  CHECK(layout(4) == Layout{4, 2, 2});
  CHECK(layout(6) == Layout{6, 2, 3});
  CHECK(layout(9) == Layout{9, 3, 3});
  CHECK_FALSE(layout(6).square_boxes());
  for (const std::size_t size : {0u, 5u, 8u, 16u}) CHECK_FALSE(layout_of(size).ok());
  CHECK(layout_of(5).error().text() == "size: 5 is not a size of a sudoku here; fix: use 4, 6 or 9");
  for (const std::size_t size : kSizes) {
    std::vector<std::size_t> cells(size);
    for (std::size_t i = 0; i < size * size; ++i) ++cells[layout(size).box_of(i / size, i % size)];
    CHECK(cells == std::vector<std::size_t>(size, size));
  }
}

TEST_CASE("known sudokus") {
  // Wikipedia's example; singles are enough.
  const Solved easy = solve(board("53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79"));
  CHECK(easy.solutions == 1);
  CHECK(easy.guesses == 0);
  CHECK(compact_text(easy.first) ==
        "534678912672195348198342567859761423426853791713924856961537284287419635345286179");
  // Inkala 2010: many guesses.
  const Solved hard = solve(board("..53.....8......2..7..1.5..4....53...1..7...6..32...8..6.5....9..4....3......97.."));
  CHECK(hard.solutions == 1);
  CHECK(hard.guesses > 10);
  CHECK(compact_text(hard.first) ==
        "145327698839654127672918543496185372218473956753296481367542819984761235521839764");
  // 17 givens, the least that any unique 9x9 has.
  CHECK(solve(board("000000010400000000020000000000050407008000300001090000300400200050100000000806000")).solutions ==
        1);
  CHECK(solve(board(std::string(81, '.'))).solutions == 2);
  CHECK(solve(board("1234......43....", 4)).solutions == 2);
  // No digit is left for the last cell of the first row.
  CHECK(solve(board("123............4", 4)).solutions == 0);
  Board clash = board(std::string(16, '.'), 4);
  clash.cells[0] = clash.cells[1] = 1;
  CHECK(solve(clash).solutions == 0);
}

TEST_CASE("generator, solver and verifier agree") {
  for (const std::size_t size : kSizes) {
    for (std::uint64_t index = 0; index < 300; ++index) {
      const Puzzle puzzle = made(size, 5, index);
      CAPTURE(compact_text(puzzle.question));
      const Solved solved = solve(puzzle.question);
      CHECK(solved.solutions == 1);
      CHECK(solved.first == puzzle.answer);
      CHECK(solved.guesses == puzzle.rating);
      CHECK(is_solution(puzzle.question, puzzle.answer));
      CHECK(is_solution(puzzle.answer, puzzle.answer));
      CHECK_FALSE(is_solution(puzzle.question, puzzle.question));
    }
  }
}

TEST_CASE("puzzles are minimal") {
  for (const std::size_t size : kSizes) {
    for (std::uint64_t index = 0; index < 100; ++index) {
      const Puzzle puzzle = made(size, 6, index);
      CAPTURE(compact_text(puzzle.question));
      for (std::size_t cell = 0; cell < puzzle.question.layout.cells(); ++cell) {
        if (puzzle.question.cells[cell] == 0) continue;
        Board fewer = puzzle.question;
        fewer.cells[cell] = 0;
        CHECK(solve(fewer).solutions == 2);
      }
    }
  }
}

TEST_CASE("the solver counts as a search without cleverness does") {
  Rng rng(3, stream_of("count"), 0);
  std::array<std::size_t, 3> seen{};
  for (std::uint64_t index = 0; index < 200; ++index) {
    Board puzzle = made(4, 7, index).question;
    // Another given may contradict the others, a given less leaves more solutions.
    const std::size_t cell = rng.below(16);
    puzzle.cells[cell] = static_cast<std::uint8_t>(rng.below(5));
    if (!parse(compact_text(puzzle), puzzle.layout).ok()) continue;
    CAPTURE(compact_text(puzzle));
    const std::size_t slowly = count_slowly(puzzle, 0, 2);
    CHECK(solve(puzzle).solutions == slowly);
    ++seen[slowly];
  }
  for (const std::size_t times : seen) CHECK(times > 5);
}

TEST_CASE("every corruption of a cell is wrong") {
  for (const std::size_t size : kSizes) {
    for (std::uint64_t index = 0; index < 20; ++index) {
      const Puzzle puzzle = made(size, 8, index);
      CAPTURE(compact_text(puzzle.question));
      for (std::size_t cell = 0; cell < puzzle.answer.layout.cells(); ++cell) {
        for (std::uint8_t digit = 0; digit <= kMaxSize + 1; ++digit) {
          if (digit == puzzle.answer.cells[cell]) continue;
          Board wrong = puzzle.answer;
          wrong.cells[cell] = digit;
          CHECK_FALSE(is_solution(puzzle.question, wrong));
        }
      }
    }
  }
  // A right board that does not keep a given, and boards of other sizes.
  const Puzzle one = made(9, 8, 0), other = made(9, 8, 1);
  CHECK(is_solution(other.answer, other.answer));
  CHECK_FALSE(is_solution(one.question, other.answer));
  CHECK_FALSE(is_solution(one.question, made(4, 8, 0).answer));
}

TEST_CASE("a puzzle is a function of request, seed and index") {
  std::set<std::string> seen;
  for (std::uint64_t index = 0; index < 50; ++index) {
    const Puzzle puzzle = made(9, 1, index);
    CHECK(puzzle.question == made(9, 1, index).question);
    CHECK(seen.insert(compact_text(puzzle.question)).second);
    CHECK(seen.insert(compact_text(made(9, 2, index).question)).second);
  }
}

TEST_CASE("extra givens make some puzzles easier and leave the others alone") {
  Request request, easier;
  easier.extra_givens = 30;
  std::set<std::size_t> extras;
  for (std::uint64_t index = 0; index < 60; ++index) {
    const Result<Puzzle> minimal = generate(request, 1, index), puzzle = generate(easier, 1, index);
    REQUIRE(minimal.ok());
    REQUIRE(puzzle.ok());
    CHECK(minimal->answer == puzzle->answer);
    for (std::size_t cell = 0; cell < 81; ++cell) {
      const std::uint8_t given = puzzle->question.cells[cell];
      CHECK((given == puzzle->answer.cells[cell] || given == minimal->question.cells[cell]));
      if (minimal->question.cells[cell] != 0) CHECK(given != 0);
    }
    const Solved solved = solve(puzzle->question);
    CHECK(solved.solutions == 1);
    CHECK(solved.guesses == puzzle->rating);
    extras.insert(puzzle->question.givens() - minimal->question.givens());
  }
  CHECK(*extras.begin() <= 2);
  CHECK(*extras.rbegin() >= 28);
  CHECK(extras.size() > 15);
}

TEST_CASE("givens and ratings on request") {
  Request request;
  request.givens = 40;
  for (std::uint64_t index = 0; index < 20; ++index) {
    const Result<Puzzle> puzzle = generate(request, 1, index);
    REQUIRE(puzzle.ok());
    CHECK(puzzle->question.givens() == 40);
    CHECK(solve(puzzle->question).solutions == 1);
  }
  request.givens = 0;
  request.min_rating = 6;
  for (std::uint64_t index = 0; index < 20; ++index) {
    const Result<Puzzle> puzzle = generate(request, 1, index);
    REQUIRE(puzzle.ok());
    CHECK(puzzle->rating >= 6);
  }
  request.layout = layout(4);
  const Result<Puzzle> none = generate(request, 1, 0);
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().text() ==
        "rating: none of 20000 random puzzles needs 6 guesses; fix: ask for a lower rating, or for fewer givens");
}

TEST_CASE("text and tokens") {
  for (const std::size_t size : kSizes) {
    const Puzzle puzzle = made(size, 9, 0);
    const Layout shape = layout(size);
    for (const Board& b : {puzzle.question, puzzle.answer}) {
      CHECK(board(compact_text(b), size) == b);
      CHECK(board(pretty_text(shape, compact_text(b)), size) == b);
      const std::vector<std::uint8_t> tokens = tokens_of(b);
      const Result<Board> back = board_of(tokens, shape);
      REQUIRE(back.ok());
      CHECK(*back == b);
    }
  }
  CHECK(vocab_size(layout(9)) == 11);
  CHECK(vocab_size(layout(4)) == 6);
  const Board small = board("1 2 | . 0\n----+----\r\n....\n....\n...4", 4);
  CHECK(compact_text(small) == "12.............4");
  CHECK(pretty_text(small.layout, compact_text(small)) == "1 2 | . .\n. . | . .\n\n. . | . .\n. . | . 4\n");
  CHECK(tokens_of(small) == std::vector<std::uint8_t>{2, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5});
}

TEST_CASE("bad boards") {
  CHECK(parse_error("", 4) == "has 0 cells, not 16; fix: write all cells");
  CHECK(parse_error("123", 4) == "has 3 cells, not 16; read as \"123\"; fix: write all cells");
  CHECK(parse_error(std::string(17, '.'), 4) ==
        "has 17 cells, not 16; read as \".................\"; fix: write all cells");
  CHECK(parse_error("12y.............", 4) ==
        "row 1, column 3: \"y\" is neither a digit nor a blank; fix: write 1 to 4, or . for a blank");
  CHECK(parse_error(".....5..........", 4) ==
        "row 2, column 2: \"5\" is neither a digit nor a blank; fix: write 1 to 4, or . for a blank");
  CHECK(parse_error("\xff...............", 4) ==
        "row 1, column 1: \"\\xff\" is neither a digit nor a blank; fix: write 1 to 4, or . for a blank");
  CHECK(parse_error("1..1............", 4) == "row 1, column 4: 1 stands twice in its row; fix: change one");
  CHECK(parse_error("1...........1...", 4) == "row 4, column 1: 1 stands twice in its column; fix: change one");
  CHECK(parse_error("1....1..........", 4) == "row 2, column 2: 1 stands twice in its box; fix: change one");
  CHECK(parse_error("1.......1" + std::string(27, '.'), 6) ==
        "row 2, column 3: 1 stands twice in its box; fix: change one");

  const Layout small = layout(4);
  std::vector<std::uint8_t> tokens(16, 1);
  CHECK(board_of(tokens, small).ok());
  tokens[5] = 6;
  CHECK(board_of(tokens, small).error().text() == "row 2, column 2: token 6 is no cell; fix: use 1 to 5");
  tokens[5] = 0;
  CHECK(board_of(tokens, small).error().text() == "row 2, column 2: token 0 is no cell; fix: use 1 to 5");
  tokens.pop_back();
  CHECK(board_of(tokens, small).error().text() == "has 15 tokens, not 16; fix: use another size");
}

}  // namespace test_sudoku
