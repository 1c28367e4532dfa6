#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tasks/task.h"
#include "tests/support/sweep.h"

using namespace trm;
using namespace trm::tasks;

namespace {

constexpr std::size_t endless = std::numeric_limits<std::size_t>::max();

/// Consecutive terms of the Fibonacci or Lucas sequence, or the step before the first: by machine integers.
bool is_shift(std::uint64_t a, std::uint64_t b) {
  for (std::array<std::uint64_t, 2> pair : {std::array<std::uint64_t, 2>{1, 0}, {2, 1}}) {
    for (int i = 0; i < 85; ++i) {
      if (pair[0] == a && pair[1] == b) return true;
      pair = {pair[1], pair[0] + pair[1]};
    }
  }
  return false;
}

Item made(const Task& task, std::string_view slice, std::uint64_t seed, std::uint64_t index) {
  Result<Item> item = task.item(slice, seed, index);
  REQUIRE(item.ok());
  return *item;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == ' ') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("tasks and slices") {
  REQUIRE(all_tasks().size() == 2);
  CHECK(all_tasks()[0]->name() == "factorial");
  CHECK(all_tasks()[1]->name() == "fibonacci");
  CHECK(find_task("factorial") == all_tasks()[0]);
  CHECK(find_task("fibonacci") == all_tasks()[1]);
  CHECK(find_task("Factorial") == nullptr);
  CHECK(find_task("") == nullptr);
  CHECK(find_task("factorial")->size("plain") == 21);
  CHECK(find_task("fibonacci")->size("plain") == 91);
  CHECK(find_task("fibonacci")->size("lucas") == 91);
  for (const Task* task : all_tasks()) {
    CHECK_FALSE(task->summary().empty());
    CHECK(task->version() == 1);
    CHECK(task->size("nothing") == 0);
    for (const std::string_view slice : {"train", "validation", "test", "depth_2x"})
      CHECK(task->size(slice) == endless);
  }
}

TEST_CASE("unknown slices and indices are errors") {
  const Task& task = *find_task("factorial");
  Result<Item> item = task.item("lucas", 0, 0);
  REQUIRE_FALSE(item.ok());
  CHECK(item.error().text() ==
        "slice: \"lucas\" is not a slice of factorial; fix: choose train, validation, test, plain, depth_2x");
  item = task.item("plain", 0, 21);
  REQUIRE_FALSE(item.ok());
  CHECK(item.error().text() ==
        "index: 21 is beyond factorial/plain, which has 21 items; fix: use an index from 0 to 20");
  CHECK_FALSE(task.item("prompt", 0, 0).ok());
  CHECK_FALSE(task.item("", 0, 0).ok());
  CHECK_FALSE(find_task("fibonacci")->item("plain", 5, 91).ok());
}

TEST_CASE("known values") {
  const auto answer = [](const char* prompt) {
    const Result<Item> item = parse_prompt(prompt);
    REQUIRE(item.ok());
    return item->answer;
  };
  CHECK(answer("fact 0") == "1");
  CHECK(answer("fact 20") == "2432902008176640000");
  CHECK(answer("fact 21") == "51090942171709440000");
  CHECK(answer("fact 12 3") == "1437004800");
  CHECK(answer("fact 99 0") == "0");
  CHECK(answer("fib 0") == "0");
  CHECK(answer("fib 90") == "2880067194370816120");
  CHECK(answer("fib 95") == "31940434634990099905");
  CHECK(answer("fib 5 3 8") == "49");
  CHECK(answer("fib 0 3 8") == "3");
  CHECK(answer("fib 1 3 8") == "8");
  CHECK(answer("fib 90 2 1") == "6440026026380244498");
  CHECK(answer("fib 99 0 0") == "0");
  CHECK(made(*find_task("factorial"), "plain", 0, 12).prompt == "fact 12");
  CHECK(made(*find_task("fibonacci"), "plain", 0, 12).answer == "144");
  CHECK(made(*find_task("fibonacci"), "lucas", 0, 12).answer == "322");
}

TEST_CASE("an item is what it says it is") {
  for (const Task* task : all_tasks()) {
    for (const std::string_view slice : task->slices()) {
      const std::size_t items = std::min<std::size_t>(task->size(slice), 2000);
      for (std::size_t i = 0; i < items; ++i) {
        const Item item = made(*task, slice, 7, i);
        CAPTURE(item.id);
        CAPTURE(item.prompt);
        CHECK(item.task == task->name());
        CHECK(item.version == task->version());
        CHECK(item.slice == slice);
        CHECK(item.seed == 7);
        CHECK(item.index == i);
        CHECK(item.id == item.task + "/" + item.slice + "/7/" + std::to_string(i));
        CHECK(item.answer.size() <= max_value_digits);
        // The solver's answer passes the verifier, and a person who types the prompt gets the same item.
        CHECK(task->verify(item, item.answer));
        const Result<Item> typed = parse_prompt(item.prompt);
        REQUIRE(typed.ok());
        CHECK(typed->task == item.task);
        CHECK(typed->answer == item.answer);
        CHECK(typed->canonical == item.canonical);
        CHECK(typed->depth == item.depth);
        CHECK(typed->prompt == item.prompt);
        CHECK(typed->slice == "prompt");
        // The frame's own number type agrees.
        const std::vector<Token> prompt = task->encode(item);
        const Result<std::vector<Token>> value = true_value(prompt);
        REQUIRE(value.ok());
        const Result<std::string> text = decode_number(*value);
        REQUIRE(text.ok());
        CHECK(*text == item.answer);
      }
    }
  }
}

TEST_CASE("any single corruption of an answer is wrong") {
  for (const Task* task : all_tasks()) {
    for (const std::string_view slice : task->slices()) {
      const std::size_t items = std::min<std::size_t>(task->size(slice), 300);
      for (std::size_t i = 0; i < items; ++i) {
        const Item item = made(*task, slice, 8, i);
        CAPTURE(item.prompt);
        const std::string& right = item.answer;
        for (std::size_t at = 0; at < right.size(); ++at) {
          for (char c = '0'; c <= '9'; ++c) {
            std::string wrong = right;
            wrong[at] = c;
            if (c != right[at]) CHECK_FALSE(task->verify(item, wrong));
          }
          std::string shorter = right;
          CHECK_FALSE(task->verify(item, shorter.erase(at, 1)));
        }
        for (std::size_t at = 0; at <= right.size(); ++at) {
          for (const char c : {'0', '7', ' ', '-', '.', '\n', '\0', 'x'}) {
            std::string longer = right;
            CHECK_FALSE(task->verify(item, longer.insert(at, 1, c)));
          }
        }
        CHECK_FALSE(task->verify(item, ""));
        CHECK_FALSE(task->verify(item, std::string(1000, '9')));
      }
    }
  }
}

TEST_CASE("the verifier refuses items that are not its own") {
  const Task& factorial = *find_task("factorial");
  Item item = made(factorial, "plain", 0, 5);
  CHECK(factorial.verify(item, "120"));
  CHECK_FALSE(find_task("fibonacci")->verify(item, "120"));
  CHECK(find_task("fibonacci")->encode(item).empty());
  item.prompt = "fact x";
  CHECK_FALSE(factorial.verify(item, "120"));
  CHECK(factorial.encode(item).empty());
  // An answer modulo 2^128 must not pass: F(99) * 99999999999999999999 overflows.
  item = made(*find_task("fibonacci"), "plain", 0, 5);
  item.prompt = "fib 99 99999999999999999999 99999999999999999999";
  CHECK_FALSE(find_task("fibonacci")->verify(item, "5"));
}

TEST_CASE("splits share no start value, and reserved ones stay out") {
  const std::uint64_t items = test::swept(100'000);
  for (const Task* task : all_tasks()) {
    std::map<std::string, std::string> owner;  // canonical form -> split
    std::size_t clashes = 0, reserved = 0, misplaced = 0;
    const auto look = [&](std::string_view slice, const std::string& split, std::uint64_t count) {
      for (std::uint64_t i = 0; i < count; ++i) {
        const Item item = made(*task, slice, 42, i);
        if (split_of(item.canonical) != split) ++misplaced;
        const auto [place, fresh] = owner.emplace(item.canonical, split);
        if (!fresh && place->second != split) ++clashes;
        const std::vector<std::string> words = words_of(item.prompt);
        if (words.size() < 3) ++reserved;  // the classical function needs no start value
        if (words.size() == 4 && is_shift(std::stoull(words[2]), std::stoull(words[3]))) ++reserved;
      }
    };
    CAPTURE(task->name());
    look("train", "train", items);
    look("validation", "validation", items / 4);
    look("test", "test", items / 4);
    look("depth_2x", "test", items / 10);
    CHECK(clashes == 0);
    CHECK(misplaced == 0);
    CHECK(reserved == 0);
    CHECK(owner.size() > items / 2);
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

TEST_CASE("items depend on slice, seed and index, and neighbouring seeds share nothing") {
  for (const Task* task : all_tasks()) {
    CAPTURE(task->name());
    std::set<std::string> of_42;
    for (std::uint64_t i = 0; i < 500; ++i) {
      CHECK(made(*task, "train", 42, i).prompt == made(*task, "train", 42, i).prompt);
      of_42.insert(made(*task, "train", 42, i).prompt);
    }
    std::size_t shared = 0;
    for (std::uint64_t i = 0; i < 500; ++i) shared += of_42.count(made(*task, "train", 43, i).prompt);
    CHECK(shared < 50);  // short start values meet by chance
    CHECK(made(*task, "train", 42, endless - 1).index == endless - 1);
  }
}

TEST_CASE("slices draw independently of one another") {
  for (const Task* task : all_tasks()) {
    CAPTURE(task->name());
    int same_depth = 0;
    for (std::uint64_t i = 0; i < 1000; ++i)
      if (made(*task, "train", 1, i).depth == made(*task, "test", 1, i).depth) ++same_depth;
    CHECK(same_depth < 200);  // about 100 and 22 by chance
  }
}

TEST_CASE("items are the same in every release") {
  // Published scores name items by id: a change here needs a new task version.
  const Task& factorial = *find_task("factorial");
  const Task& fibonacci = *find_task("fibonacci");
  CHECK(made(factorial, "train", 0, 0).prompt == "fact 7 99");
  CHECK(made(factorial, "test", 0, 4).prompt == "fact 6 126911");
  CHECK(made(factorial, "depth_2x", 0, 8).prompt == "fact 13 5897279860");
  CHECK(made(fibonacci, "train", 0, 0).prompt == "fib 11 9 816");
  CHECK(made(fibonacci, "test", 0, 4).prompt == "fib 34 0 830");
  CHECK(made(fibonacci, "depth_2x", 0, 0).prompt == "fib 76 6783 533");
}

TEST_CASE("slices cover their ranges") {
  struct Range {
    const char* task;
    const char* slice;
    std::size_t low, high;
  };
  for (const Range& range :
       {Range{"factorial", "test", 1, 10}, Range{"factorial", "depth_2x", 11, 20}, Range{"fibonacci", "test", 1, 45},
        Range{"fibonacci", "depth_2x", 46, 90}, Range{"factorial", "plain", 0, 20}, Range{"fibonacci", "plain", 0, 90},
        Range{"fibonacci", "lucas", 0, 90}}) {
    CAPTURE(range.task);
    CAPTURE(range.slice);
    const Task& task = *find_task(range.task);
    std::map<std::size_t, std::set<std::string>> starts;
    const std::size_t items = std::min<std::size_t>(task.size(range.slice), test::swept(20'000));
    for (std::size_t i = 0; i < items; ++i) {
      const Item item = made(task, range.slice, 1, i);
      starts[item.depth].insert(item.canonical);
    }
    CHECK(starts.begin()->first == range.low);
    CHECK(starts.rbegin()->first == range.high);
    CHECK(starts.size() == range.high - range.low + 1);
    for (const auto& entry : starts) {
      CAPTURE(entry.first);
      CHECK(entry.second.size() >= (items > 100 ? 2 : 1));
    }
  }
  std::map<std::size_t, int> lengths;
  for (std::uint64_t i = 0; i < 5000; ++i)
    ++lengths[words_of(made(*find_task("factorial"), "train", 1, i).prompt)[2].size()];
  for (std::size_t length = 1; length <= 10; ++length) {
    CAPTURE(length);
    CHECK(lengths[length] > 300);
  }
}

TEST_CASE("bad prompts") {
  struct Case {
    std::string prompt;
    const char* error;
  };
  const std::vector<Case> cases = {
      {"", "prompt \"\": is empty; fix: write a question such as \"fact 12\" or \"fib 30\""},
      {"  \t ", "prompt \"  \\x09 \": is empty; fix: write a question such as \"fact 12\" or \"fib 30\""},
      {"fact", "prompt \"fact\": N: is missing; fix: write a number from 0 to 99, as in \"fact 12 3\""},
      {"fib", "prompt \"fib\": N: is missing; fix: write a number from 0 to 99, as in \"fib 12 3 8\""},
      {"factorial 3",
       "prompt \"factorial 3\": first word: \"factorial\" is not a known function; fix: start with \"fact\" or "
       "\"fib\""},
      {"FACT 3",
       "prompt \"FACT 3\": first word: \"FACT\" is not a known function; fix: start with \"fact\" or \"fib\""},
      {"12", "prompt \"12\": first word: \"12\" is not a known function; fix: start with \"fact\" or \"fib\""},
      {"fact x",
       "prompt \"fact x\": N: \"x\" is not a natural number; fix: write decimal digits only, as in \"fact 12 3\""},
      {"fact -1",
       "prompt \"fact -1\": N: \"-1\" is not a natural number; fix: write decimal digits only, as in \"fact 12 3\""},
      {"fact 1.5",
       "prompt \"fact 1.5\": N: \"1.5\" is not a natural number; fix: write decimal digits only, as in \"fact 12 3\""},
      {"fact 007",
       "prompt \"fact 007\": N: \"007\" has leading zeros; fix: write the number without them, as in \"fact 12 3\""},
      {"fact 3 00",
       "prompt \"fact 3 00\": C: \"00\" has leading zeros; fix: write the number without them, as in \"fact 12 3\""},
      {"fact 100",
       "prompt \"fact 100\": N: \"100\" is too large; fix: write a number from 0 to 99, as in \"fact 12 3\""},
      {"fact 3 4 5",
       "prompt \"fact 3 4 5\": word 4: \"5\" is too much; fix: write no more than 2 numbers, as in \"fact 12 3\""},
      {"fib 3 4 5 please",
       "prompt \"fib 3 4 5 please\": word 5: \"please\" is too much; fix: write no more than 3 "
       "numbers, as in \"fib 12 3 8\""},
      {"fib 3 4", "prompt \"fib 3 4\": B: is missing; fix: write all start values or none, as in \"fib 12 3 8\""},
      {"fib 3 a 4",
       "prompt \"fib 3 a 4\": A: \"a\" is not a natural number; fix: write decimal digits only, as in \"fib 12 3 8\""},
      {"fib 3 4 b",
       "prompt \"fib 3 4 b\": B: \"b\" is not a natural number; fix: write decimal digits only, as in \"fib 12 3 8\""},
      {"fact 22",
       "prompt \"fact 22\": value: has 22 digits, more than 20; fix: choose a smaller N or smaller start values"},
      {"fib 98",
       "prompt \"fib 98\": value: has 21 digits, more than 20; fix: choose a smaller N or smaller start values"},
      {"fib 2 99999999999999999999 1",
       "prompt \"fib 2 99999999999999999999 1\": value: has 21 digits, more than 20; "
       "fix: choose a smaller N or smaller start values"},
      {"fact 0 100000000000000000000",
       "prompt \"fact 0 100000000000000000000\": C: has 21 digits, more than 20; fix: write a smaller number"},
      {"fact 3 \xff", "prompt \"fact 3 \\xff\": is not valid UTF-8; fix: write plain ASCII"},
      {"fact 3 \xed\xa0\x80", "prompt \"fact 3 \\xed\\xa0\\x80\": is not valid UTF-8; fix: write plain ASCII"},
      {"fact \xd9\xa3",
       "prompt \"fact \xd9\xa3\": N: \"\xd9\xa3\" is not a natural number; fix: write decimal digits "
       "only, as in \"fact 12 3\""},
      {std::string("fact 3\0", 7),
       "prompt \"fact 3\\x00\": N: \"3\\x00\" is not a natural number; fix: write decimal "
       "digits only, as in \"fact 12 3\""},
      {"fact " + std::string(5000, '1'),
       "prompt \"fact 1111111111111111111111111111111111111111111111111111111...\": "
       "has 5005 bytes; fix: write at most 4096"},
      {"fact 3 " + std::string(4000, '1'),
       "prompt \"fact 3 11111111111111111111111111111111111111111111111111111...\": "
       "C: has 4000 digits, more than 20; fix: write a smaller number"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.prompt);
    const Result<Item> item = parse_prompt(c.prompt);
    REQUIRE_FALSE(item.ok());
    CHECK(item.error().text() == c.error);
    CHECK(item.error().code == ErrorCode::bad_input);
  }
  const Result<Item> other = find_task("factorial")->parse("fib 3");
  REQUIRE_FALSE(other.ok());
  CHECK(other.error().text() ==
        "prompt \"fib 3\": first word: \"fib\" is another function; fix: start with \"fact\", "
        "as in \"fact 12 3\"");
}

TEST_CASE("blanks around words do not matter, and prompts have one normal form") {
  const Result<Item> item = parse_prompt("  fib\t5  3 8 \r\n");
  REQUIRE(item.ok());
  CHECK(item->prompt == "fib 5 3 8");
  CHECK(item->id == "fib 5 3 8");
  CHECK(item->canonical == "fibonacci a=3 b=8");
  CHECK(item->depth == 5);
  REQUIRE(parse_prompt("fact 5 1").ok());
  CHECK(parse_prompt("fact 5 1")->prompt == "fact 5");
  CHECK(parse_prompt("fact 5 1")->canonical == "factorial c=1");
  CHECK(parse_prompt("fib 5 0 1")->prompt == "fib 5");
}

TEST_CASE("decode_number") {
  const auto error = [](std::vector<Token> tokens) {
    const Result<std::string> text = decode_number(tokens);
    REQUIRE_FALSE(text.ok());
    return text.error().text();
  };
  CHECK(*decode_number(std::vector<Token>{0}) == "0");
  CHECK(*decode_number(std::vector<Token>{0, 2, 1}) == "120");
  const std::string fix = "; fix: give digits, least significant first, without leading zeros";
  CHECK(error({}) == "number: is empty" + fix);
  CHECK(error({1, 0}) == "number: \"01\" has a leading zero" + fix);
  CHECK(error({0, 0}) == "number: \"00\" has a leading zero" + fix);
  CHECK(error({1, 15}) == "number: token 15 (END) at position 1 is not a digit" + fix);
  CHECK(error({-7}) == "number: token -7 (?) at position 0 is not a digit" + fix);
}
