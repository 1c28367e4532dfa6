#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tasks/base/split.h"
#include "tasks/puzzles/families.h"
#include "tasks/puzzles/family.h"
#include "tasks/puzzles/fractal/family.h"
#include "tasks/puzzles/maze/family.h"
#include "tasks/puzzles/sudoku/family.h"
#include "tasks/task/task.h"
#include "tests/support/sweep.h"

namespace test_puzzle_family {

using namespace trm;
using namespace trm::tasks;

namespace {

std::vector<std::unique_ptr<PuzzleFamily>> families() {
  std::vector<std::unique_ptr<PuzzleFamily>> out;
  for (const std::size_t size : {4u, 6u, 9u}) {
    sudoku::Request request;
    request.layout = *sudoku::layout_of(size);
    out.push_back(sudoku::make_family(request));
  }
  for (const std::size_t size : {5u, 10u, 11u, 30u})
    out.push_back(maze::make_family({size, maze::default_min_steps(size), ""}));
  for (const std::size_t size : {9u, 16u, 27u}) out.push_back(fractal::make_family({size, ""}));
  return out;
}

/// Tokens as the key of a set.
std::string key(const std::vector<std::uint8_t>& tokens) {
  return {tokens.begin(), tokens.end()};
}

std::string read_error(const PuzzleFamily& family, const std::string& question, const std::string& answer) {
  const Result<PuzzleExample> example = family.read(question, answer, true);
  REQUIRE_FALSE(example.ok());
  return example.error().text();
}

}  // namespace

TEST_CASE("what all families promise") {
  for (const auto& family : families()) {
    CAPTURE(family->name());
    Rng rng(1, stream_of("family"), 0);
    for (const std::string split : {"train", "test"}) {
      for (std::uint64_t index = 0; index < test::swept(15, 3); ++index) {
        const Result<PuzzleExample> made = family->generate(split, 4, index);
        REQUIRE(made.ok());
        CAPTURE(family->text(made->input));
        REQUIRE(made->input.size() == family->seq_len());
        REQUIRE(made->label.size() == family->seq_len());
        CHECK(family->verify(made->input, made->label));
        CHECK_FALSE(family->verify(made->input, made->input));
        CHECK(split_of(family->canonical(made->input)) == split);
        CHECK(family->generate(split, 4, index)->input == made->input);
        // There are few mazes of 5x5.
        if (family->seq_len() > 25) CHECK(family->generate(split, 5, index)->input != made->input);
        for (std::size_t i = 0; i < family->seq_len(); ++i) {
          CHECK(made->input[i] > 0);
          CHECK(made->input[i] < family->vocab_size());
          CHECK(made->label[i] > 0);
          CHECK(made->label[i] < family->vocab_size());
        }

        // Every glyph stands on the text too, and one token changed shows.
        const std::string glyphs = family->glyphs(made->label), text = family->text(made->label);
        REQUIRE(glyphs.size() == family->seq_len());
        std::size_t at = 0;
        for (const char glyph : glyphs) {
          at = text.find(glyph, at);
          REQUIRE(at != std::string::npos);
          ++at;
        }
        const auto question = family->read_question(family->glyphs(made->input));
        REQUIRE(question.ok());
        CHECK(*question == made->input);

        CHECK(family->flaws(made->input, made->label).text.empty());
        CHECK(family->flaws(made->input, made->label).cells.empty());
        for (std::size_t i = 0; i < family->seq_len(); i += 7) {
          std::vector<std::uint8_t> wrong = made->label;
          wrong[i] = static_cast<std::uint8_t>((wrong[i] + 1) % family->vocab_size());
          CHECK(family->flaws(made->input, wrong).text.empty() == family->verify(made->input, wrong));
        }

        std::vector<PuzzleExample> copies = family->copies(*made, 7, rng);
        REQUIRE(copies.size() == 7);
        copies.push_back(*made);
        family->augment(copies.back().input, copies.back().label, rng);
        for (const PuzzleExample& copy : copies) {
          CHECK(family->verify(copy.input, copy.label));
          CHECK(family->canonical(copy.input) == family->canonical(made->input));
        }
      }
    }
  }
}

TEST_CASE("views: what is right stays right, they can be undone, and training sees no others") {
  for (const auto& family : families()) {
    CAPTURE(family->name());
    const Result<PuzzleExample> made = family->generate("test", 4, 0);
    REQUIRE(made.ok());
    Rng drawn(3, stream_of("views"), 0), again = drawn, training = drawn;
    const PuzzleView view = family->random_view(drawn);
    PuzzleExample copy = *made;
    family->augment(copy.input, copy.label, training);
    CHECK(view.show(made->input) == copy.input);
    CHECK(view.show(made->label) == copy.label);

    const std::vector<PuzzleView> few = family->views(3, again);
    again = Rng(3, stream_of("views"), 0);
    const std::vector<PuzzleView> many = family->views(40, again);
    CHECK(many.size() == std::min<std::size_t>(40, family->max_copies() + 1));
    REQUIRE(few.size() == 3);
    CHECK(std::equal(few.begin(), few.end(), many.begin()));
    CHECK(many[0].show(made->input) == made->input);
    std::set<std::string> seen;
    for (const PuzzleView& each : many) {
      const std::vector<std::uint8_t> question = each.show(made->input), answer = each.show(made->label);
      CHECK(family->verify(question, answer));
      CHECK(family->canonical(question) == family->canonical(made->input));
      CHECK(each.undo(question) == made->input);
      CHECK(each.undo(answer) == made->label);
      std::string told(each.names.begin(), each.names.end());
      for (const std::uint32_t source : each.sources) told += std::to_string(source) + " ";
      CHECK(seen.insert(told).second);
    }
  }
}

TEST_CASE("boards have a shape, and each token a glyph of its own") {
  for (const auto& family : families()) {
    CAPTURE(family->name());
    const BoardShape shape = family->shape();
    CHECK(shape.cells() == family->seq_len());
    CHECK(shape.rows == shape.columns);
    std::set<char> glyphs;
    for (std::size_t token = 1; token < family->vocab_size(); ++token) {
      const char glyph = family->glyph(static_cast<std::uint8_t>(token));
      CHECK((glyph >= ' ' && glyph <= '~' && glyph != '?'));
      CHECK(glyphs.insert(glyph).second);
    }
    for (const std::size_t token : {std::size_t{0}, family->vocab_size(), std::size_t{255}})
      CHECK(family->glyph(static_cast<std::uint8_t>(token)) == '?');
  }
  sudoku::Request six;
  six.layout = *sudoku::layout_of(6);
  const auto family = sudoku::make_family(six);
  CHECK(family->shape() == BoardShape{6, 6, 2, 3});
  CHECK(family->glyphs(std::vector<std::uint8_t>{1, 2, 7}) == ".16");
  const auto maze = maze::make_family({5, 3, ""});
  CHECK(maze->shape() == BoardShape{5, 5, 0, 0});
  CHECK(maze->glyphs(std::vector<std::uint8_t>{1, 2, 3, 4, 5}) == "# SGo");
  CHECK(maze->place(7) == "row 2, column 3");
}

TEST_CASE("what is wrong with an answer") {
  sudoku::Request four;
  four.layout = *sudoku::layout_of(4);
  const auto sudoku = sudoku::make_family(four);
  const auto board = [&](const char* cells) { return *sudoku->read_question(cells); };
  const std::vector<std::uint8_t> question = board("1..4..1..3..2..3");
  struct Case {
    std::size_t cell;
    std::uint8_t token;  ///< instead of the right one
    const char* text;
    std::vector<std::size_t> cells;
  };
  const std::vector<std::uint8_t> right = board("1234341243212143");
  for (const Case& c :
       {Case{0, 3, "row 1, column 1 holds 2, but 1 is given", {0, 1, 12}},
        Case{1, 1, "row 1, column 2 holds no digit", {1}}, Case{1, 0, "row 1, column 2 holds no digit", {1}},
        Case{1, 200, "row 1, column 2 holds no digit", {1}},
        Case{10, 2, "row 2, column 3 holds 1, which stands twice in its column", {6, 10, 11}},
        Case{10, 5, "row 3, column 1 holds 4, which stands twice in its row", {8, 10, 14}},
        Case{5, 2, "row 1, column 1 holds 1, which stands twice in its box", {0, 5, 6, 13}}}) {
    std::vector<std::uint8_t> output = right;
    output[c.cell] = c.token;
    const Flaws flaws = sudoku->flaws(question, output);
    CHECK(flaws.text == c.text);
    // The first of them is named.
    REQUIRE_FALSE(flaws.cells.empty());
    CHECK(flaws.text.starts_with(sudoku->place(flaws.cells.front()) + " "));
    CHECK(std::is_sorted(flaws.cells.begin(), flaws.cells.end()));
    for (const std::size_t cell : c.cells) {
      CAPTURE(cell);
      CHECK(std::count(flaws.cells.begin(), flaws.cells.end(), cell) == 1);
    }
  }

  const auto maze = maze::make_family({5, 3, ""});
  const std::vector<std::uint8_t> grid = *maze->read_question("######S  #### ##G  ######");
  const auto marked = [&](const char* cells) {
    std::vector<std::uint8_t> out;
    for (const char c : std::string(cells)) out.push_back(static_cast<std::uint8_t>(std::string("?# SGo").find(c)));
    return maze->flaws(grid, out);
  };
  CHECK(marked("######Soo####o##Goo######").text.empty());
  CHECK(marked("######So ####o##Goo######").text == "the marked cells are no shortest path from S to G");
  CHECK(marked("######So ####o##Goo######").cells.empty());
  CHECK(marked("######Soo#o##o##Goo######").text == "row 3, column 1 holds 'o', but the maze has '#' there");
  CHECK(marked("o#####Soo#o##o##Goo######").cells == std::vector<std::size_t>{0, 10});
  CHECK(marked("######oooo###o##Goo######").text == "row 2, column 2 holds 'o', but the maze has 'S' there");
}

TEST_CASE("augmentation on the fly reaches all images of a maze") {
  const auto family = maze::make_family({11, 14, ""});
  const Result<PuzzleExample> made = family->generate("", 1, 0);
  REQUIRE(made.ok());
  Rng rng(1, stream_of("images"), 0);
  std::set<std::string> images = {key(made->input)};
  for (const PuzzleExample& copy : family->copies(*made, 7, rng)) images.insert(key(copy.input));
  REQUIRE(images.size() == 8);
  CHECK(family->max_copies() == 7);
  std::set<std::string> reached;
  for (int i = 0; i < 200; ++i) {
    PuzzleExample copy = *made;
    family->augment(copy.input, copy.label, rng);
    reached.insert(key(copy.input));
  }
  CHECK(reached == images);
}

TEST_CASE("augmentation moves tokens that are no cells without touching them") {
  const auto family = sudoku::make_family({});
  std::vector<std::uint8_t> input(81, 0), label(81, 255);
  input[7] = 200;
  Rng rng(1, stream_of("foreign"), 0);
  family->augment(input, label, rng);
  CHECK(std::multiset<std::uint8_t>(input.begin(), input.end()).count(200) == 1);
  CHECK(label == std::vector<std::uint8_t>(81, 255));
  CHECK(family->canonical(input).empty());
  CHECK_FALSE(family->verify(input, label));
  CHECK(family->text(input).find('?') != std::string::npos);
  const auto mazes = maze::make_family({9, 9, ""});
  CHECK(mazes->canonical(input).empty());
  CHECK_FALSE(mazes->verify(input, label));
  CHECK(mazes->text(label).starts_with("?????????\n"));
}

TEST_CASE("the family of a data set") {
  for (const auto& family : families()) {
    PuzzleMetadata metadata;
    metadata.vocab_size = family->vocab_size();
    metadata.seq_len = family->seq_len();
    const auto found = family_of(metadata);
    REQUIRE(found != nullptr);
    CHECK(found->name() == family->name());
  }
  PuzzleMetadata arc;
  arc.vocab_size = 12;
  arc.seq_len = 900;
  CHECK(family_of(arc) == nullptr);
  arc.seq_len = 82;
  CHECK(family_of(arc) == nullptr);
}

TEST_CASE("rows that are read") {
  const auto family = maze::make_family({5, 3, ""});
  const std::string question = "######S  #### ##G  ######", answer = "######Soo####o##Goo######";
  const Result<PuzzleExample> good = family->read(question, answer, true);
  REQUIRE(good.ok());
  CHECK(good->rating == 6);
  CHECK(read_error(*family, answer, answer) == "question: has a path marked; fix: leave the cells open");
  CHECK(read_error(*family, question, question) == "answer: is not a shortest path; fix: correct it");
  CHECK(read_error(*family, "x" + question.substr(1), answer) ==
        "question: row 1, column 1: \"x\" is no cell; fix: write #, a space, S, G or o");
  CHECK(read_error(*family, question, std::string(36, '#')) == "answer: has no S; fix: write one");
  const auto larger = maze::make_family({6, 3, ""});
  CHECK(read_error(*larger, question, answer) == "question: has 5 rows, not 6; fix: name its size");
  const std::string two = "######S  ## # ##  G######", one_of_two = "######Soo## #o##  G######";
  CHECK(read_error(*family, two, one_of_two) == "question: has more than one shortest path; fix: add walls");
  CHECK(family->read(two, one_of_two, false).ok());
}

}  // namespace test_puzzle_family
