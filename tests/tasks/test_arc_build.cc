#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tasks/puzzles/arc/build.h"
#include "tasks/puzzles/arc/canvas.h"
#include "tasks/puzzles/arc/name.h"

namespace test_arc_build {

using namespace trm;
using namespace trm::tasks;
using namespace trm::tasks::arc;

namespace {

/// A grid whose cells tell its number, so that every pair can be found again.
Grid numbered(std::size_t number, std::size_t rows = 2, std::size_t columns = 3) {
  Grid out(rows, columns);
  for (std::size_t i = 0; i < out.cells.size(); ++i, number /= 10)
    out.cells[i] = static_cast<std::uint8_t>(number % 10);
  return out;
}

ArcTask task(const std::string& id, std::size_t number, std::size_t train, std::size_t test) {
  ArcTask out{id, {}, {}};
  for (std::size_t i = 0; i < train + test; ++i)
    (i < train ? out.train : out.test).push_back({numbered(number + i), numbered(number + 50 + i, 3, 2)});
  return out;
}

std::vector<ArcTask> training() {
  return {task("t2", 1200, 3, 1), task("t1", 1300, 2, 2)};
}
std::vector<ArcTask> evaluation() {
  return {task("e1", 1400, 2, 2), task("e0", 1500, 4, 1)};
}

Plan plan(std::size_t copies, std::uint64_t seed = 42) {
  Result<Plan> out = plan_copies(training(), evaluation(), copies, seed);
  REQUIRE_MESSAGE(out.ok(), out.error().text());
  return *std::move(out);
}

/// The grid on a canvas wherever it lies.
Grid find_grid(std::span<const std::uint8_t> canvas) {
  const auto first = std::find_if(canvas.begin(), canvas.end(), [](std::uint8_t t) { return t >= kFirstColourToken; });
  Canvas moved{};
  const auto start = static_cast<std::size_t>(first - canvas.begin());
  for (std::size_t at = 0; at + start < canvas.size(); ++at)
    if (at % 30 + start % 30 < 30) moved[at] = canvas[at + start];
  return crop(moved);
}

std::span<const std::uint8_t> row_of(const std::vector<std::uint8_t>& tokens, std::size_t row) {
  return std::span(tokens).subspan(row * kCanvasTokens, kCanvasTokens);
}

/// Pairs of each puzzle by name, with the augmentation undone.
std::map<std::string, std::vector<Pair>> pairs_by_name(const PuzzleDataset& set,
                                                       const std::vector<std::string>& names) {
  std::map<std::string, std::vector<Pair>> out;
  for (std::size_t puzzle = 0; puzzle < set.puzzles(); ++puzzle) {
    const std::string& name = names.at(static_cast<std::size_t>(set.puzzle_identifiers[puzzle]));
    const Augmentation undo = inverse(read_name(name)->augmentation);
    for (auto row = set.puzzle_indices[puzzle]; row < set.puzzle_indices[puzzle + 1]; ++row) {
      const auto at = static_cast<std::size_t>(row);
      out[name].push_back(
          {augment(find_grid(row_of(set.inputs, at)), undo), augment(find_grid(row_of(set.labels, at)), undo)});
    }
  }
  return out;
}

template <class T>
std::vector<T> joined(std::vector<T> a, const std::vector<T>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

bool at_top_left(const PuzzleDataset& set, std::size_t row) {
  return row_of(set.inputs, row)[0] >= kFirstColourToken && row_of(set.labels, row)[0] >= kFirstColourToken;
}

}  // namespace

TEST_CASE("demonstrations of all tasks are trained on, test pairs of evaluation tasks are tested on") {
  const Plan plan = test_arc_build::plan(7);
  const std::vector<std::string> names = puzzle_names(plan);
  REQUIRE(names.size() == 1 + 4 * 8);
  CHECK(names[0] == "<blank>");
  const PuzzleDataset train = build_split(plan, Split::train), test = build_split(plan, Split::test);
  CHECK(train.groups() == 4);
  CHECK(train.puzzles() == 32);
  CHECK(train.examples() == 8 * (4 + 4 + 2 + 4));
  CHECK(test.groups() == 2);
  CHECK(test.puzzles() == 16);
  CHECK(test.examples() == 8 * (2 + 1));

  const auto trained = pairs_by_name(train, names), tested = pairs_by_name(test, names);
  const std::vector<ArcTask> t = training(), e = evaluation();
  const std::map<std::string, std::vector<Pair>> train_pairs = {{"t1", joined(t[1].train, t[1].test)},
                                                                {"t2", joined(t[0].train, t[0].test)},
                                                                {"e0", e[1].train},
                                                                {"e1", e[0].train}};
  const std::map<std::string, std::vector<Pair>> test_pairs = {{"e0", e[1].test}, {"e1", e[0].test}};
  CHECK(trained.size() == 32);
  CHECK(tested.size() == 16);
  for (const auto& at : trained) {
    const auto& [name, pairs] = at;
    CAPTURE(at.first);
    CHECK(pairs == train_pairs.at(read_name(name)->task));
  }
  for (const auto& at : tested) {
    const auto& [name, pairs] = at;
    CAPTURE(at.first);
    CHECK(pairs == test_pairs.at(read_name(name)->task));
  }
  // Identifiers count through the groups, and a group is a task, its original first.
  std::vector<std::int32_t> expected(32);
  for (std::size_t i = 0; i < 32; ++i) expected[i] = static_cast<std::int32_t>(i + 1);
  CHECK(train.puzzle_identifiers == expected);
  CHECK(test.puzzle_identifiers == std::vector<std::int32_t>(expected.begin() + 16, expected.end()));
  CHECK(train.group_indices == std::vector<std::int32_t>{0, 8, 16, 24, 32});
  CHECK(names[1] == "t1");
  CHECK(names[9] == "t2");
  CHECK(names[17] == "e0");
  CHECK(names[25] == "e1");
  for (const PuzzleDataset* set : {&train, &test}) {
    PuzzleMetadata metadata;
    metadata.vocab_size = 12;
    metadata.seq_len = 900;
    metadata.num_puzzle_identifiers = 33;
    metadata.total_groups = set->groups();
    metadata.total_puzzles = set->puzzles();
    metadata.mean_puzzle_examples = static_cast<double>(set->examples()) / static_cast<double>(set->puzzles());
    CHECK(set->metadata == metadata);
  }
  CHECK(evaluation_tasks(plan) == std::vector<ArcTask>{e[1], e[0]});
}

TEST_CASE("training pairs are moved, one of each puzzle aside; test pairs never are") {
  const Plan plan = test_arc_build::plan(50);
  const PuzzleDataset train = build_split(plan, Split::train), test = build_split(plan, Split::test);
  std::size_t moved = 0;
  std::set<std::size_t> fixed_places;
  std::set<std::pair<std::size_t, std::size_t>> offsets;
  for (std::size_t puzzle = 0; puzzle < train.puzzles(); ++puzzle) {
    std::size_t fixed = 0;
    const auto first = static_cast<std::size_t>(train.puzzle_indices[puzzle]);
    for (std::size_t row = first; row < static_cast<std::size_t>(train.puzzle_indices[puzzle + 1]); ++row) {
      if (at_top_left(train, row)) {
        ++fixed;
        fixed_places.insert(row - first);
        continue;
      }
      ++moved;
      // Both grids share the offset: colour 0 is a colour too, so the first colour token is the corner.
      const auto corner = [&](const std::vector<std::uint8_t>& tokens) {
        const auto canvas = row_of(tokens, row);
        return static_cast<std::size_t>(
            std::find_if(canvas.begin(), canvas.end(), [](std::uint8_t t) { return t >= kFirstColourToken; }) -
            canvas.begin());
      };
      CHECK(corner(train.inputs) == corner(train.labels));
      offsets.insert({corner(train.inputs) / 30, corner(train.inputs) % 30});
      CHECK(draw(find_grid(row_of(train.inputs, row)), {corner(train.inputs) / 30, corner(train.inputs) % 30}) == [&] {
        Canvas canvas;
        std::copy_n(row_of(train.inputs, row).begin(), kCanvasTokens, canvas.begin());
        return canvas;
      }());
    }
    // A random place can be the top left too, but rarely: 1 of 28 * 28.
    CHECK(fixed >= 1);
    CHECK(fixed <= 2);
  }
  CHECK(moved > 500);
  CHECK(fixed_places == std::set<std::size_t>{0, 1, 2, 3});
  // The larger side of every pair is 3, whichever way it is turned.
  std::set<std::size_t> rows, columns;
  for (const auto& [row, column] : offsets) {
    rows.insert(row);
    columns.insert(column);
  }
  CHECK(*rows.rbegin() == 27);
  CHECK(*columns.rbegin() == 27);
  CHECK(rows.size() == 28);
  CHECK(columns.size() == 28);
  for (std::size_t row = 0; row < test.examples(); ++row) CHECK(at_top_left(test, row));
}

TEST_CASE("the data depend on the seed and on each task alone, not on the order of files") {
  const auto reversed = [](std::vector<ArcTask> tasks) {
    std::reverse(tasks.begin(), tasks.end());
    return tasks;
  };
  const auto same = [](const Plan& a, const Plan& b) {
    for (const Split split : {Split::train, Split::test}) {
      const PuzzleDataset x = build_split(a, split), y = build_split(b, split);
      if (x.inputs != y.inputs || x.labels != y.labels || x.puzzle_indices != y.puzzle_indices) return false;
    }
    return puzzle_names(a) == puzzle_names(b);
  };
  const Plan first = plan(20);
  CHECK(same(first, plan(20)));
  CHECK(same(first, *plan_copies(reversed(training()), reversed(evaluation()), 20, 42)));
  CHECK_FALSE(same(first, plan(20, 43)));
  // Other tasks, or being for evaluation, change nothing about a task's copies.
  const Plan alone = *plan_copies({evaluation()[0]}, {}, 20, 42);
  CHECK(alone.groups[0].copies == first.groups[3].copies);
  CHECK(alone.groups[0].task.id == first.groups[3].task.id);
}

TEST_CASE("no copy has the pairs of another") {
  // One colour besides 0 on a symmetric grid: only the colour can change, so there are 9 images, the original among
  // them.
  Grid dot(1, 1);
  dot.cells = {3};
  const ArcTask symmetric{"s", {{dot, dot}}, {{dot, dot}}};
  // Two pairs that turn into each other: a different order of pairs is no new puzzle.
  Grid left(1, 2), right(1, 2);
  left.cells = {3, 0};
  right.cells = {0, 3};
  const ArcTask swapped{"w", {{left, left}}, {{right, right}}};
  const Plan plan = *plan_copies({symmetric, swapped}, {}, 1000, 1);
  CHECK(plan.groups[0].copies.size() == 8);
  CHECK(plan.groups[1].copies.size() == 17);  // 9 colours, lying or standing, without the original
  const Plan many = test_arc_build::plan(500);
  for (const Group& group : many.groups) {
    CHECK(group.copies.size() == 500);
    std::set<std::multiset<Pair>> images;
    for (const Augmentation& copy : joined({Augmentation{}}, group.copies)) {
      std::multiset<Pair> image;
      for (const Pair& pair : joined(group.task.train, group.task.test))
        image.insert({augment(pair.input, copy), augment(pair.output, copy)});
      images.insert(std::move(image));
    }
    CHECK(images.size() == 501);
    CHECK(std::find(group.copies.begin(), group.copies.end(), Augmentation{}) == group.copies.end());
  }
  CHECK(test_arc_build::plan(0).groups[0].copies.empty());
}

TEST_CASE("an answer that is not known becomes a label that asks nothing") {
  std::vector<ArcTask> tasks = evaluation();
  tasks[0].test[1].output = {};
  const Plan plan = *plan_copies({}, tasks, 3, 42);
  const PuzzleDataset test = build_split(plan, Split::test);
  std::vector<std::int32_t> input(900), label(900);
  std::size_t asked = 0;
  for (std::size_t row = 0; row < test.examples(); ++row) {
    test.example(row, input, label);
    const bool nothing = std::all_of(label.begin(), label.end(), [](std::int32_t t) { return t == kIgnoredLabel; });
    if (!nothing) ++asked;
  }
  CHECK(test.examples() == 12);
  CHECK(asked == 8);
}

TEST_CASE("tasks that cannot be built are refused") {
  const auto error = [](std::vector<ArcTask> train, std::vector<ArcTask> test, std::size_t copies = 1) {
    const Result<Plan> plan = plan_copies(std::move(train), std::move(test), copies, 1);
    REQUIRE_FALSE(plan.ok());
    return plan.error().text();
  };
  CHECK(error({task("a", 1, 1, 1)}, {task("a", 2, 1, 1)}) ==
        "task \"a\": occurs twice; fix: give each task an id of its own, or leave one out");
  CHECK(error({task("a", 1, 0, 1)}, {}) == "task \"a\": has no demonstration or no test pair; fix: add them");
  CHECK(error({}, {task("a", 1, 1, 0)}) == "task \"a\": has no demonstration or no test pair; fix: add them");
  ArcTask unsolved = task("a", 1, 1, 1);
  unsolved.test[0].output = {};
  CHECK(error({unsolved}, {}) ==
        "task \"a\": has a test pair without an output, and is not for evaluation; fix: add it");
  unsolved.train[0].output = {};
  CHECK(error({}, {unsolved}) == "task \"a\": has a demonstration without an output; fix: add it");
  CHECK(error({task("a", 1, 1, 1)}, {}, std::size_t{1} << 40) ==
        "copies: would make more examples than 32-bit offsets can count; fix: ask for fewer than 1073741823");
}

}  // namespace test_arc_build
