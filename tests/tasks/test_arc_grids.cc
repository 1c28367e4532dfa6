#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tasks/puzzles/arc/canvas.h"
#include "tasks/puzzles/arc/dihedral.h"
#include "tasks/puzzles/arc/name.h"

namespace test_arc_grids {

using namespace trm;
using namespace trm::tasks;
using namespace trm::tasks::arc;

namespace {

Grid grid(const std::vector<std::string>& rows) {
  Grid out(rows.size(), rows.empty() ? 0 : rows[0].size());
  for (std::size_t r = 0; r < out.rows; ++r)
    for (std::size_t c = 0; c < out.columns; ++c) out.at(r, c) = static_cast<std::uint8_t>(rows[r][c] - '0');
  return out;
}

Grid random_grid(Rng& rng, std::size_t rows, std::size_t columns) {
  Grid out(rows, columns);
  for (std::uint8_t& cell : out.cells) cell = static_cast<std::uint8_t>(rng.below(10));
  return out;
}

Augmentation turned(std::uint32_t symmetry) {
  Augmentation out;
  out.symmetry = symmetry;
  return out;
}

/// The canvas with other tokens at some places.
Canvas with(Canvas canvas, const std::vector<std::pair<std::size_t, std::uint8_t>>& changes) {
  for (const auto& [at, token] : changes) canvas[at] = token;
  return canvas;
}

}  // namespace

TEST_CASE("the eight symmetries are those of the published code") {
  const Grid original = grid({"123", "456"});
  const std::vector<std::vector<std::string>> images = {{"123", "456"},     {"36", "25", "14"}, {"654", "321"},
                                                        {"41", "52", "63"}, {"321", "654"},     {"456", "123"},
                                                        {"14", "25", "36"}, {"63", "52", "41"}};
  for (std::uint32_t symmetry = 0; symmetry < kSymmetryCount; ++symmetry) {
    CAPTURE(symmetry);
    CHECK(augment(original, turned(symmetry)) == grid(images[symmetry]));
  }
  // 7 is a turn by 90 degrees and a mirror image.
  CHECK(augment(augment(original, turned(1)), turned(4)) == augment(original, turned(7)));
}

TEST_CASE("canvas tokens have glyphs") {
  std::string out;
  for (std::uint8_t token = 0; token <= kCanvasVocabulary; ++token) out += glyph(token);
  CHECK(out == " +0123456789?");
  CHECK(kCanvasShape.cells() == kCanvasTokens);
}

TEST_CASE("colours are replaced by their images") {
  Augmentation swap;
  std::swap(swap.colours[1], swap.colours[2]);
  CHECK(augment(grid({"0123"}), swap) == grid({"0213"}));
  Augmentation cycle;
  cycle.colours = {0, 2, 3, 1, 4, 5, 6, 7, 8, 9};
  CHECK(augment(grid({"0123"}), cycle) == grid({"0231"}));
  CHECK(augment(grid({"0231"}), inverse(cycle)) == grid({"0123"}));
}

TEST_CASE("an augmentation and its inverse leave every grid alone") {
  Rng rng(1, stream_of("test"), 0);
  for (int i = 0; i < 200; ++i) {
    const Grid original = random_grid(rng, rng.between(1, 30), rng.between(1, 30));
    for (std::uint32_t symmetry = 0; symmetry < kSymmetryCount; ++symmetry) {
      Augmentation augmentation = random_augmentation(rng);
      augmentation.symmetry = symmetry;
      CAPTURE(symmetry);
      CHECK(augment(augment(original, augmentation), inverse(augmentation)) == original);
      CHECK(augment(augment(original, inverse(augmentation)), augmentation) == original);
      CHECK(inverse(inverse(augmentation)) == augmentation);
    }
  }
  CHECK(augment(Grid(), turned(3)) == Grid());
}

TEST_CASE("random augmentations are permutations that leave colour 0 alone, and reach everything") {
  Rng rng(7, stream_of("test"), 0);
  std::vector<std::vector<int>> seen(10, std::vector<int>(10));
  std::vector<int> symmetries(8);
  constexpr int draws = 9000;
  for (int i = 0; i < draws; ++i) {
    const Augmentation augmentation = random_augmentation(rng);
    ++symmetries[augmentation.symmetry];
    CHECK(augmentation.colours[0] == 0);
    CHECK(std::set<std::uint8_t>(augmentation.colours.begin(), augmentation.colours.end()).size() == 10);
    for (std::size_t colour = 0; colour < 10; ++colour) ++seen[colour][augmentation.colours[colour]];
  }
  // Binomial with n = 9000: 6 standard deviations are 179 for p = 1/9 and 189 for p = 1/8.
  for (std::size_t colour = 1; colour < 10; ++colour)
    for (std::size_t image = 1; image < 10; ++image) CHECK(std::abs(seen[colour][image] - draws / 9) < 179);
  for (const int count : symmetries) CHECK(std::abs(count - draws / 8) < 189);
}

TEST_CASE("names are written and read in both styles") {
  Rng rng(3, stream_of("test"), 0);
  for (const NameStyle style : {NameStyle::trm, NameStyle::hrm}) {
    for (const std::string task : {"00576224", "a_b", "AboveBelow1", "x|y"}) {
      CHECK(*read_name(write_name({task, true, {}}, style)) == PuzzleName{task, true, {}});
      const PuzzleName copy{task, false, random_augmentation(rng)};
      CAPTURE(write_name(copy, style));
      CHECK(*read_name(write_name(copy, style)) == copy);
    }
  }
  Augmentation augmentation;
  augmentation.symmetry = 3;
  augmentation.colours = {0, 2, 1, 3, 4, 5, 6, 7, 8, 9};
  CHECK(write_name({"00576224", false, augmentation}) == "00576224|||t3|||0213456789");
  CHECK(write_name({"00576224", false, augmentation}, NameStyle::hrm) == "00576224_t3_0213456789");
}

TEST_CASE("what only looks like a copy is a task's own name in one style and an error in the other") {
  const std::vector<std::string> endings = {
      "t8?0123456789", "t?0123456789",  "T1?0123456789", "t1?1023456789", "t1?0123456788", "t1?01234567890",
      "t1?012345678",  "t1?012345678a", "0123456789",    "t1?",           "t10?0123456789"};
  const auto joined = [](std::string text, const std::string& separator) {
    text = "x?" + text;
    for (std::size_t at = text.find('?'); at != std::string::npos; at = text.find('?')) text.replace(at, 1, separator);
    return text;
  };
  for (const std::string& ending : endings) {
    const std::string hrm = joined(ending, "_"), trm = joined(ending, "|||");
    CAPTURE(hrm);
    REQUIRE(read_name(hrm).ok());
    CHECK(*read_name(hrm) == PuzzleName{hrm, true, {}});
    REQUIRE_FALSE(read_name(trm).ok());
    CHECK(read_name(trm).error().text().starts_with("puzzle \"" + trm + "\": is no name of an ARC puzzle; fix: "));
  }
  for (const std::string name : {"", "|||", "|||t1|||0123456789", "a|||"}) {
    CAPTURE(name);
    CHECK_FALSE(read_name(name).ok());
  }
  CHECK(read_name("_t1_0123456789")->original);
}

TEST_CASE("ids of tasks") {
  for (const std::string id : {"00576224", "AboveBelow1", "a b", "a_t9_0123456789"}) CHECK(check_id(id).ok());
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"", "task \"\": has an empty id; fix: rename the task"},
      {"caf\xC3\xA9", "task \"caf\xC3\xA9\": has an id that is not printable ASCII; fix: rename the task"},
      {"a\nb", "task \"a\\x0ab\": has an id that is not printable ASCII; fix: rename the task"},
      {"a|||b", "task \"a|||b\": has an id that reads as the name of a copy; fix: rename the task"},
      {"a_t1_0123456789", "task \"a_t1_0123456789\": has an id that reads as the name of a copy; fix: rename the task"},
      {std::string(101, 'a'),
       "task \"" + std::string(60, 'a') + "...\": has an id of more than 100 bytes; fix: rename the task"}};
  for (const auto& at : bad) {
    const auto& [id, text] = at;
    CAPTURE(at.first);
    REQUIRE_FALSE(check_id(id).ok());
    CHECK(check_id(id).error().text() == text);
  }
}

TEST_CASE("a canvas holds the grid, the end marks and padding") {
  const Canvas canvas = draw(grid({"012", "789"}), {4, 5});
  for (std::size_t row = 0; row < 30; ++row) {
    for (std::size_t column = 0; column < 30; ++column) {
      std::uint8_t expected = 0;
      if (row == 4 && column >= 5 && column < 8) expected = static_cast<std::uint8_t>(2 + column - 5);
      if (row == 5 && column >= 5 && column < 8) expected = static_cast<std::uint8_t>(9 + column - 5);
      if (row == 6 && column >= 5 && column < 8) expected = 1;
      if ((row == 4 || row == 5) && column == 8) expected = 1;
      CAPTURE(row);
      CAPTURE(column);
      CHECK(int{canvas[row * 30 + column]} == int{expected});
    }
  }
  CHECK(draw(Grid(), {}) == Canvas{});
}

TEST_CASE("end marks are left out where the canvas ends") {
  const auto marks = [](const Canvas& canvas) { return std::count(canvas.begin(), canvas.end(), kEndToken); };
  CHECK(marks(draw(Grid(30, 30))) == 0);
  CHECK(marks(draw(Grid(30, 7))) == 30);
  CHECK(marks(draw(Grid(7, 30))) == 30);
  CHECK(marks(draw(Grid(3, 4), {27, 0})) == 3);
  CHECK(marks(draw(Grid(3, 4), {0, 26})) == 4);
  CHECK(marks(draw(Grid(3, 4), {27, 26})) == 0);
  CHECK(marks(draw(Grid(3, 4), {26, 25})) == 7);
}

TEST_CASE("what was drawn is cropped again, from every offset") {
  Rng rng(5, stream_of("test"), 0);
  for (const auto& [rows, columns] :
       std::vector<std::pair<std::size_t, std::size_t>>{{1, 1}, {3, 7}, {29, 2}, {30, 30}}) {
    const Grid original = random_grid(rng, rows, columns);
    for (std::size_t row = 0; row + rows <= 30; ++row) {
      for (std::size_t column = 0; column + columns <= 30; ++column) {
        const Canvas canvas = draw(original, {row, column});
        // A crop looks at the top left: move the grid there, as nothing else is drawn left of it or above.
        Canvas moved{};
        for (std::size_t at = 0; at + row * 30 + column < kCanvasTokens; ++at)
          if (at % 30 + column < 30) moved[at] = canvas[at + row * 30 + column];
        CHECK(crop(moved) == original);
        if (row + column > 0) CHECK(crop(canvas).empty());
      }
    }
  }
  for (std::size_t rows = 1; rows <= 30; ++rows) {
    for (std::size_t columns = 1; columns <= 30; ++columns) {
      const Grid original = random_grid(rng, rows, columns);
      const Canvas canvas = draw(original);
      const std::vector<std::int32_t> wide(canvas.begin(), canvas.end());
      CHECK(crop(canvas) == original);
      CHECK(crop(wide) == original);
    }
  }
}

TEST_CASE("a crop takes the largest rectangle, and the first of equal ones") {
  CHECK(crop(Canvas{}) == Grid());
  CHECK(crop(with(draw(grid({"11", "11"})), {{0, 0}})) == Grid());
  // 1x4 before 2x2: equal areas, the first stays.
  CHECK(crop(with(Canvas{}, {{0, 2}, {1, 3}, {2, 4}, {3, 5}, {30, 2}, {31, 2}})) == grid({"0123"}));
  // 1x3 before 2x2: the second is larger.
  CHECK(crop(with(Canvas{}, {{0, 2}, {1, 3}, {2, 4}, {30, 5}, {31, 6}})) == grid({"01", "34"}));
  // The width never grows again: row 1 has one colour, so the long row 2 counts for one.
  CHECK(crop(with(Canvas{}, {{0, 2}, {1, 2}, {30, 2}, {60, 2}, {61, 2}, {62, 2}})) == grid({"0", "0", "0"}));
  // A row without a colour at its start ends everything.
  CHECK(crop(with(Canvas{}, {{0, 2}, {60, 2}, {90, 2}})) == grid({"0"}));
  // Tokens that no canvas has are no colours.
  std::vector<std::int32_t> wide(kCanvasTokens, 11);
  CHECK(crop(wide).cells == std::vector<std::uint8_t>(900, 9));
  for (const std::int32_t token : {12, -1, 258, 1 << 30, -(1 << 30)}) {
    wide[5] = token;
    CAPTURE(token);
    CHECK(crop(wide).columns == 5);
    CHECK(crop(wide).rows == 30);
  }
}

}  // namespace test_arc_grids
