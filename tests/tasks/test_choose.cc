#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tasks/registry.h"
#include "tasks/task/choose.h"
#include "tests/tasks/made_item.h"

namespace test_choose {

using namespace trm;
using namespace trm::tasks;
using trm::test::made;

TEST_CASE("depth ranges: what people type") {
  struct Good {
    const char* text;
    std::size_t least, most;
  };
  for (const Good& good : {Good{"8", 8, 8}, Good{"4..9", 4, 9}, Good{"0..0", 0, 0}}) {
    CAPTURE(good.text);
    const Result<DepthRange> range = parse_depths(good.text);
    REQUIRE(range.ok());
    CHECK(range->least == good.least);
    CHECK(range->most == good.most);
  }
  for (const char* bad : {"", "..", "4..", "..9", "9..4", "4...9", "4-9", "-1", "x", "4..9x", "04", " 4", "4..9..10",
                          "99999999999999999999"}) {
    CAPTURE(bad);
    const Result<DepthRange> range = parse_depths(bad);
    REQUIRE(!range.ok());
    CHECK(range.error().code == ErrorCode::usage);
  }
}

TEST_CASE("choice by depth: the first items of a range, unchanged, the same every time") {
  for (const Task* task : all_tasks()) {
    CAPTURE(task->name());
    const std::size_t depth = made(*task, "test", 7, 0).depth;
    const DepthRange range{depth, depth};
    const Result<std::vector<Item>> items = choose_items(*task, "test", 7, 1, range);
    REQUIRE(items.ok());
    CHECK(items->front().id == made(*task, "test", 7, 0).id);
  }
  const Task& task = *find_task("fibonacci");
  const Result<std::vector<Item>> items = choose_items(task, "test", 3, 40, {4, 9});
  REQUIRE(items.ok());
  REQUIRE(items->size() == 40);
  std::size_t next = 0;
  for (std::uint64_t i = 0; next < 40; ++i) {
    const Item item = made(task, "test", 3, i);
    if (item.depth < 4 || item.depth > 9) continue;
    CHECK((*items)[next].id == item.id);
    CHECK((*items)[next].prompt == item.prompt);
    ++next;
  }
  // Without a range: the first ones.
  const Result<std::vector<Item>> all = choose_items(task, "test", 3, 40, {});
  REQUIRE(all.ok());
  CHECK(all->back().index == 39);
}

TEST_CASE("choice by depth: what does not occur is an error that says what does") {
  const Task& task = *find_task("factorial");
  const Result<std::vector<Item>> none = choose_items(task, "test", 0, 5, {13, 20});
  REQUIRE(!none.ok());
  CHECK(none.error().code == ErrorCode::usage);
  CHECK(none.error().text() ==
        "difficulty: of the first 1012 items of factorial/test, none has depth 13..20; they have depths 1..12; fix: "
        "choose depths that occur, or another slice");
  const Result<std::vector<Item>> few = choose_items(task, "plain", 0, 5, {22, 40});
  REQUIRE(!few.ok());
  CHECK(few.error().text() ==
        "difficulty: of the first 25 items of factorial/plain, only 3 have depth 22..40; they have depths 0..24; fix: "
        "ask for at most 3 items");
  const Result<std::vector<Item>> slice = choose_items(task, "tset", 0, 5, {});
  REQUIRE(!slice.ok());
  CHECK(slice.error().field == "slice");
}

}  // namespace test_choose
