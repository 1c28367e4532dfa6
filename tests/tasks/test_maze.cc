#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tasks/base/rng.h"
#include "tasks/base/split.h"
#include "tasks/puzzles/maze/generator.h"
#include "tasks/puzzles/maze/grid.h"
#include "tasks/puzzles/maze/solver.h"
#include "tasks/task/task.h"

namespace test_maze {

using namespace trm;
using namespace trm::tasks;
using namespace trm::tasks::maze;

namespace {

Puzzle made(std::size_t size, std::uint64_t seed, std::uint64_t index, const std::string& split = "") {
  const Result<Puzzle> puzzle = generate({size, default_min_steps(size), split}, seed, index);
  REQUIRE(puzzle.ok());
  return *puzzle;
}

Grid grid(const std::string& text) {
  const Result<Grid> out = parse(text);
  if (!out) FAIL(out.error().text());
  return *out;
}

std::string parse_error(const std::string& text) {
  const Result<Grid> out = parse(text);
  REQUIRE_FALSE(out.ok());
  return out.error().text();
}

/// Shortest paths by walking all of them, up to a length.
std::size_t count_slowly(const Grid& maze, std::size_t at, std::size_t steps, std::vector<bool>& seen) {
  if (maze.cells[at] == cell::kGoal) return steps == 0 ? 1 : 0;
  if (steps == 0) return 0;
  seen[at] = true;
  std::size_t found = 0;
  const auto walk = [&](bool inside, std::size_t to) {
    if (inside && maze.cells[to] != cell::kWall && !seen[to]) found += count_slowly(maze, to, steps - 1, seen);
  };
  walk(at >= maze.size, at - maze.size);
  walk(at + maze.size < maze.cells.size(), at + maze.size);
  walk(at % maze.size != 0, at - 1);
  walk(at % maze.size != maze.size - 1, at + 1);
  seen[at] = false;
  return found;
}

const std::string kSmall = "#####\n#S o#\n# #o#\n#  G#\n#####\n";

}  // namespace

TEST_CASE("a maze by hand") {
  const Grid question = grid("#####\n#S  #\n### #\n#G  #\n#####\n");
  const Solved solved = solve(question);
  CHECK(solved.steps == 6);
  CHECK(solved.paths == 1);
  CHECK(pretty_text(solved.answer) == "#####\n#Soo#\n###o#\n#Goo#\n#####\n");
  CHECK(is_solution(question, solved.answer));
  CHECK(question.find(cell::kStart) == 6);
  CHECK(question.find(cell::kGoal) == 16);
  CHECK(question.find(cell::kPath) == 25);

  const Solved two = solve(grid("#####\n#S  #\n# # #\n#  G#\n#####\n"));
  CHECK(two.steps == 4);
  CHECK(two.paths == 2);
  const Solved none = solve(grid("#####\n#S###\n#####\n###G#\n#####\n"));
  CHECK(none.paths == 0);
  CHECK(none.answer == grid("#####\n#S###\n#####\n###G#\n#####\n"));
  const Solved beside = solve(grid("#####\n#SG #\n### #\n#   #\n#####\n"));
  CHECK(beside.steps == 1);
  CHECK(is_solution(grid("#####\n#SG #\n### #\n#   #\n#####\n"), beside.answer));
}

TEST_CASE("generator, solver and verifier agree") {
  for (const std::size_t size : {5u, 6u, 7u, 9u, 10u, 11u, 15u, 16u, 21u, 30u, 33u}) {
    CAPTURE(size);
    std::size_t loops = 0;
    for (std::uint64_t index = 0; index < 60; ++index) {
      const Puzzle puzzle = made(size, 5, index);
      CAPTURE(pretty_text(puzzle.question));
      const Solved solved = solve(puzzle.question);
      REQUIRE(solved.paths == 1);
      CHECK(solved.steps == puzzle.steps);
      CHECK(solved.answer == puzzle.answer);
      CHECK(puzzle.steps >= default_min_steps(size));
      CHECK(is_solution(puzzle.question, puzzle.answer));
      CHECK_FALSE(is_solution(puzzle.question, puzzle.question));
      const auto marked = std::count(puzzle.answer.cells.begin(), puzzle.answer.cells.end(), cell::kPath);
      CHECK(static_cast<std::size_t>(marked) + 1 == puzzle.steps);
      // Every open cell can be reached, and rooms are not all of a tree.
      const Reach reach = search(puzzle.question, puzzle.question.find(cell::kStart));
      std::size_t open = 0, doors = 0;
      for (std::size_t i = 0; i < puzzle.question.cells.size(); ++i) {
        if (puzzle.question.cells[i] == cell::kWall) continue;
        CHECK(reach.steps[i] != Reach::kNowhere);
        ++open;
        if (i % size + 1 < size && puzzle.question.cells[i + 1] != cell::kWall) ++doors;
        if (i + size < puzzle.question.cells.size() && puzzle.question.cells[i + size] != cell::kWall) ++doors;
      }
      if (doors >= open) ++loops;
    }
    if (size > 10) {
      CHECK(loops > 20);
      CHECK(loops < 60);
    }
  }
}

TEST_CASE("the solver counts as walking every path does") {
  std::size_t several = 0;
  for (std::uint64_t index = 0; index < 200; ++index) {
    Puzzle puzzle = made(9, 6, index);
    // Some more doors, so that there are ties.
    Rng rng(1, stream_of("doors"), index);
    for (int i = 0; i < 8; ++i) {
      std::uint8_t& at = puzzle.question.cells[rng.below(81)];
      if (at == cell::kWall) at = cell::kOpen;
    }
    CAPTURE(pretty_text(puzzle.question));
    const Solved solved = solve(puzzle.question);
    std::vector<bool> seen(81);
    const std::size_t start = puzzle.question.find(cell::kStart);
    CHECK(std::min<std::size_t>(2, count_slowly(puzzle.question, start, solved.steps, seen)) == solved.paths);
    for (std::size_t shorter = 0; shorter < solved.steps; ++shorter)
      CHECK(count_slowly(puzzle.question, start, shorter, seen) == 0);
    CHECK(is_solution(puzzle.question, solved.answer));
    several += solved.paths == 2 ? 1 : 0;
  }
  CHECK(several > 20);
}

TEST_CASE("every corruption of a cell is wrong") {
  for (const std::size_t size : {7u, 11u, 30u}) {
    for (std::uint64_t index = 0; index < 10; ++index) {
      const Puzzle puzzle = made(size, 7, index);
      CAPTURE(pretty_text(puzzle.answer));
      for (std::size_t at = 0; at < puzzle.answer.cells.size(); ++at) {
        for (std::uint8_t token = 0; token <= kVocabSize; ++token) {
          if (token == puzzle.answer.cells[at]) continue;
          Grid wrong = puzzle.answer;
          wrong.cells[at] = token;
          CHECK_FALSE(is_solution(puzzle.question, wrong));
        }
      }
    }
  }
}

TEST_CASE("answers that are nearly right") {
  const Grid question = grid("#######\n#S    #\n# ### #\n#     #\n# ### #\n#    G#\n#######\n");
  const auto right = [&](const std::string& text) { return is_solution(question, grid(text)); };
  CHECK(right("#######\n#Soooo#\n# ###o#\n#    o#\n# ###o#\n#    G#\n#######\n"));
  CHECK(right("#######\n#S    #\n#o### #\n#ooooo#\n# ###o#\n#    G#\n#######\n"));
  // A detour, a gap, a branch, a path elsewhere, none at all.
  const Grid detour = grid("#######\n#S    #\n#     #\n#     #\n#     #\n#    G#\n#######\n");
  CHECK(is_solution(detour, grid("#######\n#Soooo#\n#    o#\n#    o#\n#    o#\n#    G#\n#######\n")));
  CHECK_FALSE(is_solution(detour, grid("#######\n#S ooo#\n#o o o#\n#o o o#\n#ooo o#\n#    G#\n#######\n")));
  CHECK_FALSE(right("#######\n#Soo o#\n# ###o#\n#    o#\n# ###o#\n#    G#\n#######\n"));
  CHECK_FALSE(right("#######\n#Soooo#\n# ###o#\n#   oo#\n# ###o#\n#    G#\n#######\n"));
  CHECK_FALSE(right("#######\n#Soooo#\n# ###o#\n#o   o#\n# ###o#\n#    G#\n#######\n"));
  CHECK_FALSE(right("#######\n#Soooo#\n#o###o#\n#ooooo#\n#o###o#\n#ooooG#\n#######\n"));
  CHECK_FALSE(right("#######\n#S    #\n# ### #\n#     #\n# ### #\n#    G#\n#######\n"));
  // The path is right but the walls are not those of the question.
  CHECK_FALSE(right("#######\n#Soooo#\n# # #o#\n#    o#\n# ###o#\n#    G#\n#######\n"));
  CHECK_FALSE(is_solution(question, grid(kSmall)));
}

TEST_CASE("a maze is a function of request, seed and index") {
  std::set<std::string> seen;
  for (std::uint64_t index = 0; index < 100; ++index) {
    CHECK(made(15, 1, index).question == made(15, 1, index).question);
    CHECK(seen.insert(compact_text(made(15, 1, index).question)).second);
    CHECK(seen.insert(compact_text(made(15, 2, index).question)).second);
  }
  Result<Puzzle> none = generate({9, 80, ""}, 1, 0);
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().text() ==
        "path: none of 20000 random mazes has a shortest path of 80 steps; fix: ask for a shorter one");
  none = generate({4, 1, ""}, 1, 0);
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().text() == "size: 4 is not a size of a maze; fix: use 5 to 99");
  CHECK(default_min_steps(30) == 110);
  CHECK(default_min_steps(11) == 14);
}

TEST_CASE("the eight images") {
  // Numbers and meanings of the published builder: rot90 is counter-clockwise.
  const Grid upright = grid("S o #G####.....#####.....");
  CHECK(dihedral(upright, 0) == upright);
  CHECK(pretty_text(dihedral(upright, 1)) == "## # \n # # \no# # \n # # \nSG # \n");
  CHECK(dihedral(upright, 2) == dihedral(dihedral(upright, 1), 1));
  CHECK(dihedral(upright, 3) == dihedral(dihedral(upright, 2), 1));
  CHECK(pretty_text(dihedral(upright, 4)) == "# o S\n####G\n     \n#####\n     \n");
  CHECK(pretty_text(dihedral(upright, 5)) == "     \n#####\n     \nG####\nS o #\n");
  CHECK(pretty_text(dihedral(upright, 6)) == "SG # \n # # \no# # \n # # \n## # \n");
  CHECK(dihedral(upright, 7) == dihedral(dihedral(upright, 1), 4));
  const unsigned inverses[] = {0, 3, 2, 1, 4, 5, 6, 7};
  std::set<std::string> seen;
  for (unsigned image = 0; image < kDihedralImages; ++image) {
    CHECK(dihedral(dihedral(upright, image), inverses[image]) == upright);
    CHECK(canonical_text(dihedral(upright, image)) == canonical_text(upright));
    CHECK(seen.insert(compact_text(dihedral(upright, image))).second);
  }
  for (std::uint64_t index = 0; index < 50; ++index) {
    const Puzzle puzzle = made(10, 8, index);
    for (unsigned image = 0; image < kDihedralImages; ++image)
      CHECK(is_solution(dihedral(puzzle.question, image), dihedral(puzzle.answer, image)));
  }
}

TEST_CASE("splits of mazes share no maze, not even an image") {
  std::map<std::string, std::set<std::string>> canonical;
  for (const std::string split : {"train", "validation", "test"}) {
    for (std::uint64_t index = 0; index < 1500; ++index) {
      const std::string text = canonical_text(made(9, 9, index, split).question);
      REQUIRE(split_of(text) == split);
      canonical[split].insert(text);
    }
  }
  for (const std::string& text : canonical["test"]) {
    CHECK_FALSE(canonical["train"].contains(text));
    CHECK_FALSE(canonical["validation"].contains(text));
  }
}

TEST_CASE("text of mazes") {
  for (const std::size_t size : {5u, 30u}) {
    const Grid answer = made(size, 3, 0).answer;
    CHECK(grid(compact_text(answer)) == answer);
    CHECK(grid(pretty_text(answer)) == answer);
    const Result<Grid> back = grid_of(answer.cells);
    REQUIRE(back.ok());
    CHECK(*back == answer);
  }
  CHECK(grid("#####\r\n#S.o#\r\n#.#o#\r\n#  G#\r\n#####") == grid(kSmall));

  CHECK(parse_error("") == "has 0 cells, which is no square of 5 to 99; fix: write all cells of all rows");
  CHECK(parse_error(std::string(26, '#')) ==
        "has 26 cells, which is no square of 5 to 99; fix: write all cells of all rows");
  CHECK(parse_error(std::string(16, '#')) ==
        "has 16 cells, which is no square of 5 to 99; fix: write all cells of all rows");
  CHECK(parse_error("#####\n#S G\n#####\n#####\n#####") ==
        "row 2: has 4 cells, but there are 5 rows; fix: write a square");
  CHECK(parse_error("#####\n#S  #\n#x#o#\n#  G#\n#####") ==
        "row 3, column 2: \"x\" is no cell; fix: write #, a space, S, G or o");
  CHECK(parse_error("#####\n#S  #\n#?#o#\n#  G#\n#####") ==
        "row 3, column 2: \"?\" is no cell; fix: write #, a space, S, G or o");
  CHECK(parse_error("#####\n#   #\n# #o#\n#  G#\n#####") == "has no S; fix: write one");
  CHECK(parse_error("#####\n#S  #\n# #o#\n#   #\n#####") == "has no G; fix: write one");
  CHECK(parse_error("#####\n#S  #\n# #S#\n#  G#\n#####") == "row 3, column 4: holds a second S; fix: write one");
  std::vector<std::uint8_t> tokens = grid(kSmall).cells;
  tokens[7] = 6;
  CHECK(grid_of(tokens).error().text() == "row 2, column 3: token 6 is no cell; fix: use 1 to 5");
}

}  // namespace test_maze
