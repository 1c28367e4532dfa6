#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tasks/base/split.h"
#include "tasks/puzzles/sudoku/collection.h"
#include "tasks/puzzles/sudoku/family.h"
#include "tasks/puzzles/sudoku/generator.h"
#include "tasks/puzzles/sudoku/ladder.h"
#include "tasks/puzzles/sudoku/solution_class.h"
#include "tasks/puzzles/sudoku/solver.h"
#include "tasks/puzzles/sudoku/symmetry.h"
#include "tasks/task/task.h"
#include "tests/support/sweep.h"
#include "tests/tasks/folder.h"

namespace test_sudoku_collection {

using namespace trm;
using namespace trm::tasks;
using namespace trm::tasks::sudoku;

namespace {

Board board(const std::string& text) {
  const Result<Board> out = parse(text, *layout_of(text.size() == 16 ? 4 : text.size() == 36 ? 6 : 9));
  REQUIRE_MESSAGE(out.ok(), out.error().text());
  return *out;
}

}  // namespace

TEST_CASE("solution class: equal for copies, and the least of them") {
  for (const std::size_t size : {4u, 6u, 9u}) {
    CAPTURE(size);
    const Layout layout = *layout_of(size);
    Rng rng(5, stream_of("classes"), size);
    for (int i = 0; i < static_cast<int>(test::swept(8, 2)); ++i) {
      const Board solution = random_solution(layout, rng);
      const std::string least = solution_class(solution);
      // The least copy is a copy itself.
      CHECK(solution_class(board(least)) == least);
      CHECK(is_solution(board(std::string(layout.cells(), '.')), board(least)));
      for (int copies = 0; copies < 6; ++copies) {
        const Board copy = apply(random_symmetry(layout, rng), solution);
        CHECK(solution_class(copy) == least);
        CHECK(least <= compact_text(copy));
      }
    }
  }
}

TEST_CASE("solution class: as many as there are of small boards") {
  // 2 of 4x4 cells and 49 of 6x6 ones without transposition: random boards show all of the first, and none too many of
  // the second.
  std::set<std::string> four, six;
  Rng rng(1, stream_of("small classes"), 0);
  for (int i = 0; i < 60; ++i) four.insert(solution_class(random_solution(*layout_of(4), rng)));
  for (std::size_t i = 0; i < test::swept(4000, 300); ++i)
    six.insert(solution_class(random_solution(*layout_of(6), rng)));
  CHECK(four.size() == 2);
  CHECK(six.size() <= 49);
  CHECK(six.size() >= 30);
  // Two boards of 9x9 at random are hardly ever copies.
  std::set<std::string> nine;
  for (int i = 0; i < 10; ++i) nine.insert(solution_class(random_solution(*layout_of(9), rng)));
  CHECK(nine.size() == 10);
}

TEST_CASE("ladder: what each rung finds") {
  const std::string solved = "123456789456789123789123456214365897365897214897214365531642978642978531978531642";
  std::string one = solved;
  one[40] = '.';
  Climb up = climb(board(one));
  CHECK(up.solved);
  CHECK(up.steps == std::array<std::uint32_t, kRungs>{1, 0, 0, 0, 0});
  CHECK(up.hardest() == 0);
  CHECK(climb(board(solved)).total() == 0);

  // Singles alone solve what our solver needs no guess for, and nothing else.
  Rng rng(2, stream_of("ladder"), 0);
  Request request;
  std::array<std::size_t, kRungs + 1> seen{};
  for (std::size_t i = 0; i < test::swept(150, 20); ++i) {
    const Puzzle puzzle = random_puzzle(request, rng);
    const Climb climbed = climb(puzzle.question);
    CAPTURE(compact_text(puzzle.question));
    CHECK((climbed.hardest() <= 1) == (puzzle.rating == 0));
    ++seen[climbed.hardest()];
    if (!climbed.solved) continue;
    // Each blank is filled by a single.
    CHECK(climbed.steps[0] + climbed.steps[1] == 81 - puzzle.question.givens());
    // A copy is as hard.
    CHECK(climb(apply(random_symmetry(request.layout, rng), puzzle.question)).hardest() == climbed.hardest());
  }
  CHECK(seen[1] > 0);
  CHECK(seen[2] + seen[3] > 0);
  CHECK(seen[kRungs] > 0);
  CHECK(rung_name(2) == "locked digits");
  CHECK(rung_name(kRungs) == "beyond the ladder");
}

TEST_CASE("collections: what a line may hold, and what is wrong with it") {
  const tests::Folder folder;
  const Layout four = *layout_of(4);
  const std::string puzzle = "1..4..1..3..2..3", answer = "1234341243212143";
  const auto file = [&](const std::string& name, const std::string& text) { return folder.write(name, text); };
  const auto read = [&](const std::string& text) {
    const auto out = read_collections(four, {file("good.txt", text)});
    REQUIRE_MESSAGE(out.ok(), out.error().text());
    return *out;
  };
  const std::string zeros = "1004001003002003";
  const std::vector<CollectedPuzzle> lines =
      read("# a list\n\n" + puzzle + "\n" + zeros + " # 3.4 hard\r\n  " + puzzle + ",11.2,again\n" + puzzle + ";9");
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].line == 3);
  CHECK(lines[1].line == 4);
  CHECK(lines[3].line == 6);
  for (const CollectedPuzzle& each : lines) {
    CHECK(compact_text(each.puzzle.question) == puzzle);
    CHECK(compact_text(each.puzzle.answer) == answer);
    CHECK(each.climb.solved);
    CHECK(each.solution_class == solution_class(board(answer)));
  }
  for (const char* const header : {"quizzes,solutions", "puzzle,solution"})
    CHECK(read(std::string(header) + "\n" + zeros + "," + answer + "\n")[0].line == 2);

  const auto error = [&](const std::string& text) {
    const auto out = read_collections(four, {file("bad.txt", text)});
    REQUIRE_FALSE(out.ok());
    CHECK(out.error().text().find("bad.txt: ") != std::string::npos);
    return out.error().text();
  };
  const auto says = [](const std::string& text, const std::string& part) {
    CAPTURE(text);
    CHECK(text.find(part) != std::string::npos);
  };
  says(error(puzzle + "\n1..4\n"),
       "line 2: begins with 4 characters without a gap, not the 16 cells of a puzzle; fix: ");
  says(error("1..........4....\n"), "line 1: has more than one solution; fix: add givens");
  says(error("12.....34.......\n"), "line 1: ");
  says(error("123....4........\n"), "line 1: has no solution; fix: correct a given");
  says(error("1..4..1..3..2..z\n"), "line 1, ");
  says(error("11.4..1..3..2..3\n"), "line 1, row 1");
  says(error("# nothing\n"), "holds no puzzles; fix: write one per line");
  says(error("quizzes,solutions\n" + zeros + ",4321341243212143\n"), "line 2, column answer");
}

TEST_CASE("collections: no test puzzle shares its solution with a training puzzle") {
  const tests::Folder folder;
  const Layout layout = *layout_of(6);
  Rng rng(7, stream_of("collected"), 0);
  Request request;
  request.layout = layout;
  std::string easy, hard;
  for (int i = 0; i < 60; ++i) {
    const Puzzle puzzle = random_puzzle(request, rng);
    // Near copies in both files, as in the collections of forums.
    for (int copies = 0; copies < 3; ++copies) easy += compact_text(augment(puzzle, rng).question) + "\n";
    hard += compact_text(augment(puzzle, rng).question) + "\n";
  }
  hard += hard.substr(0, 37);
  const std::vector<std::string> files = {folder.write("easy.txt", easy), folder.write("hard.txt", hard)};
  const std::unique_ptr<PuzzleFamily> family = make_family(request);
  BuildRequest how;
  how.directory = folder.path("data");
  how.train = 20;
  how.test = 8;
  const Result<BuildReport> built = build_collections(*family, layout, how, files, {3, 1});
  REQUIRE_MESSAGE(built.ok(), built.error().text());
  CHECK(built->test_examples == 8);
  CHECK(built->train_examples == 20);
  CHECK(*read_puzzle_origin(how.directory) == "lines");
  const PuzzleDataset train = *read_puzzle_dataset(how.directory, "train"),
                      test = *read_puzzle_dataset(how.directory, "test");
  std::set<std::string> learnt;
  for (std::size_t row = 0; row < 20; ++row)
    learnt.insert(solution_class(*board_of(std::span(train.labels).subspan(row * 36, 36), layout)));
  for (std::size_t row = 0; row < 8; ++row) {
    const auto label = std::span(test.labels).subspan(row * 36, 36);
    CHECK(family->verify(std::span(test.inputs).subspan(row * 36, 36), label));
    CHECK_FALSE(learnt.contains(solution_class(*board_of(label, layout))));
  }
  std::istringstream list(folder.read("data/puzzles.csv"));
  std::size_t from_easy = 0, listed = 0;
  for (std::string line; std::getline(list, line); ++listed)
    from_easy += line.find("easy.txt") != std::string::npos ? 1 : 0;
  CHECK(listed == 29);
  CHECK(from_easy == 15 + 6);
  std::string notes;
  for (const std::string& note : built->notes) notes += note + "\n";
  CAPTURE(notes);
  CHECK(notes.find("easy.txt: 180 puzzles, ") != std::string::npos);
  CHECK(notes.find("1 lines repeat a puzzle") != std::string::npos);
  CHECK(notes.find("a split by line would share solutions") != std::string::npos);
  // All copies of a puzzle are one class: most test lines have a training line of their class.
  const LineSplitLeak leak = line_split_leak(*read_collections(layout, files));
  CHECK(leak.test > 5);
  CHECK(2 * leak.leaked > leak.test);
  CHECK(leak.leaked <= leak.test);

  how.test = 1000;
  how.force = true;
  const Result<BuildReport> too_few = build_collections(*family, layout, how, files, {});
  REQUIRE_FALSE(too_few.ok());
  CHECK(too_few.error().text().find("test puzzles") != std::string::npos);
}

}  // namespace test_sudoku_collection
