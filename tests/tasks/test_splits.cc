#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>
#include <string>

#include "tasks/base/split.h"
#include "tasks/registry.h"
#include "tasks/task/task.h"
#include "tests/support/sweep.h"
#include "tests/tasks/made_item.h"

namespace test_splits {

using namespace trm;
using namespace trm::tasks;
using test::made;

namespace {

/// Consecutive terms of the Fibonacci or Lucas sequence, or the step before the first.
std::set<std::string> reserved_forms() {
  std::set<std::string> out = {"factorial c=1", "power c=1"};
  for (auto [a, b] : {std::pair<std::uint64_t, std::uint64_t>{1, 0}, {2, 1}}) {
    for (int i = 0; i < 60; ++i) {
      out.insert("fibonacci a=" + std::to_string(a) + " b=" + std::to_string(b));
      const std::uint64_t next = a + b;
      a = b;
      b = next;
    }
  }
  return out;
}

std::string expected_split(std::string_view slice) {
  const bool own = slice == "train" || slice == "validation";
  return own ? std::string(slice) : "test";
}

}  // namespace

TEST_CASE("splits are disjoint, and what is held out stays out") {
  const std::set<std::string> reserved = reserved_forms();
  std::size_t looked_at = 0;
  for (const Task* task : all_tasks()) {
    CAPTURE(task->name());
    std::map<std::string, std::string> owner;  // canonical form -> split
    std::size_t clashes = 0, misplaced = 0, held_out = 0;
    for (const std::string_view slice : task->info().slices) {
      if (slice == "plain" || slice == "lucas") continue;  // held out as a whole, or all there is
      const std::string split = expected_split(slice);
      const std::uint64_t cost = task->info().cost(slice);
      const std::uint64_t count = test::swept(slice == "train" ? 7000 : slice == "test" ? 3000 : 1000) / (cost * cost);
      for (std::uint64_t i = 0; i < std::min<std::uint64_t>(task->size(slice), count); ++i) {
        const Item item = made(*task, slice, 42, i);
        if (split_of(item.canonical) != split) ++misplaced;
        const auto [place, fresh] = owner.emplace(item.canonical, split);
        if (!fresh && place->second != split) ++clashes;
        held_out += reserved.count(item.canonical);
      }
    }
    CHECK(clashes == 0);
    CHECK(misplaced == 0);
    CHECK(held_out == 0);
    CHECK(owner.size() > 50);
    looked_at += owner.size();
  }
  CHECK(looked_at > test::swept(60'000));  // different ones
}

TEST_CASE("the plain and lucas sequences are the reserved ones") {
  const std::set<std::string> reserved = reserved_forms();
  for (const char* name : {"factorial", "power", "fibonacci"}) {
    const Task& task = *find_task(name);
    for (const char* slice : {"plain", "lucas"}) {
      for (std::size_t i = 0; i < task.size(slice); ++i) CHECK(reserved.count(made(task, slice, 0, i).canonical) == 1);
    }
  }
}

TEST_CASE("the hash splits 80 to 10 to 10") {
  std::map<std::string, int> counts;
  constexpr int forms = 100'000;
  for (int i = 0; i < forms; ++i) ++counts[std::string(split_of("factorial c=" + std::to_string(i)))];
  REQUIRE(counts.size() == 3);
  // Standard deviations are at most 127; six of them.
  CHECK(std::abs(counts["train"] - forms * 8 / 10) < 760);
  CHECK(std::abs(counts["validation"] - forms / 10) < 760);
  CHECK(std::abs(counts["test"] - forms / 10) < 760);
}

TEST_CASE("slices cover their depths") {
  struct Range {
    const char* task;
    const char* slice;
    std::size_t low, high;
  };
  for (const Range& range : {Range{"factorial", "train", 1, 12},
                             Range{"factorial", "test", 1, 12},
                             Range{"factorial", "plain", 0, 24},
                             Range{"factorial", "depth_2x", 13, 24},
                             Range{"factorial", "depth_8x", 72, 96},
                             Range{"factorial", "beyond_counters", 100, 120},
                             Range{"power", "test", 1, 12},
                             Range{"power", "plain", 0, 24},
                             Range{"power", "depth_2x", 13, 24},
                             Range{"power", "depth_8x", 72, 96},
                             Range{"list_sum", "test", 1, 10},
                             Range{"list_sum", "depth_2x", 11, 20},
                             Range{"list_sum", "depth_8x", 60, 80},
                             Range{"gcd", "train", 3, 14},
                             Range{"gcd", "test", 3, 14},
                             Range{"gcd", "depth_2x", 15, 28},
                             Range{"gcd", "depth_8x", 84, 112},
                             Range{"fibonacci", "test", 1, 12},
                             Range{"fibonacci", "plain", 0, 24},
                             Range{"fibonacci", "lucas", 0, 24},
                             Range{"fibonacci", "depth_2x", 13, 24},
                             Range{"fibonacci", "depth_8x", 72, 96},
                             Range{"nested_expression", "test", 1, 3},
                             Range{"nested_expression", "depth_2x", 4, 6},
                             Range{"nested_expression", "depth_8x", 18, 24},
                             Range{"nested_expression", "width_4x", 1, 3},
                             Range{"hanoi", "train", 1, 5},
                             Range{"hanoi", "test", 1, 5},
                             Range{"hanoi", "depth_2x", 6, 10},
                             Range{"tak", "test", 2, 8},
                             Range{"tak", "depth_2x", 9, 16},
                             Range{"mutual", "plain", 1, 100},
                             Range{"recursive_flow", "train", 2, 12},
                             Range{"recursive_flow", "calls_2x", 13, 24},
                             Range{"infinite_loop", "test", 2, 8},
                             Range{"infinite_loop", "calls_2x", 9, 16},
                             Range{"infinite_loop", "calls_8x", 48, 64},
                             Range{"induction", "test", 10, 18},
                             Range{"induction", "steps_2x", 20, 36},
                             Range{"multi_step_qa", "test", 1, 4},
                             Range{"multi_step_qa", "hops_2x", 5, 8}}) {
    CAPTURE(range.task);
    CAPTURE(range.slice);
    const Task& task = *find_task(range.task);
    // Those that take long to answer or to write take longer still to draw: where the sweep shall be small, only their
    // limits hold.
    const std::size_t cost = task.info().cost(range.slice);
    const bool all = test::swept(10) == 10 || (cost == 1 && task.info().stage != "applied");
    const std::size_t items = all ? std::min<std::size_t>(700, 1400 / cost) : 20;
    std::set<std::size_t> depths;
    for (std::size_t i = 0; i < std::min(task.size(range.slice), items); ++i) {
      depths.insert(made(task, range.slice, 1, i).depth);
    }
    CHECK(*depths.begin() >= range.low);
    CHECK(*depths.rbegin() <= range.high);
    if (!all) continue;
    CHECK(*depths.begin() == range.low);
    CHECK(*depths.rbegin() == range.high);
    CHECK(depths.size() == range.high - range.low + 1);
  }
  const auto within = [](const char* name, const char* slice, std::size_t low, std::size_t high) {
    CAPTURE(name);
    CAPTURE(slice);
    const Task& task = *find_task(name);
    for (std::size_t i = 0; i < std::min<std::size_t>(task.size(slice), 100 / task.info().cost(slice)); ++i) {
      const Item item = made(task, slice, 1, i);
      CAPTURE(item.prompt);
      CHECK(item.depth >= low);
      CHECK(item.depth <= high);
    }
  };
  // Trees are as large as the slice says; their heights are what they happen to be.
  within("tree_traversal", "test", 1, 10);
  within("tree_traversal", "depth_2x", 4, 20);
  within("tree_traversal", "depth_8x", 6, 80);
  within("tak", "depth_8x", 48, 64);
  within("mutual", "depth_2x", 101, 199);
  within("recursive_flow", "calls_8x", 72, 96);
  within("mutual", "depth_8x", 595, 793);
  within("mutual", "beyond_counters", 1001, 1100);
  within("power", "beyond_counters", 100, 198);
  within("fibonacci", "beyond_counters", 200, 398);
  within("ackermann", "depth_2x", 50, 200);
}

TEST_CASE("items are the same in every release") {
  // Published scores name items by id: a change here needs a new task version.
  struct Pinned {
    const char* task;
    const char* slice;
    std::uint64_t index;
    const char* prompt;
  };
  for (const Pinned& pinned :
       {Pinned{"factorial", "train", 0, "fact 8 6302"}, Pinned{"factorial", "depth_8x", 4, "fact 80 1693"},
        Pinned{"power", "test", 0, "pow 2 9 461"}, Pinned{"list_sum", "test", 0, "sum 40 78 29 66 95 2 1 53 32"},
        Pinned{"gcd", "test", 0, "gcd 90 570"}, Pinned{"gcd", "depth_8x", 4, "gcd 609 6"},
        Pinned{"fibonacci", "train", 0, "fib 7 6513 4489"}, Pinned{"fibonacci", "test", 4, "fib 8 6690 3280"},
        Pinned{"tree_traversal", "test", 0, "inorder (3 7 (2 . (1 (8 (0 0 .) .) .)))"},
        Pinned{"nested_expression", "test", 0, "calc med(74, 0, 5)"}, Pinned{"hanoi", "test", 0, "hanoi 5 f b a"},
        Pinned{"ackermann", "test", 0, "ack 2 12"}, Pinned{"ackermann", "depth_2x", 0, "ack 1 72"},
        Pinned{"mccarthy91", "test", 0, "mccarthy 7"}, Pinned{"tak", "test", 0, "tak 5 4 1"},
        Pinned{"mutual", "test", 0, "odd 84"},
        Pinned{"recursive_flow", "test", 0, "calls f(18); def f(n): return 3 if n < 4 else 2 * f(n - 3)"},
        Pinned{"infinite_loop", "test", 0,
               "repeats f(5); def f(n): return 11 if n < 2 else max(n, g((9 * n + 94) % 10)); def g(n): return n if n "
               "== 13 else g(5 * n % 14) + 8"},
        Pinned{"multi_step_qa", "test", 0,
               "ask Adam is younger than Mona. Adam is older than Gary. Mona is older than Jack. Tina is older than "
               "Gina. Ned is younger than Emma. Ida is younger than Adam. Gina is younger than Ned. Karen is younger "
               "than Ida. Is Emma older than Ned?"}}) {
    CAPTURE(pinned.task);
    CAPTURE(pinned.slice);
    CHECK(made(*find_task(pinned.task), pinned.slice, 0, pinned.index).prompt == pinned.prompt);
  }
}

}  // namespace test_splits
