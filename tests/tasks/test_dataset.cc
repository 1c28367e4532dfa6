#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tasks/puzzles/dataset.h"
#include "tasks/puzzles/dataset_json.h"
#include "tasks/puzzles/npy.h"
#include "tests/tasks/folder.h"

namespace test_dataset {

using namespace trm;
using namespace trm::tasks;

namespace {

/// Two groups: one of two puzzles with one and two examples, one of a single puzzle.
PuzzleDataset small_dataset() {
  PuzzleDataset out;
  out.metadata.vocab_size = 6;
  out.metadata.seq_len = 3;
  out.metadata.num_puzzle_identifiers = 3;
  const std::vector<std::uint8_t> rows[] = {{1, 2, 3}, {4, 5, 0}, {0, 1, 2}, {3, 4, 5}};
  out.add_example(rows[0], rows[1]);
  out.end_puzzle(1);
  out.add_example(rows[1], rows[2]);
  out.add_example(rows[2], rows[3]);
  out.end_puzzle(2);
  out.end_group();
  out.add_example(rows[3], rows[0]);
  out.end_puzzle(0);
  out.end_group();
  out.count();
  return out;
}

void check_equal(const PuzzleDataset& a, const PuzzleDataset& b) {
  CHECK(a.metadata == b.metadata);
  CHECK(a.inputs == b.inputs);
  CHECK(a.labels == b.labels);
  CHECK(a.puzzle_identifiers == b.puzzle_identifiers);
  CHECK(a.puzzle_indices == b.puzzle_indices);
  CHECK(a.group_indices == b.group_indices);
}

/// The error of reading, without the folder's name.
std::string error_of(const tests::Folder& folder) {
  const Result<PuzzleDataset> read = read_puzzle_dataset(folder.path(), "train");
  REQUIRE_FALSE(read.ok());
  std::string text = read.error().text();
  REQUIRE(text.starts_with(folder.path("train/")));
  return text.substr(folder.path("train/").size());
}

template <class T>
void put(const tests::Folder& folder, const std::string& name, std::vector<std::size_t> shape, std::vector<T> values) {
  REQUIRE(write_npy<T>(folder.path("train/all__" + name + ".npy"), shape, values).ok());
}

}  // namespace

TEST_CASE("a data set knows its parts") {
  const PuzzleDataset set = small_dataset();
  CHECK(set.examples() == 4);
  CHECK(set.puzzles() == 3);
  CHECK(set.groups() == 2);
  CHECK(set.metadata.total_groups == 2);
  CHECK(set.metadata.total_puzzles == 3);
  CHECK(set.metadata.mean_puzzle_examples == doctest::Approx(4.0 / 3));
  const std::size_t puzzles[] = {0, 1, 1, 2};
  for (std::size_t row = 0; row < 4; ++row) CHECK(set.puzzle_of(row) == puzzles[row]);
  std::vector<std::int32_t> input(3), label(3);
  set.example(0, input, label);
  CHECK(input == std::vector<std::int32_t>{1, 2, 3});
  CHECK(label == std::vector<std::int32_t>{4, 5, kIgnoredLabel});
  CHECK(PuzzleDataset{}.examples() == 0);
}

TEST_CASE("a data set survives writing and reading") {
  const tests::Folder folder;
  const PuzzleDataset set = small_dataset();
  REQUIRE(write_puzzle_dataset(folder.path("deep/down"), "train", set).ok());
  const Result<PuzzleDataset> back = read_puzzle_dataset(folder.path("deep/down"), "train");
  REQUIRE(back.ok());
  check_equal(*back, set);
  // Nothing else lies there.
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path("deep/down/train"))) {
    CAPTURE(entry.path().string());
    ++files;
  }
  CHECK(files == 6);
  CHECK(folder.read("deep/down/train/dataset.json") ==
        "{\n  \"blank_identifier_id\": 0,\n  \"ignore_label_id\": 0,\n  \"mean_puzzle_examples\": 1.3333333333333333,\n"
        "  \"num_puzzle_identifiers\": 3,\n  \"pad_id\": 0,\n  \"seq_len\": 3,\n  \"sets\": [\"all\"],\n"
        "  \"total_groups\": 2,\n  \"total_puzzles\": 3,\n  \"vocab_size\": 6\n}\n");
}

TEST_CASE("files of the published builders") {
  const tests::Folder folder;
  PuzzleDataset set = small_dataset();
  set.metadata.total_puzzles = 2;  // groups, as the Sudoku and Maze builders count
  REQUIRE(write_puzzle_dataset(folder.path(), "train", set).ok());
  CHECK(read_puzzle_dataset(folder.path(), "train")->metadata.total_puzzles == 2);

  // HRM: one line, no total_puzzles, a mean without a fraction.
  folder.write("train/dataset.json",
               R"({"pad_id": 0, "ignore_label_id": 0, "blank_identifier_id": 0, "vocab_size": 6, "seq_len": 3, )"
               R"("num_puzzle_identifiers": 3, "total_groups": 2, "mean_puzzle_examples": 1, "sets": ["all"]})");
  const Result<PuzzleDataset> hrm = read_puzzle_dataset(folder.path(), "train");
  REQUIRE(hrm.ok());
  CHECK(hrm->metadata.total_puzzles == 2);

  // The augmented Sudoku split is stored as int64.
  std::string wide = folder.read("train/all__inputs.npy");
  const std::size_t at = wide.find("|u1");
  wide.replace(at, 3, "<i8");
  std::string values;
  for (const std::uint8_t token : set.inputs) values += static_cast<char>(token) + std::string(7, '\0');
  folder.write("train/all__inputs.npy", wide.substr(0, wide.size() - set.inputs.size()) + values);
  const Result<PuzzleDataset> int64 = read_puzzle_dataset(folder.path(), "train");
  REQUIRE(int64.ok());
  CHECK(int64->inputs == set.inputs);
}

TEST_CASE("bad data names file, row and column") {
  const auto damaged = [](const auto& damage) {
    const tests::Folder folder;
    REQUIRE(write_puzzle_dataset(folder.path(), "train", small_dataset()).ok());
    damage(folder);
    return error_of(folder);
  };
  const std::string again = "; fix: build the data again";
  using List = std::vector<std::int32_t>;
  using Tokens = std::vector<std::uint8_t>;
  CHECK(damaged([](const auto& f) { std::filesystem::remove(f.path("train/dataset.json")); }) ==
        "dataset.json: does not exist; fix: check the path");
  CHECK(damaged([](const auto& f) { std::filesystem::remove(f.path("train/all__labels.npy")); }) ==
        "all__labels.npy: does not exist; fix: check the path");
  CHECK(damaged([](const auto& f) {
          put<std::uint8_t>(f, "inputs", {4, 3}, {1, 2, 3, 4, 5, 0, 0, 6, 2, 3, 4, 5});
        }) ==
        "all__inputs.npy: row 2, column 1: is 6, not from 0 to 5; fix: correct vocab_size in dataset.json or build the "
        "data again");
  CHECK(damaged([](const auto& f) {
          put(f, "labels", {4, 3}, Tokens(12, 255));
        }) ==
        "all__labels.npy: row 0, column 0: is 255, not from 0 to 5; fix: correct vocab_size in dataset.json or build "
        "the data again");
  CHECK(damaged([](const auto& f) {
          put(f, "inputs", {3, 4}, Tokens(12));
        }) == "all__inputs.npy: shape: is (3, 4), not (3, 3)" + again);
  CHECK(damaged([](const auto& f) { put(f, "inputs", {12}, Tokens(12)); }) ==
        "all__inputs.npy: shape: is (12), not (12, 3)" + again);
  CHECK(damaged([](const auto& f) {
          put(f, "labels", {3, 3}, Tokens(9));
        }) == "all__labels.npy: shape: is (3, 3), not (4, 3)" + again);
  CHECK(damaged([](const auto& f) {
          put(f, "puzzle_identifiers", {3}, List{1, 2, 3});
        }) ==
        "all__puzzle_identifiers.npy: row 2: is 3, not from 0 to 2; fix: correct num_puzzle_identifiers in "
        "dataset.json or build the data again");
  CHECK(damaged([](const auto& f) {
          put(f, "puzzle_identifiers", {2}, List{1, 2});
        }) == "all__puzzle_identifiers.npy: shape: is (2), not (3)" + again);
  CHECK(damaged([](const auto& f) {
          put(f, "puzzle_identifiers", {3, 1}, List{1, 2, 0});
        }) == "all__puzzle_identifiers.npy: shape: is (3, 1), not (3)" + again);
  CHECK(damaged([](const auto& f) {
          put(f, "puzzle_indices", {4}, List{0, 1, 1, 4});
        }) == "all__puzzle_indices.npy: row 2: is 1, not above 1 before it" + again);
  CHECK(damaged([](const auto& f) {
          put(f, "puzzle_indices", {4}, List{1, 2, 3, 4});
        }) == "all__puzzle_indices.npy: row 0: is 1, not 0" + again);
  CHECK(damaged([](const auto& f) {
          put(f, "puzzle_indices", {4}, List{0, 1, 3, 5});
        }) == "all__puzzle_indices.npy: row 3: is 5, but there are 4 examples" + again);
  CHECK(damaged([](const auto& f) {
          put(f, "puzzle_indices", {4}, List{0, 1, -3, 4});
        }) == "all__puzzle_indices.npy: row 2: is -3, not from 0 to 2147483647" + again);
  CHECK(damaged([](const auto& f) { put(f, "group_indices", {0}, List{}); }) ==
        "all__group_indices.npy: holds no offsets" + again);
  CHECK(damaged([](const auto& f) {
          put(f, "group_indices", {2}, List{0, 2});
        }) == "all__group_indices.npy: row 1: is 2, but there are 3 puzzles" + again);
  CHECK(damaged([](const auto& f) {
          put(f, "group_indices", {2}, List{0, 3});
        }) == "dataset.json: total_groups: is 2, but there are 1 groups" + again);

  const auto metadata = [&](const std::string& from, const std::string& to) {
    return damaged([&](const auto& f) {
      std::string text = f.read("train/dataset.json");
      REQUIRE(text.find(from) != std::string::npos);
      f.write("train/dataset.json", text.replace(text.find(from), from.size(), to));
    });
  };
  const std::string range = "; fix: use a value in this range";
  CHECK(metadata("\"total_puzzles\": 3", "\"total_puzzles\": 7") ==
        "dataset.json: total_puzzles: is 7, but there are 3 puzzles in 2 groups" + again);
  CHECK(metadata("\"vocab_size\": 6", "\"vocab_size\": 257") ==
        "dataset.json: vocab_size: must be from 1 to 256, is 257" + range);
  CHECK(metadata("\"vocab_size\": 6", "\"vocab_size\": 5").starts_with("all__inputs.npy: row 1, column 1: is 5"));
  CHECK(metadata("\"pad_id\": 0", "\"pad_id\": 6") == "dataset.json: pad_id: must be from 0 to 5, is 6" + range);
  CHECK(metadata("\"pad_id\": 0", "\"pad_id\": \"0\"") ==
        "dataset.json: pad_id: must be a whole number, is a string; fix: write a whole number");
  CHECK(metadata("\"pad_id\": 0,", "") == "dataset.json: pad_id: is missing; fix: add it");
  CHECK(metadata("\"ignore_label_id\": 0", "\"ignore_label_id\": -100") ==
        "dataset.json: ignore_label_id: must be from -1 to 5, is -100" + range);
  CHECK(metadata("\"blank_identifier_id\": 0", "\"blank_identifier_id\": 3") ==
        "dataset.json: blank_identifier_id: must be from 0 to 2, is 3" + range);
  CHECK(metadata("\"seq_len\": 3", "\"seq_len\": 0") ==
        "dataset.json: seq_len: must be from 1 to 1048576, is 0" + range);
  CHECK(metadata("[\"all\"]", "[\"all\", \"hard\"]") ==
        "dataset.json: sets: is not [\"all\"]; fix: join the sets into one");
  CHECK(metadata("\"pad_id\"", "\"pad_idx\"") == "dataset.json: pad_id: is missing; fix: add it");
  CHECK(metadata("\"sets\"", "\"set\": 1, \"sets\"") ==
        "dataset.json: set: is an unknown field; fix: did you mean \"sets\"?");
  CHECK(metadata("\"sets\"", "\"pad_id\": 1, \"sets\"") ==
        "dataset.json: pad_id: appears twice; fix: keep one of the two");
  CHECK(metadata("{", "[") == "dataset.json: is not a JSON object; fix: write {...}");
  CHECK(metadata("\n}", ",").starts_with("dataset.json: is not JSON at line 12, column"));
}

TEST_CASE("a label that nothing ignores") {
  PuzzleDataset set = small_dataset();
  set.metadata.ignore_label_id = -1;
  const tests::Folder folder;
  REQUIRE(write_puzzle_dataset(folder.path(), "test", set).ok());
  const Result<PuzzleDataset> back = read_puzzle_dataset(folder.path(), "test");
  REQUIRE(back.ok());
  std::vector<std::int32_t> input(3), label(3);
  back->example(0, input, label);
  CHECK(label == std::vector<std::int32_t>{4, 5, 0});
}

TEST_CASE("a data set that contradicts itself is not written") {
  const tests::Folder folder;
  PuzzleDataset set = small_dataset();
  set.metadata.total_groups = 3;
  Status status = write_puzzle_dataset(folder.path(), "train", set);
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().message == "is 3, but there are 2 groups");
  CHECK_FALSE(std::filesystem::exists(folder.path("train")));
  set = small_dataset();
  set.labels.resize(6);
  CHECK_FALSE(write_puzzle_dataset(folder.path(), "train", set).ok());

  folder.write("file", "kept");
  status = write_puzzle_dataset(folder.path("file"), "train", small_dataset());
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().text() ==
        folder.path("file/train") + ": cannot be created: Not a directory; fix: name another folder");
  CHECK(folder.read("file") == "kept");
}

TEST_CASE("identifiers") {
  const tests::Folder folder;
  const std::vector<std::string> names = {"<blank>", "a|||t3|||0123456789", "quote \" and \xc3\xa9"};
  REQUIRE(write_identifiers(folder.path(), names).ok());
  const Result<std::vector<std::string>> back = read_identifiers(folder.path());
  REQUIRE(back.ok());
  CHECK(*back == names);
  CHECK(folder.read("identifiers.json") == "[\"<blank>\", \"a|||t3|||0123456789\", \"quote \\\" and \xc3\xa9\"]\n");

  struct Case {
    const char *text, *error;
  };
  for (const Case& c : {Case{"{}", "is not a JSON list; fix: write [\"<blank>\", ...]"},
                        Case{"\"a\"", "is not a JSON list; fix: write [\"<blank>\", ...]"},
                        Case{"[]", "names nothing; fix: write [\"<blank>\", ...]"},
                        Case{"[\"a\", 1]", "[1]: is not a string; fix: write a name"},
                        Case{"[\"a\", [\"b\"]]", "[1]: is not a string; fix: write a name"},
                        Case{"[\"a\", \"b\", \"a\"]", "[2]: \"a\" occurred before; fix: name it once"}}) {
    CAPTURE(c.text);
    folder.write("identifiers.json", c.text);
    const Result<std::vector<std::string>> read = read_identifiers(folder.path());
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().text() == folder.path("identifiers.json") + ": " + c.error);
  }
}

TEST_CASE("no ignored label, as the public code writes it") {
  const Result<PuzzleMetadata> metadata = parse_puzzle_metadata(
      R"({"pad_id": 0, "ignore_label_id": null, "blank_identifier_id": 0, "vocab_size": 6, "seq_len": 3, )"
      R"("num_puzzle_identifiers": 1, "total_groups": 2, "mean_puzzle_examples": 1, "sets": ["all"]})",
      "dataset.json");
  REQUIRE_MESSAGE(metadata.ok(), metadata.error().text());
  CHECK(metadata->ignore_label_id == -1);
}

}  // namespace test_dataset
