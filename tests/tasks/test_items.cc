#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tasks/registry.h"
#include "tasks/task/task.h"
#include "tests/support/right_frames.h"
#include "tests/support/sweep.h"
#include "tests/tasks/made_item.h"

namespace test_items {

using namespace trm;
using namespace trm::tasks;
using test::made;

namespace {

/// Calls look(task, slice, item) for up to `count` items of every slice.
template <class Look>
void for_each_item(std::uint64_t seed, std::uint64_t count, const Look& look) {
  for (const Task* task : all_tasks()) {
    for (const std::string_view slice : task->info().slices) {
      // Those that take long to answer take longer still to draw.
      const std::uint64_t cost = task->info().cost(slice);
      const std::uint64_t items = std::min<std::uint64_t>(task->size(slice), 1 + count / (cost * cost));
      for (std::uint64_t i = 0; i < items; ++i) look(*task, slice, made(*task, slice, seed, i));
    }
  }
}

}  // namespace

TEST_CASE("an item is what it says it is") {
  for_each_item(7, test::swept(300), [](const Task& task, std::string_view slice, const Item& item) {
    CAPTURE(item.prompt);
    REQUIRE(item.task == task.name());
    REQUIRE(item.version == task.info().version);
    REQUIRE(item.slice == slice);
    REQUIRE(item.seed == 7);
    REQUIRE(item.id ==
            item.task + "@" + std::to_string(item.version) + "/" + item.slice + "/7/" + std::to_string(item.index));
    // The solver's answer passes the verifier, and a person who types the prompt gets the same item, but for what is
    // beyond the counters that models know.
    REQUIRE(task.verify(item, item.answer));
    REQUIRE(parse_prompt(item.prompt).ok() == (slice != "beyond_counters"));
    const Result<Item> typed = task.parse(item.prompt);
    REQUIRE_MESSAGE(typed.ok(), typed.error().text());
    REQUIRE(typed->task == item.task);
    REQUIRE(typed->version == item.version);
    REQUIRE(typed->answer == item.answer);
    REQUIRE(typed->canonical == item.canonical);
    REQUIRE(typed->depth == item.depth);
    REQUIRE(typed->prompt == item.prompt);
    // It depends on nothing else.
    const Item again = made(task, slice, 7, item.index);
    REQUIRE(again.prompt == item.prompt);
    REQUIRE(again.answer == item.answer);
  });
}

TEST_CASE("any single corruption of an answer is wrong") {
  for_each_item(8, test::swept(40), [](const Task& task, std::string_view, const Item& item) {
    CAPTURE(item.prompt);
    const std::string& right = item.answer;
    // Long answers are corrupted here and there.
    const std::size_t step = 1 + right.size() / 40;
    for (std::size_t at = item.index % step; at < right.size(); at += step) {
      for (const char c : {'0', '1', '4', '9', 'a', 'b', 'x', ' '}) {
        std::string wrong = right;
        wrong[at] = c;
        if (c != right[at]) REQUIRE_FALSE(task.verify(item, wrong));
      }
      std::string shorter = right;
      REQUIRE_FALSE(task.verify(item, shorter.erase(at, 1)));
    }
    for (std::size_t at = item.index % step; at <= right.size(); at += step) {
      for (const char c : {'0', '7', ' ', '-', '.', '\n', '\0', 'a'}) {
        std::string longer = right;
        REQUIRE_FALSE(task.verify(item, longer.insert(at, 1, c)));
      }
    }
    REQUIRE(task.verify(item, "") == right.empty());
    REQUIRE_FALSE(task.verify(item, std::string(1000, '9')));
    for (const char* other : {"yes", "no", "Yes", "ab", "ab ac", "1 2", "maybe", "-1", "00"}) {
      CAPTURE(other);
      REQUIRE(task.verify(item, other) == (right == other));
    }
  });
}

namespace {

/// What somebody might answer who is nearly right: next numbers, parts in another order, one part too many or too few,
/// the same in another spelling.
std::vector<std::string> near_misses(const std::string& right) {
  std::vector<std::string> out = {"",           " " + right,         right + " ",   right + "\n", "0" + right,
                                  "+" + right,  "-" + right,         right + ".",   right + "0",  right + " " + right,
                                  right + ".0", "\"" + right + "\"", right + ",\n", "= " + right};
  if (!right.empty() && right.size() < 18 && right.find_first_not_of("0123456789") == std::string::npos) {
    const std::uint64_t value = std::stoull(right);
    for (const std::uint64_t by : {1, 2, 9, 10, 11, 91, 100, 1000}) {
      out.push_back(std::to_string(value + by));
      if (value >= by) out.push_back(std::to_string(value - by));
    }
    out.push_back(std::to_string(2 * value + 1));
    out.push_back({right.rbegin(), right.rend()});
  }
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= right.size();) {
    const std::size_t to = std::min(right.find(' ', from), right.size());
    parts.push_back(right.substr(from, to - from));
    from = to + 1;
  }
  const auto join = [](const std::vector<std::string>& words, const char* between) {
    std::string text;
    for (const std::string& word : words) text += (&word == words.data() ? "" : between) + word;
    return text;
  };
  if (parts.size() == 1) return out;
  for (const char* between : {"", ", ", "  ", "\n"}) out.push_back(join(parts, between));
  const std::size_t step = 1 + parts.size() / 10;
  for (std::size_t i = 0; i + 1 < parts.size(); i += step) {
    std::vector<std::string> swapped = parts, shorter = parts, longer = parts;
    std::swap(swapped[i], swapped[i + 1]);
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(i), parts[i]);
    for (const auto& words : {swapped, shorter, longer}) out.push_back(join(words, " "));
  }
  std::reverse(parts.begin(), parts.end());
  out.push_back(join(parts, " "));
  return out;
}

}  // namespace

TEST_CASE("the judge takes the answer and nothing that is near it") {
  std::string before;
  std::size_t judged = 0;
  for_each_item(9, test::swept(60), [&](const Task& task, std::string_view, const Item& item) {
    CAPTURE(item.prompt);
    REQUIRE(task.verify(item, item.answer));
    for (const std::string& answer : near_misses(item.answer)) {
      CAPTURE(answer);
      REQUIRE(task.verify(item, answer) == (answer == item.answer));
    }
    REQUIRE(task.verify(item, before) == (before == item.answer));
    before = item.answer;
    ++judged;
  });
  CHECK(judged > test::swept(60) * 30);
}

TEST_CASE("every item of every slice of every task is answered by right frames") {
  for_each_item(3, test::swept(30), [](const Task& task, std::string_view slice, const Item& item) {
    // Without a memo table, terms that are far away take for ever.
    if (task.name() == "fibonacci" && item.depth > 16) return;
    CAPTURE(item.prompt);
    test::RightFrames machine;
    const Tokens value = machine.run(task.encode(item));
    const Result<std::string> answer =
        machine.repeated.empty() ? task.decode(item, value) : task.decode_loop(item, machine.repeated);
    REQUIRE_MESSAGE(answer.ok(), answer.error().text());
    CHECK(*answer == item.answer);
    if (!slice.starts_with("depth") && slice != "beyond_counters" && !slice.starts_with("calls"))
      CHECK(machine.counts.longest <= kMaxFrameTokens);
  });
}

TEST_CASE("neighbouring seeds and slices share nothing") {
  for (const char* name : {"factorial", "power", "list_sum", "gcd", "fibonacci"}) {
    CAPTURE(name);
    const Task& task = *find_task(name);
    std::set<std::string> of_42;
    int same_depth = 0;
    for (std::uint64_t i = 0; i < 500; ++i) {
      of_42.insert(made(task, "train", 42, i).prompt);
      if (made(task, "train", 1, i).depth == made(task, "test", 1, i).depth) ++same_depth;
    }
    std::size_t shared = 0;
    for (std::uint64_t i = 0; i < 500; ++i) shared += of_42.count(made(task, "train", 43, i).prompt);
    CHECK(shared < 40);  // short ones meet by chance
    CHECK(same_depth < 120);
    CHECK(made(task, "train", 42, ~std::uint64_t{0} - 1).index == ~std::uint64_t{0} - 1);
  }
}

}  // namespace test_items
