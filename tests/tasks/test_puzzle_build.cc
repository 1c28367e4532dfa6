#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/base/split.h"
#include "tasks/puzzles/build.h"
#include "tasks/puzzles/csv_sample.h"
#include "tasks/puzzles/maze/family.h"
#include "tasks/puzzles/sudoku/family.h"
#include "tasks/task/task.h"
#include "tests/tasks/folder.h"

namespace test_puzzle_build {

using namespace trm;
using namespace trm::tasks;

namespace {

/// Tokens as the key of a set.
std::string key(const std::vector<std::uint8_t>& tokens) {
  return {tokens.begin(), tokens.end()};
}

std::unique_ptr<PuzzleFamily> sudokus(std::size_t size) {
  sudoku::Request request;
  request.layout = *sudoku::layout_of(size);
  return sudoku::make_family(request);
}

PuzzleDataset read(const tests::Folder& folder, const std::string& split) {
  Result<PuzzleDataset> out = read_puzzle_dataset(folder.path("out"), split);
  if (!out) FAIL(out.error().text());
  return *std::move(out);
}

BuildRequest request_of(const tests::Folder& folder, std::size_t train, std::size_t test, std::size_t copies = 0) {
  BuildRequest out;
  out.directory = folder.path("out");
  out.train = train;
  out.test = test;
  out.copies = copies;
  return out;
}

std::string error_of(const PuzzleFamily& family, const BuildRequest& request) {
  const Result<BuildReport> built = build_puzzles(family, request);
  REQUIRE_FALSE(built.ok());
  return built.error().text();
}

std::vector<std::uint8_t> input_of(const PuzzleDataset& set, std::size_t row) {
  const auto start = set.inputs.begin() + static_cast<std::ptrdiff_t>(row * set.metadata.seq_len);
  return {start, start + static_cast<std::ptrdiff_t>(set.metadata.seq_len)};
}

std::vector<std::uint8_t> label_of(const PuzzleDataset& set, std::size_t row) {
  const auto start = set.labels.begin() + static_cast<std::ptrdiff_t>(row * set.metadata.seq_len);
  return {start, start + static_cast<std::ptrdiff_t>(set.metadata.seq_len)};
}

/// A CSV file of generated puzzles whose ratings are their row numbers.
std::string csv_of(const PuzzleFamily& family, std::size_t size, std::uint64_t first, std::uint64_t count) {
  std::string out = "source,question,answer,rating\n";
  for (std::uint64_t index = first; index < first + count; ++index) {
    const Result<PuzzleExample> example = family.generate("", 77, index);
    REQUIRE(example.ok());
    const sudoku::Layout layout = *sudoku::layout_of(size);
    out += "here," + sudoku::compact_text(*sudoku::board_of(example->input, layout)) + "," +
           sudoku::compact_text(*sudoku::board_of(example->label, layout)) + "," + std::to_string(index) + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("generated data sets hold what they promise") {
  struct Case {
    std::unique_ptr<PuzzleFamily> family;
    std::size_t copies;
  };
  std::vector<Case> cases;
  cases.push_back({sudokus(9), 5});
  cases.push_back({sudokus(6), 0});
  cases.push_back({maze::make_family({11, 14, ""}), 7});
  for (const Case& at : cases) {
    const PuzzleFamily* family = at.family.get();
    const std::size_t copies = at.copies;
    CAPTURE(family->name());
    const tests::Folder folder;
    const Result<BuildReport> built = build_puzzles(*family, request_of(folder, 60, 20, copies));
    REQUIRE(built.ok());
    CHECK(built->train_examples == 60 * (copies + 1));
    CHECK(built->test_examples == 20);
    CHECK(*read_identifiers(folder.path("out")) == std::vector<std::string>{"<blank>"});
    std::map<std::string, std::set<std::string>> canonical;
    for (const std::string split : {"train", "test"}) {
      const PuzzleDataset set = read(folder, split);
      const std::size_t group_size = split == "train" ? copies + 1 : 1;
      REQUIRE(set.groups() == (split == "train" ? 60 : 20));
      CHECK(set.puzzles() == set.examples());
      CHECK(set.examples() == set.groups() * group_size);
      CHECK(set.metadata.vocab_size == family->vocab_size());
      CHECK(set.metadata.seq_len == family->seq_len());
      CHECK(set.metadata.num_puzzle_identifiers == 1);
      CHECK(set.metadata.total_puzzles == set.groups());
      CHECK(set.metadata.mean_puzzle_examples == 1);
      std::set<std::string> originals;
      for (std::size_t row = 0; row < set.examples(); ++row) {
        CHECK(family->verify(input_of(set, row), label_of(set, row)));
        const std::string form = family->canonical(input_of(set, row));
        CHECK(form == family->canonical(input_of(set, row / group_size * group_size)));
        canonical[split].insert(form);
        if (row % group_size == 0) CHECK(originals.insert(key(input_of(set, row))).second);
      }
    }
    for (const std::string& form : canonical["test"]) CHECK_FALSE(canonical["train"].contains(form));
  }
}

TEST_CASE("a data set is a function of its request") {
  const auto family = sudokus(6);
  const tests::Folder first, same, other;
  for (const auto* folder : {&first, &same, &other}) {
    BuildRequest request = request_of(*folder, 30, 10, 2);
    request.seed = folder == &other ? 2 : 1;
    REQUIRE(build_puzzles(*family, request).ok());
  }
  for (const std::string name :
       {"out/train/all__inputs.npy", "out/train/all__labels.npy", "out/test/all__inputs.npy"}) {
    CHECK(first.read(name) == same.read(name));
    CHECK(first.read(name) != other.read(name));
  }
}

TEST_CASE("a data set that is there stays unless it is to be replaced") {
  const auto family = sudokus(4);
  const tests::Folder folder;
  BuildRequest request = request_of(folder, 10, 5);
  REQUIRE(build_puzzles(*family, request).ok());
  const std::string before = folder.read("out/train/all__inputs.npy");
  request.seed = 9;
  CHECK(error_of(*family, request) == folder.path("out") +
                                          ": holds a data set already: " + folder.path("out/identifiers.json") +
                                          "; fix: name another folder, or use --force to replace it");
  CHECK(folder.read("out/train/all__inputs.npy") == before);
  std::filesystem::remove(folder.path("out/identifiers.json"));
  CHECK(error_of(*family, request).find("train/dataset.json") != std::string::npos);
  request.force = true;
  REQUIRE(build_puzzles(*family, request).ok());
  CHECK(folder.read("out/train/all__inputs.npy") != before);
}

TEST_CASE("two data sets are not written into one folder at a time") {
  const auto family = sudokus(4);
  const tests::Folder folder;
  const BuildRequest request = request_of(folder, 10, 5);
  {
    const auto other = begin_data_folder(folder.path("out"), false);
    REQUIRE(other.ok());
    CHECK(error_of(*family, request).starts_with(folder.path("out") + ": is being written by process "));
    CHECK(!std::filesystem::exists(folder.path("out/train")));
  }
  REQUIRE(build_puzzles(*family, request).ok());
  const auto late = begin_data_folder(folder.path("out"), false);
  REQUIRE(!late.ok());
  CHECK(late.error().text().starts_with(folder.path("out") + ": holds a data set already: "));
  CHECK(std::filesystem::exists(folder.path("out/identifiers.json")));
}

TEST_CASE("requests that cannot be met") {
  const tests::Folder folder;
  CHECK(error_of(*maze::make_family({5, 3, ""}), request_of(folder, 1'000'000, 5))
            .starts_with("train puzzles: maze 5x5 has hardly more than "));
  CHECK(error_of(*maze::make_family({9, 9, ""}), request_of(folder, 5, 5, 8)) ==
        "copies: maze 9x9 has at most 7 beside the original; fix: ask for fewer");
  CHECK(error_of(*sudokus(9), request_of(folder, 1'000'000, 5, 10'000)) ==
        "copies: make more examples than offsets of 32 bits can count; fix: ask for fewer");
  CHECK(error_of(*maze::make_family({9, 70, ""}), request_of(folder, 5, 5)).starts_with("path: none of 20000"));
  BuildRequest nowhere = request_of(folder, 5, 5);
  nowhere.directory = "";
  CHECK(error_of(*sudokus(4), nowhere) == "directory: is empty; fix: name one");
  CHECK_FALSE(std::filesystem::exists(folder.path("out")));
  // A directory that cannot be.
  folder.write("file", "kept");
  nowhere.directory = folder.path("file/x");
  CHECK(error_of(*sudokus(4), nowhere).starts_with(folder.path("file/x") + ": cannot be created"));
}

TEST_CASE("one CSV file for both splits") {
  const auto family = sudokus(9);
  const tests::Folder folder;
  BuildRequest request = request_of(folder, 100, 10, 1);
  request.train_csv = folder.write("all.csv", csv_of(*family, 9, 0, 300));
  REQUIRE(build_puzzles(*family, request).ok());
  const PuzzleDataset train = read(folder, "train"), test = read(folder, "test");
  CHECK(train.examples() == 200);
  CHECK(test.examples() == 10);
  for (std::size_t row = 0; row < train.examples(); ++row) {
    CHECK(family->verify(input_of(train, row), label_of(train, row)));
    CHECK(split_of(family->canonical(input_of(train, row))) == "train");
  }
  for (std::size_t row = 0; row < test.examples(); ++row)
    CHECK(split_of(family->canonical(input_of(test, row))) == "test");

  // Rows keep their order and are rows of the file, each once.
  std::map<std::string, std::uint64_t> number;
  for (std::uint64_t index = 0; index < 300; ++index) number[key(family->generate("", 77, index)->input)] = index;
  std::vector<std::uint64_t> drawn;
  for (std::size_t group = 0; group < train.groups(); ++group)
    drawn.push_back(number.at(key(input_of(train, 2 * group))));
  CHECK(std::is_sorted(drawn.begin(), drawn.end()));
  CHECK(std::set<std::uint64_t>(drawn.begin(), drawn.end()).size() == 100);
  CHECK(drawn.back() > 200);

  request.force = true;
  request.min_rating = 250;
  request.train = 200;
  const std::string few = error_of(*family, request);
  CHECK(few.starts_with(folder.path("all.csv") + ": has "));
  CHECK(few.ends_with(" train rows of these rules, not 200; fix: ask for fewer"));
  request.train = 20;
  request.test = 1;
  REQUIRE(build_puzzles(*family, request).ok());
  const PuzzleDataset rated = read(folder, "train");
  for (std::size_t group = 0; group < rated.groups(); ++group) CHECK(number.at(key(input_of(rated, 2 * group))) >= 250);
}

TEST_CASE("two CSV files: copies of what the test file asks leave the training rows") {
  const auto family = sudokus(9);
  const tests::Folder folder;
  BuildRequest request = request_of(folder, 40, 20);
  // Rows 30 to 49 are in both, augmented in the test file.
  std::string test_csv = "source,question,answer,rating\n";
  Rng rng(1, stream_of("near"), 0);
  const sudoku::Layout layout = *sudoku::layout_of(9);
  for (std::uint64_t index = 30; index < 60; ++index) {
    PuzzleExample example = *family->generate("", 77, index);
    family->augment(example.input, example.label, rng);
    test_csv += "there," + sudoku::compact_text(*sudoku::board_of(example.input, layout)) + "," +
                sudoku::compact_text(*sudoku::board_of(example.label, layout)) + ",1\n";
  }
  request.train_csv = folder.write("train.csv", csv_of(*family, 9, 0, 60));
  request.test_csv = folder.write("test.csv", test_csv);
  CHECK(error_of(*family, request) ==
        folder.path("train.csv") + ": has 30 train rows of these rules, not 40; fix: ask for fewer");
  request.train = 30;
  const Result<BuildReport> built = build_puzzles(*family, request);
  REQUIRE(built.ok());
  CHECK(built->near_copies == 30);
  const PuzzleDataset train = read(folder, "train");
  for (std::size_t row = 0; row < 30; ++row) CHECK(input_of(train, row) == family->generate("", 77, row)->input);

  request.force = true;
  request.test_csv = folder.write("bad.csv", test_csv + "there,1,2,3\n");
  CHECK(error_of(*family, request) ==
        folder.path("bad.csv") + ": line 32, column question: has 1 cell, not 81; read as \"1\"; fix: write all cells");
  request.test_csv = folder.path("absent.csv");
  CHECK(error_of(*family, request) == folder.path("absent.csv") + ": does not exist; fix: check the path");
}

TEST_CASE("every row of a file is equally likely to be drawn") {
  constexpr std::size_t rows = 20, wanted = 5, samples = 4000;
  std::vector<std::size_t> drawn(rows);
  for (std::uint64_t seed = 0; seed < samples; ++seed) {
    CsvSample sample("rows", wanted, seed);
    for (std::size_t row = 0; row < rows; ++row) {
      CHECK(sample.check("a.csv").ok() == (row >= wanted));
      sample.offer(row, {{static_cast<std::uint8_t>(row)}, {}, 0});
    }
    const std::vector<PuzzleExample> taken = sample.take();
    REQUIRE(taken.size() == wanted);
    for (std::size_t i = 0; i < wanted; ++i) {
      ++drawn[taken[i].input[0]];
      if (i > 0) CHECK(taken[i - 1].input[0] < taken[i].input[0]);
    }
  }
  // 1000 expected of each, with a standard deviation of 27.
  for (const std::size_t times : drawn) {
    CHECK(times > 860);
    CHECK(times < 1140);
  }
}

TEST_CASE("progress is told") {
  const tests::Folder folder;
  std::map<std::string, std::size_t> last;
  REQUIRE(build_puzzles(*sudokus(4), request_of(folder, 30, 10, 1), [&](auto what, auto done, auto total) {
            CHECK(done <= total);
            last[std::string(what)] = done;
          }).ok());
  CHECK(last ==
        std::map<std::string, std::size_t>{{"train puzzles", 30}, {"test puzzles", 10}, {"examples written", 70}});
}

TEST_CASE("a built data set says where its puzzles come from") {
  const tests::Folder folder;
  CHECK(read_puzzle_origin(folder.path("out")).ok());
  CHECK(read_puzzle_origin(folder.path("out"))->empty());
  REQUIRE(build_puzzles(*sudokus(4), request_of(folder, 3, 2)).ok());
  CHECK(*read_puzzle_origin(folder.path("out")) == "generated");
  folder.write("out/origin.json", R"({"source": "csv"})");
  CHECK(*read_puzzle_origin(folder.path("out")) == "csv");
  folder.write("out/origin.json", R"({"source": "guessed"})");
  CHECK_FALSE(read_puzzle_origin(folder.path("out")).ok());
}

}  // namespace test_puzzle_build
