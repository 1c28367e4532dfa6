#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tasks/base/split.h"
#include "tasks/registry.h"
#include "tasks/task/choose.h"
#include "tasks/task/item.h"
#include "tasks/task/item_order.h"
#include "tests/support/sweep.h"
#include "tests/tasks/made_item.h"

namespace test_item_order {

using namespace trm;
using namespace trm::tasks;
using test::made;

namespace {

/// A slice that is a fixed table holds all questions, near-copies of one another.
bool is_fixed(std::string_view slice) {
  return slice == "plain" || slice == "lucas";
}

std::vector<std::string> prompts_of(const Task& task, std::string_view slice, std::uint64_t seed, std::size_t count) {
  std::vector<std::string> out;
  for (std::uint64_t i = 0; i < count; ++i) out.push_back(made(task, slice, seed, i).prompt);
  return out;
}

Item blank(std::uint64_t index, std::uint64_t seed = 0) {
  Item item;
  item.task = "toy";
  item.slice = "test";
  item.seed = seed;
  item.index = index;
  return item;
}

}  // namespace

TEST_CASE("no question of a slice comes twice, nor does a near-copy") {
  for (const Task* task : all_tasks()) {
    for (const std::string_view slice : task->info().slices) {
      if (is_stream(slice)) continue;
      CAPTURE(task->name());
      CAPTURE(slice);
      const std::size_t cost = task->info().cost(slice);
      const std::size_t items = std::min<std::size_t>(task->size(slice), test::swept(400) / (cost * cost));
      std::set<std::string> prompts, forms;
      for (std::uint64_t i = 0; i < items; ++i) {
        const Item item = made(*task, slice, 0, i);
        prompts.insert(item.prompt);
        forms.insert(item.canonical);
      }
      CHECK(prompts.size() == items);
      if (!is_fixed(slice)) CHECK(forms.size() == items);
    }
  }
}

TEST_CASE("an item is the same whatever else was asked, in any order, from any thread") {
  for (const char* name : {"hanoi", "list_sum", "factorial", "multi_step_qa"}) {
    CAPTURE(name);
    const Task& task = *find_task(name);
    constexpr std::size_t count = 90;
    std::array<std::vector<std::string>, 4> seen;
    {
      std::vector<std::jthread> threads;
      for (std::size_t t = 0; t < seen.size(); ++t) {
        seen[t].resize(count);
        threads.emplace_back([&, t] {
          for (std::size_t i = 0; i < count; ++i) {
            const std::size_t index = (t % 2 == 0 ? i : count - 1 - i) * 7 % count;
            const Result<Item> item = task.item("validation", 11, index);
            if (item.ok()) seen[t][index] = item->prompt;
          }
        });
      }
    }
    for (const auto& other : seen) CHECK(other == seen[0]);
    // Other seeds, more than are remembered, change nothing either.
    for (std::uint64_t seed = 100; seed < 120; ++seed) made(task, "validation", seed, 3);
    CHECK(made(task, "validation", 11, count - 1).prompt == seen[0].back());
    CHECK(prompts_of(task, "validation", 11, count) == seen[0]);
    // Fewer items are the first ones; another seed asks others, or the same in another order.
    CHECK(prompts_of(task, "validation", 11, 20) == std::vector<std::string>(seen[0].begin(), seen[0].begin() + 20));
    CHECK(prompts_of(task, "validation", 12, count) != seen[0]);
  }
}

TEST_CASE("a table holds all that draws make, and nothing else") {
  // Validation is both: draws that training watches, and items.
  for (const Task* task : all_tasks()) {
    CAPTURE(task->name());
    const std::size_t size = task->size("validation");
    REQUIRE(size > 0);
    if (size == std::numeric_limits<std::size_t>::max()) continue;
    std::set<std::string> forms, drawn;
    std::size_t shallowest = 1000, deepest = 0, least = 1000, most = 0;
    for (std::uint64_t i = 0; i < size; ++i) {
      const Item item = made(*task, "validation", 5, i);
      forms.insert(item.canonical);
      shallowest = std::min(shallowest, item.depth);
      deepest = std::max(deepest, item.depth);
    }
    CHECK(forms.size() == size);
    for (std::uint64_t i = 0; i < 3000; ++i) {
      const Result<Item> item = task->sample("validation", 5, i);
      REQUIRE(item.ok());
      REQUIRE(forms.count(item->canonical) == 1);
      drawn.insert(item->canonical);
      least = std::min(least, item->depth);
      most = std::max(most, item->depth);
    }
    CHECK(least == shallowest);
    CHECK(most == deepest);
    if (size < 300) CHECK(drawn.size() == size);
  }
}

TEST_CASE("sizes: what there is, counted another way") {
  const auto count = [](std::string_view split, const std::vector<std::string>& prompts) {
    std::set<std::string> forms;
    for (const std::string& prompt : prompts) {
      const Result<Item> item = parse_prompt(prompt);
      REQUIRE(item.ok());
      if (split_of(item->canonical) == split) forms.insert(item->canonical);
    }
    return forms.size();
  };
  std::vector<std::string> hanoi, starts, powers, pairs, tak;
  const std::string pegs = "abcdefgh";
  for (int n = 1; n <= 5; ++n) {
    for (const char a : pegs) {
      for (const char b : pegs) {
        for (const char c : pegs) {
          if (a != b && a != c && b != c) hanoi.push_back("hanoi " + std::to_string(n) + " " + a + " " + b + " " + c);
        }
      }
    }
  }
  CHECK(find_task("hanoi")->size("test") == count("test", hanoi));
  for (int c = 2; c <= 9999; ++c) {
    starts.push_back("fact 1 " + std::to_string(c));
    powers.push_back("pow 2 1 " + std::to_string(c));
  }
  for (const char* split : {"validation", "test"}) {
    CHECK(find_task("factorial")->size(split) == count(split, starts));
    CHECK(find_task("power")->size(split) == count(split, powers));
  }
  CHECK(find_task("factorial")->size("depth_8x") == find_task("factorial")->size("test"));
  for (int x = 1; x <= 12; ++x) {
    for (int y = 1; y <= 12; ++y) {
      for (int z = 1; z <= 12; ++z) {
        const std::string prompt = "tak " + std::to_string(x) + " " + std::to_string(y) + " " + std::to_string(z);
        const std::size_t depth = parse_prompt(prompt)->depth;
        if (depth >= 2 && depth <= 8) tak.push_back(prompt);
      }
    }
  }
  // Those that make too many calls are not asked.
  CHECK(find_task("tak")->size("test") <= count("test", tak));
  CHECK(find_task("tak")->size("test") > count("test", tak) / 2);
  for (const char* name : {"list_sum", "fibonacci", "tree_traversal", "multi_step_qa"}) {
    CHECK(find_task(name)->size("test") == std::numeric_limits<std::size_t>::max());
  }
}

TEST_CASE("the first items of a table are a fair sample of it") {
  // In the order of numbers the first hundred would all be below 100.
  std::size_t above = 0;
  for (const std::string& prompt : prompts_of(*find_task("mccarthy91"), "plain", 0, 60)) {
    if (std::stoi(prompt.substr(9)) > 100) ++above;
  }
  CHECK(above > 4);
  CHECK(above < 18);
}

TEST_CASE("training draws as it always did") {
  const auto drawn = [](const char* task, const char* slice, std::uint64_t number) {
    const Result<Item> item = find_task(task)->sample(slice, 0, number);
    REQUIRE(item.ok());
    return item->prompt;
  };
  CHECK(drawn("factorial", "train", 0) == "fact 8 6302");
  CHECK(drawn("fibonacci", "train", 0) == "fib 7 6513 4489");
  CHECK(drawn("mutual", "train", 2) == made(*find_task("mutual"), "train", 9, 2).prompt);
  for (const Task* task : all_tasks()) {
    CAPTURE(task->name());
    // The stream is what is drawn, and a number beyond a table begins it again.
    CHECK(made(*task, "train", 3, 4).prompt == task->sample("train", 3, 4)->prompt);
    CHECK(task->sample("validation", 3, ~std::uint64_t{0}).ok());
    for (const char* slice : {"test", "plain", "nothing"}) CHECK_FALSE(task->sample(slice, 0, 0).ok());
  }
}

TEST_CASE("a slice that has no more says so, again and again") {
  ItemOrder order;
  std::size_t draws = 0;
  const auto make = [&](Item& item, std::uint64_t number) {
    ++draws;
    item.canonical = std::to_string(number * number % 11);  // 0, 1, 3, 4, 5, 9
  };
  std::set<std::string> forms;
  for (std::uint64_t i = 0; i < 6; ++i) {
    const Result<Item> item = order.of_draws(blank(i), make);
    REQUIRE(item.ok());
    forms.insert(item->canonical);
  }
  CHECK(forms.size() == 6);
  CHECK(draws == 6);
  for (int again = 0; again < 2; ++again) {
    const Result<Item> none = order.of_draws(blank(6), make);
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().code == ErrorCode::usage);
    CHECK(none.error().text() ==
          "index: 6 is beyond the items of toy/test with seed 0: 10000 draws in a row were like one of them; fix: ask "
          "for at most 6 items of a seed");
    CHECK(draws == 6 + kPatience);
  }
  CHECK(order.of_draws(blank(5), make)->canonical == "3");
  const Result<Item> far = order.of_draws(blank(kMostDrawn), make);
  REQUIRE_FALSE(far.ok());
  CHECK(far.error().text().find("ask for at most 1000000 items of a seed") != std::string::npos);
}

TEST_CASE("asking items one after another takes one draw for each") {
  ItemOrder order;
  std::size_t draws = 0;
  const auto make = [&](Item& item, std::uint64_t number) {
    ++draws;
    item.canonical = std::to_string(number / 2);
  };
  for (std::uint64_t i = 0; i < 1000; ++i) CHECK(order.of_draws(blank(i), make)->canonical == std::to_string(i));
  CHECK(draws == 1999);
  CHECK(order.of_draws(blank(17), make)->canonical == "17");
  CHECK(draws == 2000);
}

TEST_CASE("choice among items ends where the slice does") {
  const Task& task = *find_task("hanoi");
  const std::size_t size = task.size("test");
  CHECK(choose_items(task, "test", 0, size, {})->size() == size);
  const Result<std::vector<Item>> more = choose_items(task, "test", 0, size + 1, {});
  REQUIRE_FALSE(more.ok());
  CHECK(more.error().code == ErrorCode::usage);
  CHECK(more.error().text() == "items: hanoi/test has " + std::to_string(size) + " items only; fix: ask for at most " +
                                   std::to_string(size) + " items");
  CHECK_FALSE(item_if_any(task, "test", 0, size)->has_value());
  CHECK_FALSE(item_if_any(*find_task("list_sum"), "test", 0, kMostDrawn)->has_value());
  CHECK_FALSE(item_if_any(task, "tset", 0, 0).ok());
}

}  // namespace test_item_order
