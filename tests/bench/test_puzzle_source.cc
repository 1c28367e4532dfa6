#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/json/json_object.h"
#include "tasks/training/puzzle_source.h"

namespace test_puzzle_source {

namespace {

using namespace trm;

Result<trm::tasks::PuzzleData> read(const std::string& text, const std::string& directory = "") {
  Result<JsonObject> json = JsonObject::parse(text, "data.json");
  if (!json.ok()) return json.error();
  return trm::tasks::PuzzleData::read(*json, directory);
}

TEST_CASE("puzzle source: an iteration of the recipe's epochs drops what is too little for a batch") {
  trm::tasks::PuzzleData data;
  data.family = "sudoku";
  data.size = 4;
  data.train = 10;
  data.test = 2;
  data.augment = false;
  data.epochs_per_iteration = 3;
  const auto source = trm::tasks::PuzzleSource::create(data);
  REQUIRE(source.ok());
  CHECK((*source)->epoch_examples() == 10);
  REQUIRE((*source)->begin(4, 1).ok());
  // 3 epochs of 10 groups fill 7 batches of 4; the last 2 examples are dropped.
  CanvasBatch batch(4, 16);
  for (std::size_t i = 1; i <= 7; ++i) {
    (*source)->next(batch);
    CHECK((*source)->position() == CanvasPosition{0, 4 * i});
  }
  (*source)->next(batch);
  CHECK((*source)->position() == CanvasPosition{1, 4});
}

TEST_CASE("puzzle source: fractals") {
  const auto data = read(R"({"family": "fractal", "size": 12, "train": 20, "test": 5, "seed": 3})");
  REQUIRE(data.ok());
  const auto source = trm::tasks::PuzzleSource::create(*data);
  REQUIRE(source.ok());
  CHECK((*source)->sizes().vocab_size == 5);
  CHECK((*source)->sizes().seq_len == 144);
  CHECK((*source)->validation_samples() == 5);
  REQUIRE((*source)->begin(4, 1).ok());
  const auto family = trm::tasks::make_family(*data);
  REQUIRE(family.ok());
  CanvasBatch batch(4, 144);
  for (int i = 0; i < 10; ++i) {
    (*source)->next(batch);
    for (std::size_t b = 0; b < 4; ++b) {
      const std::vector<std::uint8_t> input(batch.input(b).begin(), batch.input(b).end());
      const std::vector<std::uint8_t> label(batch.label(b).begin(), batch.label(b).end());
      CHECK((*family)->verify(input, label));
    }
  }
  const auto small = read(R"({"family": "fractal", "size": 8})");
  REQUIRE(small.ok());
  const auto none = trm::tasks::PuzzleSource::create(*small);
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().text() == "size: 8 is not a size of a fractal; fix: use 9 to 27");
}

TEST_CASE("puzzle data: a directory replaces generated puzzles, and a recipe asks for one") {
  const std::string generated = R"({"family": "sudoku", "size": 4, "augment": false})";
  CHECK(read(generated)->directory.empty());
  const auto replaced = read(generated, "there");
  REQUIRE(replaced.ok());
  CHECK(replaced->directory == "there");
  CHECK_FALSE(replaced->augment);

  const std::string recipe = R"({"build": "trm tasks build sudoku", "augment": false, "epochs_per_iteration": 9})";
  const auto missing = read(recipe);
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().text().find("trm tasks build sudoku") != std::string::npos);
  const auto named = read(recipe, "there");
  REQUIRE(named.ok());
  CHECK(named->epochs_per_iteration == 9);
  CHECK(named->canonical().find("build") == std::string::npos);
  CHECK(read(named->canonical())->canonical() == named->canonical());
  CHECK_FALSE(read(R"({"agument": false})", "there").ok());
}

}  // namespace

}  // namespace test_puzzle_source
