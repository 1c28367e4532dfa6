#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "engine/base/interval.h"
#include "tasks/exchange/score.h"
#include "tasks/registry.h"

namespace test_score {

using namespace trm;
using namespace trm::tasks;

namespace {

std::vector<Item> some_items() {
  std::vector<Item> items;
  for (const char* slice : {"test", "plain"})
    for (std::uint64_t i = 0; i < 20; ++i) items.push_back(*find_task("factorial")->item(slice, 0, i));
  for (std::uint64_t i = 0; i < 20; ++i) items.push_back(*find_task("fibonacci")->item("test", 0, i));
  return items;
}

std::vector<Prediction> right_answers(const std::vector<Item>& items) {
  std::vector<Prediction> out;
  for (const Item& item : items) out.push_back({item.id, item.answer});
  return out;
}

}  // namespace

TEST_CASE("wilson intervals agree with published figures") {
  // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998),
  // table I, method 3: four decimals.
  struct Published {
    std::size_t right, total;
    double low, high;
  };
  for (const Published& row : {Published{81, 263, 0.2553, 0.3662}, Published{15, 148, 0.0624, 0.1605},
                               Published{0, 20, 0.0, 0.1611}, Published{1, 29, 0.0061, 0.1718}}) {
    CAPTURE(row.right);
    const Interval interval = wilson_interval(row.right, row.total);
    CHECK(std::abs(interval.low - row.low) < 5e-5);
    CHECK(std::abs(interval.high - row.high) < 5e-5);
  }
  CHECK(wilson_interval(0, 20).low == 0.0);
  CHECK(wilson_interval(20, 20).high == 1.0);
  CHECK(wilson_interval(20, 20).low == doctest::Approx(1.0 - wilson_interval(0, 20).high));
  CHECK(wilson_interval(0, 0).low == 0.0);
  CHECK(wilson_interval(0, 0).high == 1.0);
  for (std::size_t total = 1; total < 200; total += 7) {
    for (std::size_t right = 0; right <= total; ++right) {
      const Interval interval = wilson_interval(right, total);
      const double share = static_cast<double>(right) / static_cast<double>(total);
      CHECK(interval.low >= 0.0);
      CHECK(interval.low <= share);
      CHECK(interval.high >= share);
      CHECK(interval.high <= 1.0);
    }
  }
}

TEST_CASE("right answers score one, in every group") {
  const std::vector<Item> items = some_items();
  const Result<Score> result = score(items, right_answers(items));
  REQUIRE(result.ok());
  CHECK(result->all.exact.right == 60);
  CHECK(result->all.exact.total == 60);
  CHECK(result->all.exact.value() == 1.0);
  CHECK(result->all.missing == 0);
  REQUIRE(result->tasks.size() == 2);
  CHECK(result->tasks[0].task == "factorial");
  CHECK(result->tasks[0].slice.empty());
  CHECK(result->tasks[0].exact.total == 40);
  CHECK(result->tasks[1].task == "fibonacci");
  CHECK(result->tasks[1].exact.total == 20);
  REQUIRE(result->slices.size() == 3);
  CHECK(result->slices[0].slice == "test");
  CHECK(result->slices[1].slice == "plain");
  CHECK(result->slices[1].exact.total == 20);
  CHECK(result->slices[2].task == "fibonacci");

  REQUIRE(result->slices[1].by_depth.size() == 20);
  for (std::size_t i = 0; i < 20; ++i) {
    if (i > 0) CHECK(result->slices[1].by_depth[i].depth > result->slices[1].by_depth[i - 1].depth);
    CHECK(result->slices[1].by_depth[i].exact.total == 1);
  }
  std::size_t total = 0;
  for (const DepthRate& depth : result->all.by_depth) total += depth.exact.total;
  CHECK(total == 60);
}

TEST_CASE("each wrong or missing answer costs exactly one") {
  const std::vector<Item> items = some_items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    CAPTURE(items[i].id);
    std::vector<Prediction> predictions = right_answers(items);
    predictions[i].answer += "0";
    Result<Score> result = score(items, predictions);
    REQUIRE(result.ok());
    CHECK(result->all.exact.right == 59);
    CHECK(result->all.missing == 0);
    for (const DepthRate& depth : result->all.by_depth)
      CHECK(depth.exact.total - depth.exact.right == (depth.depth == items[i].depth ? 1 : 0));
    for (const GroupScore& slice : result->slices)
      CHECK(20 - slice.exact.right == (slice.task == items[i].task && slice.slice == items[i].slice ? 1 : 0));

    predictions.erase(predictions.begin() + static_cast<std::ptrdiff_t>(i));
    result = score(items, predictions);
    REQUIRE(result.ok());
    CHECK(result->all.exact.right == 59);
    CHECK(result->all.exact.total == 60);
    CHECK(result->all.missing == 1);
  }
  const Result<Score> none = score(items, {});
  REQUIRE(none.ok());
  CHECK(none->all.exact.value() == 0.0);
  CHECK(none->all.missing == 60);
  const Result<Score> empty = score({}, {});
  REQUIRE(empty.ok());
  CHECK(empty->all.exact.value() == 0.0);
  CHECK(empty->tasks.empty());
}

TEST_CASE("predictions must belong to the items") {
  const std::vector<Item> items = some_items();
  std::vector<Prediction> predictions = right_answers(items);
  predictions.push_back({"factorial@3/test/9/9", "1"});
  Result<Score> result = score(items, predictions);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().text() ==
        "prediction \"factorial@3/test/9/9\": answers no item of the list; fix: score it with the items it answers");
  predictions.back().id = items[3].id;
  result = score(items, predictions);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().text() ==
        "prediction \"factorial@3/test/0/3\": occurs twice; fix: give one prediction for each item");
  std::vector<Item> twice = items;
  twice.push_back(items[0]);
  result = score(twice, {});
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().text() == "item \"factorial@3/test/0/0\": occurs twice; fix: give each item its own id");
}

TEST_CASE("a question counts once in each group, however often a file has it") {
  std::vector<Item> items;
  const auto add = [&](const char* prompt, const char* slice) {
    Item item = *parse_prompt(prompt);
    item.id = std::to_string(items.size());
    item.slice = slice;
    item.prompt = prompt;
    items.push_back(item);
  };
  add("mccarthy 90", "test");
  add("mccarthy 17", "test");
  add(" mccarthy  90", "test");
  add("mccarthy 90", "plain");
  add("mccarthy 120", "plain");
  add("odd 17", "plain");
  std::vector<Prediction> predictions = right_answers(items);
  predictions[2].answer = "wrong";
  const Result<Score> result = score(items, predictions);
  REQUIRE(result.ok());
  CHECK(result->repeated == 2);
  CHECK(result->all.exact.total == 4);
  CHECK(result->all.exact.right == 4);
  REQUIRE(result->tasks.size() == 2);
  CHECK(result->tasks[0].exact.total == 3);
  REQUIRE(result->slices.size() == 3);
  CHECK(result->slices[0].exact.total == 2);
  CHECK(result->slices[0].exact.right == 2);
  CHECK(result->slices[1].exact.total == 2);
  CHECK(score(items, {})->all.missing == 4);
  std::size_t by_depth = 0;
  for (const DepthRate& depth : result->all.by_depth) by_depth += depth.exact.total;
  CHECK(by_depth == 4);
  CHECK(score(some_items(), {})->repeated == 0);
}

TEST_CASE("is_right knows the item's task") {
  Item item = *parse_prompt("fact 5");
  CHECK(is_right(item, "120"));
  CHECK_FALSE(is_right(item, "121"));
  item.task = "sudoku";
  CHECK_FALSE(is_right(item, "120"));
}

}  // namespace test_score
