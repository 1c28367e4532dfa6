#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "tasks/base/rng.h"
#include "tasks/base/split.h"
#include "tasks/puzzles/fractal/curve.h"
#include "tasks/puzzles/fractal/family.h"
#include "tasks/puzzles/fractal/rule.h"
#include "tasks/puzzles/fractal/solver.h"
#include "tasks/puzzles/fractal/verifier.h"
#include "tasks/task/task.h"
#include "tests/support/sweep.h"

namespace test_fractal {

using namespace trm;
using namespace trm::tasks;
using namespace trm::tasks::fractal;

namespace {

Puzzle made(std::size_t size, std::uint64_t seed, std::uint64_t index, const std::string& split = "") {
  const Result<Puzzle> puzzle = generate({size, split}, seed, index);
  if (!puzzle) FAIL(puzzle.error().text());
  return *puzzle;
}

Picture picture(const std::string& text, std::size_t size) {
  const Result<Picture> out = parse(text, size);
  if (!out) FAIL(out.error().text());
  return *out;
}

Kind kind_of(const Picture& question) {
  const std::optional<Layout> layout = layout_of(question);
  REQUIRE(layout.has_value());
  return layout->kind;
}

/// A question that shows the first `rows` of so many `columns`.
Picture first_cells(Picture answer, std::size_t rows, std::size_t columns) {
  for (std::size_t i = 0; i < answer.cells.size(); ++i)
    if (i / answer.size >= rows || i % answer.size >= columns) answer.cells[i] = cell::kBlank;
  return answer;
}

/// The only answer, told by solver and verifier.
Picture answer_of(const Picture& question) {
  const Solved solved = solve(question);
  REQUIRE(solved.solutions == 1);
  CHECK(is_solution(question, solved.answer));
  return solved.answer;
}

constexpr std::array<std::size_t, 8> kSizes = {9, 10, 12, 13, 16, 20, 25, 27};

}  // namespace

TEST_CASE("fractals that have names") {
  // One light cell of the corner is expanded too: the block in the middle.
  const Picture carpet = picture(
      "###......"
      "#o#......"
      "###......"
      "...ooo..."
      "...ooo..."
      "...ooo..."
      "........."
      "........."
      ".........",
      9);
  CHECK(pretty_text(answer_of(carpet)) ==
        "#########\n#o##o##o#\n#########\n###ooo###\n#o#ooo#o#\n###ooo###\n#########\n#o##o##o#\n#########\n");
  // Without it, light cells may become anything.
  CHECK(solve(first_cells(carpet, 3, 3)).solutions == 2);

  // The triangle of Sierpinski, from 4x4 cells that show both rules, and with a cell that breaks them.
  const Picture triangle = draw({2, {2, 3, 2, 2}, {3, 3, 3, 3}}, 16);
  const Picture question = first_cells(triangle, 8, 8);
  CHECK(answer_of(question) == triangle);
  Picture broken = question;
  broken.cells[1] = cell::kDark;
  CHECK(solve(broken).solutions == 0);

  // Rule 90 from one cell: the same triangle, row by row.
  const Picture rule90 = draw_automaton(90, {3, 3, 3, 3, 2, 3, 3, 3, 3});
  CHECK(pretty_text(rule90).starts_with("oooo#oooo\nooo#o#ooo\noo#ooo#oo\no#o#o#o#o\n#ooooooo#\n"));
  // On a ring of 9 cells it meets itself: until then three dark cells side by side are never seen.
  CHECK(answer_of(first_cells(rule90, 7, 9)) == rule90);
  CHECK(solve(first_cells(rule90, 6, 9)).solutions == 2);

  // A staircase of staircases.
  const std::string word = rewrite({"A-A+A", "B"}, 2);
  CHECK(word == "A-A+A-A-A+A+A-A+A");
  CHECK(pretty_text(draw_curve(word, 9, 9)) ==
        ".....###.\n.....#...\n...###...\n...#.....\n...###...\n.....#...\n...###...\n...#.....\n.S##.....\n");
  CHECK(answer_of(draw_curve(word, 3, 9)) == draw_curve(word, 9, 9));
  CHECK(rewrite({"A+B", "A-B"}, 3) == "A+B+A-B+A+B-A-B");
  // The dragon meets itself after 16 edges, and 4 of them may be the first of 8 or 16.
  CHECK(draw_curve(rewrite({"A+B", "A-B"}, 4), 16, 27).cells.empty());
  CHECK(solve(draw_curve(rewrite({"A+B", "A-B"}, 3), 4, 9)).solutions == 2);
}

TEST_CASE("what a question shows") {
  CHECK(kind_of(picture(std::string(18, '#') + std::string(63, '.'), 9)) == Kind::automaton);
  CHECK_FALSE(layout_of(picture(std::string(81, '#'), 9)).has_value());
  CHECK_FALSE(layout_of(picture(std::string(81, '.'), 9)).has_value());
  // A corner of 3x3 or 5x5, which means blocks of 3x3 or 2x2; a second such corner may be the first one too.
  const Picture all = picture(std::string(81, '#'), 9);
  for (std::size_t side = 1; side < 9; ++side) {
    const std::optional<Layout> layout = layout_of(first_cells(all, side, side));
    CAPTURE(side);
    REQUIRE(layout.has_value() == (side == 3 || side == 5));
    if (layout) CHECK(layout->shown == side);
  }
  Picture two = first_cells(all, 3, 3);
  for (const std::size_t i : {60u, 61u, 62u, 69u, 70u, 71u, 78u, 79u, 80u}) two.cells[i] = cell::kDark;
  CHECK_FALSE(layout_of(two).has_value());
  for (std::size_t size = kMinSize; size <= kMaxSize; ++size) {
    CAPTURE(size);
    for (std::size_t k = 2; has_block(size, k); ++k) CHECK(block_side(size, corner_side(size, k)) == k);
    CHECK(block_side(size, 1) == 0);
    CHECK(block_side(size, size) == 0);
  }
  CHECK(next_length(3, 3) == 9);
  CHECK(next_length(8, 3) == 9);
  CHECK(next_length(9, 3) == 27);
}

TEST_CASE("curves are followed from their start") {
  const auto edges = [](const std::string& text) {
    const std::optional<Curve> curve = follow(picture(text + std::string(81 - text.size(), '.'), 9));
    return curve ? curve->edges : std::vector<Edge>{};
  };
  CHECK(edges("S##oo....") == std::vector<Edge>{{cell::kDark, 0}, {cell::kLight, 0}});
  CHECK(edges("S##........#........#") == std::vector<Edge>{{cell::kDark, 0}, {cell::kDark, 1}});
  CHECK(edges("#........#........S##........").empty());  // two ways from S
  CHECK(edges("S#.......").empty());
  CHECK(edges("S#o......").empty());
  CHECK(edges("S##.....#").empty());
  CHECK(edges("S##..S...").empty());
  CHECK(edges("S........").empty());
  CHECK(edges("###......").empty());
}

TEST_CASE("generator, solver and verifier agree") {
  for (const std::size_t size : kSizes) {
    CAPTURE(size);
    std::array<int, 3> kinds{};
    std::set<std::size_t> blocks;
    for (std::uint64_t index = 0; index < 1000; ++index) {
      const Puzzle puzzle = made(size, 5, index);
      CAPTURE(pretty_text(puzzle.question));
      const Solved solved = solve(puzzle.question);
      REQUIRE(solved.solutions == 1);
      REQUIRE(solved.answer == puzzle.answer);
      REQUIRE(is_solution(puzzle.question, puzzle.answer));
      const Layout layout = *layout_of(puzzle.question);
      ++kinds[static_cast<std::size_t>(layout.kind)];
      if (layout.kind == Kind::substitution) blocks.insert(block_side(size, layout.shown));
      // Much is left to draw, in both colours or along a whole half of a curve.
      std::size_t dark = 0, light = 0, given = 0;
      for (std::size_t i = 0; i < puzzle.answer.cells.size(); ++i) {
        const bool open = puzzle.question.cells[i] == cell::kBlank;
        dark += open && puzzle.answer.cells[i] == cell::kDark ? 1 : 0;
        light += open && puzzle.answer.cells[i] == cell::kLight ? 1 : 0;
        given += open ? 0 : 1;
      }
      if (layout.kind == Kind::curve) {
        CHECK(dark + light + 1 >= given);
      } else {
        CHECK(dark > 0);
        CHECK(light > 0);
        CHECK(dark + light >= given);
      }
    }
    CHECK(kinds[0] > 250);
    CHECK(kinds[1] > 250);
    CHECK((kinds[2] > 250) == (size >= kMinCurveSize));
    CHECK(blocks.size() == (size >= 21 ? 4 : size >= 13 ? 3 : 2));
  }
}

TEST_CASE("no answer is right with a changed cell, and none but the whole") {
  for (const std::size_t size : {9u, 13u, 16u, 27u}) {
    for (std::uint64_t index = 0; index < test::swept(size == 27 ? 40 : 300); ++index) {
      const Puzzle puzzle = made(size, 7, index);
      CAPTURE(pretty_text(puzzle.question));
      REQUIRE_FALSE(is_solution(puzzle.question, puzzle.question));
      for (std::size_t at = 0; at < puzzle.answer.cells.size(); ++at) {
        Picture wrong = puzzle.answer;
        for (std::uint8_t token = 0; token <= kVocabSize; ++token) {
          if (token == puzzle.answer.cells[at]) continue;
          wrong.cells[at] = token;
          REQUIRE_FALSE(is_solution(puzzle.question, wrong));
        }
      }
    }
  }
}

TEST_CASE("no other picture of any rule answers a question") {
  // The verifier knows no rule, so every answer of another puzzle is a picture that it would take if the question were
  // not in the way; here answers are mended to show what the question shows.
  std::vector<Puzzle> puzzles;
  for (std::uint64_t index = 0; index < test::swept(300); ++index) puzzles.push_back(made(9, 8, index));
  for (const Puzzle& asked : puzzles) {
    for (const Puzzle& other : puzzles) {
      Picture mended = other.answer;
      for (std::size_t i = 0; i < mended.cells.size(); ++i)
        if (asked.question.cells[i] != cell::kBlank) mended.cells[i] = asked.question.cells[i];
      if (mended == asked.answer) continue;
      REQUIRE_FALSE(is_solution(asked.question, mended));
    }
  }
}

TEST_CASE("all rules of 2x2 blocks: the solver finds one answer where there is one") {
  // Every picture that a rule draws, by the corner that it shows.
  std::unordered_map<std::string, std::set<std::string>> answers;
  std::size_t one = 0;
  for (unsigned bits = 0; bits < 128; ++bits) {
    Substitution rule{2, {cell::kDark}, {}};
    for (unsigned i = 0; i < 7; ++i) {
      const std::uint8_t colour = (bits >> i & 1U) != 0 ? cell::kDark : cell::kLight;
      (i < 3 ? rule.dark : rule.light).push_back(colour);
    }
    const Picture answer = draw(rule, 9);
    answers[pretty_text(first_cells(answer, 5, 5))].insert(pretty_text(answer));
  }
  for (const auto& entry : answers) {
    const std::string& question = entry.first;
    const std::set<std::string>& found = entry.second;
    CAPTURE(question);
    const Solved solved = solve(picture(question, 9));
    CHECK(solved.solutions == (found.size() == 1 ? 1 : 2));
    if (solved.solutions != 1) continue;
    CHECK(found.contains(pretty_text(solved.answer)));
    ++one;
  }
  CHECK(one > 50);
}

TEST_CASE("automata: the solver finds one answer where there is one") {
  // All 256 rules, from the rows that a few of them show.
  for (std::uint64_t index = 0; index < 200; ++index) {
    Rng rng(3, stream_of("rows"), index);
    std::vector<std::uint8_t> first;
    for (int i = 0; i < 9; ++i) first.push_back(rng.below(2) == 0 ? cell::kDark : cell::kLight);
    const std::size_t rows = rng.between(1, 4);
    const Picture question = first_cells(draw_automaton(rng.below(256), first), rows, 9);
    CAPTURE(pretty_text(question));
    std::set<std::string> found;
    for (unsigned rule = 0; rule < 256; ++rule) {
      const Picture answer = draw_automaton(rule, first);
      CHECK(is_solution(question, answer) == (first_cells(answer, rows, 9) == question));
      if (first_cells(answer, rows, 9) == question) found.insert(pretty_text(answer));
    }
    const Solved solved = solve(question);
    CHECK(solved.solutions == std::min<std::size_t>(2, found.size()));
    if (solved.solutions == 1) CHECK(found.contains(pretty_text(solved.answer)));
  }
}

TEST_CASE("symmetries keep the task and the canonical form") {
  for (const std::size_t size : {9u, 16u}) {
    for (std::uint64_t index = 0; index < test::swept(1000); ++index) {
      const Puzzle puzzle = made(size, 9, index);
      CAPTURE(pretty_text(puzzle.question));
      const std::string canonical = canonical_text(puzzle.question);
      for (unsigned number = 0; number < kSymmetries; ++number) {
        const Picture question = transformed(puzzle.question, symmetry(number));
        const Picture answer = transformed(puzzle.answer, symmetry(number));
        REQUIRE(solve(question).solutions == 1);
        REQUIRE(solve(question).answer == answer);
        REQUIRE(is_solution(question, answer));
        REQUIRE(canonical_text(question) == canonical);
        REQUIRE(turned(turned(question, number % 8), inverse_image(number % 8)) == question);
      }
      if (kind_of(puzzle.question) != Kind::automaton) continue;
      // Turned around the ring along its rows.
      const unsigned image = layout_of(puzzle.question)->image;
      Picture rolled = turned(puzzle.question, image);
      for (std::size_t row = 0; row < size; ++row) {
        const auto begin = rolled.cells.begin() + static_cast<std::ptrdiff_t>(row * size);
        std::rotate(begin, begin + 3, begin + static_cast<std::ptrdiff_t>(size));
      }
      CHECK(canonical_text(rolled) == canonical);
    }
  }
}

TEST_CASE("splits of fractals share none, not even an image") {
  // 100,000 items: a canonical form that occurs twice is in one split.
  std::unordered_map<std::string, std::string> split_by_form;
  for (const auto& [split, count] :
       {std::pair<std::string, std::uint64_t>{"train", 92'000}, {"validation", 4'000}, {"test", 4'000}}) {
    for (std::uint64_t index = 0; index < test::swept(count); ++index) {
      const std::string form = canonical_text(made(12, 10, index, split).question);
      REQUIRE(split_of(form) == split);
      REQUIRE(split_by_form.try_emplace(form, split).first->second == split);
    }
  }
  CHECK(split_by_form.size() > test::swept(20'000));
}

TEST_CASE("a fractal is a function of split, seed and index") {
  std::set<std::string> seen;
  for (const std::string split : {"train", "test"}) {
    std::vector<Picture> forwards;
    for (std::uint64_t index = 0; index < 300; ++index) forwards.push_back(made(16, 1, index, split).question);
    for (std::uint64_t index = 300; index-- > 0;) REQUIRE(made(16, 1, index, split).question == forwards[index]);
    for (const Picture& question : forwards) seen.insert(pretty_text(question));
  }
  for (std::uint64_t index = 0; index < 300; ++index) seen.insert(pretty_text(made(16, 2, index, "train").question));
  CHECK(seen.size() > 700);
  for (const std::size_t size : {8u, 28u}) {
    const Result<Puzzle> none = generate({size, ""}, 1, 0);
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().text() == "size: " + std::to_string(size) + " is not a size of a fractal; fix: use 9 to 27");
  }
}

TEST_CASE("fractals as a family") {
  const auto family = make_family({9, ""});
  CHECK(family->name() == "fractal 9x9");
  CHECK(family->glyphs(std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5}) == "?.#oS?");
  const std::string question = "###......#o#......###.........ooo......ooo......ooo..............................";
  const std::string answer = "##########o##o##o#############ooo####o#ooo#o####ooo#############o##o##o##########";
  const Result<PuzzleExample> good = family->read(question, answer, true);
  REQUIRE(good.ok());
  CHECK(good->rating == 63);
  const auto error = [&](const std::string& asked, const std::string& given, bool unique) {
    const Result<PuzzleExample> example = family->read(asked, given, unique);
    REQUIRE_FALSE(example.ok());
    return example.error().text();
  };
  CHECK(error(question, question, true) == "answer: is not the next iteration of the question; fix: correct it");
  CHECK(error(question.substr(1), answer, true) ==
        "question: has 80 cells, not those of 9x9; fix: write all cells of all rows");
  CHECK(error("x" + question.substr(1), answer, true) ==
        "question: row 1, column 1: \"x\" is no cell; fix: write ., #, o or S");
  CHECK(error(answer, answer, true).starts_with("question: shows neither whole rows, nor a corner"));
  std::string hidden = question;
  std::replace(hidden.begin() + 27, hidden.end(), 'o', '.');
  CHECK(error(hidden, answer, true) == "question: does not determine the next iteration; fix: show more of this one");
  CHECK(family->read(hidden, answer, false).ok());

  std::vector<std::uint8_t> wrong = good->label;
  wrong[0] = cell::kLight;
  CHECK(family->flaws(good->input, wrong).text == "row 1, column 1 holds 'o', but the question shows '#' there");
  wrong = good->label;
  wrong[80] = cell::kLight, wrong[79] = cell::kBlank;
  const Flaws flaws = family->flaws(good->input, wrong);
  CHECK(flaws.text == "row 9, column 8 holds '.', but its rule draws '#' there");
  CHECK(flaws.cells == std::vector<std::size_t>{79, 80});
  const auto open = family->read_question(hidden);
  REQUIRE(open.ok());
  CHECK(family->flaws(*open, wrong).text == "no rule draws this from what the question shows");
}

}  // namespace test_fractal
