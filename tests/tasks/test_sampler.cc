#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tasks/puzzles/build.h"
#include "tasks/puzzles/sampler.h"
#include "tasks/puzzles/sudoku/family.h"

namespace test_sampler {

using namespace trm;
using namespace trm::tasks;

namespace {

/// `groups` groups, group g of 1 + g % 3 puzzles, each of `examples` examples (0: 1 + puzzle % 4). The input of an
/// example is its group, puzzle and row; its label the ignored value and, twice, the row + 1.
PuzzleDataset numbered(std::size_t groups, std::size_t examples = 0) {
  PuzzleDataset out;
  out.metadata.seq_len = 3;
  out.metadata.vocab_size = 256;
  out.metadata.pad_id = 255;
  out.metadata.blank_identifier_id = 99;
  out.metadata.num_puzzle_identifiers = 256;
  for (std::size_t group = 0; group < groups; ++group) {
    for (std::size_t copy = 0; copy <= group % 3; ++copy) {
      const std::size_t puzzle = out.puzzles();
      for (std::size_t i = 0; i < (examples == 0 ? 1 + puzzle % 4 : examples); ++i) {
        const auto byte = [](std::size_t value) { return static_cast<std::uint8_t>(value); };
        const std::uint8_t row = byte(out.examples());
        const std::uint8_t input[] = {byte(group), byte(puzzle), row};
        const std::uint8_t label[] = {0, byte(row + std::size_t{1}), byte(row + std::size_t{1})};
        out.add_example(input, label);
      }
      out.end_puzzle(static_cast<std::int32_t>(puzzle));
    }
    out.end_group();
  }
  out.count();
  return out;
}

TrainingSampler sampler_of(const PuzzleDataset& dataset, const SamplerOptions& options) {
  Result<TrainingSampler> out = TrainingSampler::create(dataset, options);
  if (!out) FAIL(out.error().text());
  return *std::move(out);
}

std::string error_of(const PuzzleDataset& dataset, std::size_t batch, std::size_t epochs) {
  const Result<TrainingSampler> out = TrainingSampler::create(dataset, {batch, epochs, 0, nullptr});
  REQUIRE_FALSE(out.ok());
  return out.error().text();
}

}  // namespace

TEST_CASE("an epoch shows one copy of each group, all of its examples") {
  const PuzzleDataset set = numbered(30);
  // Groups of an epoch, whole: a batch of one takes a single example of each copy.
  const std::size_t epochs = 3;
  TrainingSampler sampler = sampler_of(set, {1, epochs, 7, nullptr});
  PuzzleBatch batch;
  std::set<std::vector<std::int32_t>> orders;
  std::map<std::int32_t, std::size_t> puzzles, rows;
  for (std::uint64_t iteration = 0; iteration < 200; ++iteration) {
    for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
      std::vector<std::int32_t> order;
      for (std::size_t i = 0; i < set.groups(); ++i) {
        sampler.next(batch);
        REQUIRE(batch.rows == 1);
        CHECK(sampler.state() == SamplerState{iteration, epoch * set.groups() + i + 1});
        order.push_back(batch.inputs[0]);
        CHECK(batch.identifiers[0] == batch.inputs[1]);
        CHECK(batch.labels == std::vector<std::int32_t>{kIgnoredLabel, batch.inputs[2] + 1, batch.inputs[2] + 1});
        ++puzzles[batch.inputs[1]];
        ++rows[batch.inputs[2]];
      }
      CHECK(orders.insert(order).second);
      std::sort(order.begin(), order.end());
      for (std::size_t i = 0; i < order.size(); ++i) CHECK(order[i] == static_cast<std::int32_t>(i));
    }
  }
  // Copies of a group, and examples of a copy, are drawn equally often: 600 draws of each group.
  for (std::size_t group = 0; group < set.groups(); ++group) {
    const std::size_t copies = 1 + group % 3;
    for (auto p = set.group_indices[group]; p < set.group_indices[group + 1]; ++p) {
      CAPTURE(p);
      CHECK(puzzles[p] > 600 / copies * 7 / 10);
      CHECK(puzzles[p] < 600 / copies * 13 / 10 + 1);
      const auto puzzle = static_cast<std::size_t>(p);
      const auto examples = static_cast<std::size_t>(set.puzzle_indices[puzzle + 1] - set.puzzle_indices[puzzle]);
      for (auto row = set.puzzle_indices[puzzle]; row < set.puzzle_indices[puzzle + 1]; ++row)
        CHECK(rows[row] > puzzles[p] / examples / 2);
    }
  }
}

TEST_CASE("batches are filled in the published order") {
  const PuzzleDataset set = numbered(20, 3);
  TrainingSampler sampler = sampler_of(set, {10, 1, 3, nullptr});
  PuzzleBatch batch;
  // 20 groups of 3 rows: four groups to a batch, of the last of which one row finds room. Five batches an iteration.
  for (std::uint64_t iteration = 0; iteration < 20; ++iteration) {
    std::multiset<std::int32_t> groups;
    for (std::uint64_t b = 0; b < 5; ++b) {
      sampler.next(batch);
      CHECK(sampler.state() == SamplerState{iteration, 4 * (b + 1)});
      for (std::size_t row = 0; row < 10; ++row) {
        const std::size_t first = row / 3 * 3;
        CHECK(batch.inputs[3 * row] == batch.inputs[3 * first]);
        CHECK(batch.identifiers[row] == batch.identifiers[first]);
        groups.insert(batch.inputs[3 * row]);
      }
      for (std::size_t first = 0; first < 9; first += 3) {
        const std::set<std::int32_t> rows = {batch.inputs[3 * first + 2], batch.inputs[3 * first + 5],
                                             batch.inputs[3 * first + 8]};
        CHECK(rows.size() == 3);
      }
    }
    std::size_t whole = 0;
    for (std::int32_t group = 0; group < 20; ++group) {
      CHECK(groups.count(group) % 2 == 1);
      whole += groups.count(group) == 3 ? 1 : 0;
    }
    CHECK(whole == 15);
  }
}

TEST_CASE("a short last batch is dropped") {
  const PuzzleDataset set = numbered(10, 1);
  TrainingSampler sampler = sampler_of(set, {4, 1, 3, nullptr});
  PuzzleBatch batch;
  const SamplerState expected[] = {{0, 4}, {0, 8}, {1, 4}, {1, 8}, {2, 4}};
  for (const SamplerState& state : expected) {
    sampler.next(batch);
    CHECK(sampler.state() == state);
    CHECK(batch.rows == 4);
    CHECK(std::set<std::int32_t>{batch.inputs[0], batch.inputs[3], batch.inputs[6], batch.inputs[9]}.size() == 4);
  }
}

TEST_CASE("a sampler is a function of its seed and goes on from its state") {
  const PuzzleDataset set = numbered(25);
  const auto family = sudoku::make_family({});
  TrainingSampler a = sampler_of(set, {8, 2, 5, nullptr}), b = sampler_of(set, {8, 2, 5, nullptr});
  TrainingSampler other = sampler_of(set, {8, 2, 6, nullptr});
  PuzzleBatch x, y, z;
  std::size_t differences = 0;
  for (int step = 0; step < 60; ++step) {
    a.next(x);
    b.next(y);
    other.next(z);
    CHECK(x.inputs == y.inputs);
    CHECK(x.labels == y.labels);
    CHECK(x.identifiers == y.identifiers);
    differences += x.inputs == z.inputs ? 0 : 1;
    // Somebody who was interrupted here.
    TrainingSampler resumed = sampler_of(set, {8, 2, 5, nullptr});
    REQUIRE(resumed.resume(a.state()).ok());
    TrainingSampler straight = a;
    resumed.next(y);
    straight.next(z);
    CHECK(y.inputs == z.inputs);
    CHECK(resumed.state() == straight.state());
  }
  CHECK(differences == 60);
  const Status status = a.resume({0, 51});
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().text() ==
        "position: is 51, but an iteration has 50 groups; fix: go on with the data that the run began with");
}

TEST_CASE("requests that no sampler can meet") {
  const PuzzleDataset set = numbered(10);
  CHECK(error_of(set, 0, 1) == "batch_size: is 0; fix: use 1 or more");
  CHECK(error_of(set, 1, 0) == "epochs_per_iteration: is 0; fix: use 1 or more");
  const std::string text = error_of(set, 40, 1);
  CHECK(text.starts_with("batch_size: is 40, but an iteration may have "));
  CHECK(text.ends_with(" examples only; fix: use a smaller batch or more epochs in an iteration"));
  CHECK(TrainingSampler::create(set, {40, 4, 0, nullptr}).ok());
  CHECK_FALSE(TrainingSampler::create(PuzzleDataset{}, {1, 1, 0, nullptr}).ok());
}

TEST_CASE("examples are augmented on the fly") {
  sudoku::Request request;
  request.layout = *sudoku::layout_of(6);
  const auto family = sudoku::make_family(request);
  const auto puzzles = generate_puzzles(*family, "train", 20, 1);
  REQUIRE(puzzles.ok());
  const PuzzleDataset set = dataset_of(*family, *puzzles, 0, 1);
  std::set<std::string> canonical;
  for (const PuzzleExample& puzzle : *puzzles) canonical.insert(family->canonical(puzzle.input));
  TrainingSampler sampler = sampler_of(set, {10, 1, 1, family.get()}),
                  again = sampler_of(set, {10, 1, 1, family.get()});
  PuzzleBatch batch, same;
  std::set<std::string> seen;
  for (int step = 0; step < 20; ++step) {
    sampler.next(batch);
    REQUIRE(again
                .resume(sampler.state().position == 10 ? SamplerState{sampler.state().iteration, 0}
                                                       : SamplerState{sampler.state().iteration, 10})
                .ok());
    again.next(same);
    CHECK(batch.inputs == same.inputs);
    CHECK(batch.labels == same.labels);
    for (std::ptrdiff_t row = 0; row < 10; ++row) {
      const std::vector<std::uint8_t> input(batch.inputs.begin() + 36 * row, batch.inputs.begin() + 36 * (row + 1));
      const std::vector<std::uint8_t> label(batch.labels.begin() + 36 * row, batch.labels.begin() + 36 * (row + 1));
      CHECK(family->verify(input, label));
      CHECK(canonical.contains(family->canonical(input)));
      CHECK(seen.insert({input.begin(), input.end()}).second);
    }
  }
}

}  // namespace test_sampler
