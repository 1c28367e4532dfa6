// What prompts admit and what frames are trained on: no admitted prompt leads to a frame outside of the trained ranges.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/sys/large_stack.h"
#include "tasks/frames/function.h"
#include "tasks/frames/prompt.h"
#include "tasks/frames/right_frames.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/registry.h"
#include "tasks/task/task.h"
#include "tests/support/sweep.h"

namespace test_ranges {

using namespace trm;
using namespace trm::tasks;

namespace {

std::string text_of(const Untrained& found) {
  return function_name(*found.function) + " " + std::string(found.range.name) + " = " + std::to_string(found.value);
}

/// run_right_frames(), whose recursion is as deep as the question's, on a stack that holds it in builds with
/// sanitizers, too.
Result<std::optional<RightRun>> run_deep(const Question& question, const RightRunOptions& options) {
  std::optional<Result<std::optional<RightRun>>> result;
  REQUIRE(on_large_stack(std::size_t{1} << 29, [&] { result.emplace(run_right_frames(question, options)); }).ok());
  return *std::move(result);
}

/// The frames that answer the item say what the solver says, and hold nothing that training frames do not.
void check_trained(const Item& item) {
  CAPTURE(item.prompt);
  const Task& task = *find_task(item.task);
  RightRunOptions options;
  options.keep_frames = true;
  options.max_frames = 140'000;
  const Result<std::optional<RightRun>> run = run_deep(task.encode(item), options);
  REQUIRE_MESSAGE(run.ok(), run.error().text());
  REQUIRE(run->has_value());
  const Result<std::string> answer =
      (*run)->repeated.empty() ? task.decode(item, (*run)->value) : task.decode_loop(item, (*run)->repeated);
  REQUIRE_MESSAGE(answer.ok(), answer.error().text());
  CHECK(*answer == item.answer);
  CHECK(task.verify(item, *answer));
  for (const Frame& frame : (*run)->kept) {
    const Result<std::optional<Untrained>> found = untrained_number(frame);
    REQUIRE_MESSAGE(found.ok(), found.error().text());
    if (*found) FAIL_CHECK(text_of(**found) << " in " << to_text(frame.tokens));
  }
}

std::string chain(int nodes, const char* open, const char* close) {
  std::string out;
  for (int i = 1; i < nodes; ++i) out += open;
  out += "7";
  for (int i = 1; i < nodes; ++i) out += close;
  return out;
}

std::string repeated(const std::string& part, int times) {
  std::string out;
  for (; times > 0; --times) out += part;
  return out;
}

/// Valid, of so many lines.
std::string proof_of(int lines) {
  return "proof Claim: S(n) = 1 + 3 + ... + (2n - 1) = n^2 for all n >= 1; Base: S(1) = 1 = 1; Hypothesis: S(k) = k^2; "
         "Step: S(k + 1) = S(k) + (2k + 1)" +
         repeated("; = k^2 + 2k + 1", lines - 4);
}

}  // namespace

TEST_CASE("every function says what its training frames hold") {
  for (const Function* function : all_functions()) {
    CAPTURE(function_name(*function));
    const auto numbers = std::count_if(function->arguments.begin(), function->arguments.end(), [](Argument argument) {
      return argument == Argument::counter || argument == Argument::digit;
    });
    CHECK(function->ranges.size() == static_cast<std::size_t>(numbers));
    for (const Range& range : function->ranges) {
      CHECK_FALSE(range.name.empty());
      CHECK(range.least < range.most);
      CHECK(range.most <= kMaxCounter);
    }
  }
}

TEST_CASE("training frames hold the whole of their ranges and nothing else") {
  for (std::size_t f = 0; f < all_functions().size(); ++f) {
    const Function& function = *all_functions()[f];
    CAPTURE(function_name(function));
    std::vector<std::uint32_t> least(function.ranges.size(), kMaxCounter), most(function.ranges.size());
    std::uint32_t least_value = kMaxCounter, most_value = 0;
    const std::size_t frames = test::swept(4000);
    for (std::uint64_t index = 0; index < frames; ++index) {
      const Frame frame = training_frame(3, index, {{{f, 1.0}}, 12});
      const Result<std::optional<Untrained>> found = untrained_number(frame);
      REQUIRE(found.ok());
      if (*found) FAIL_CHECK(text_of(**found) << " in " << to_text(frame.tokens));
      const Result<FramePrompt> prompt = read_frame_prompt(std::span(frame.tokens).first(frame.prompt - 1));
      std::size_t number = 0;
      for (std::size_t i = 0; i < function.arguments.size(); ++i) {
        if (function.arguments[i] != Argument::counter && function.arguments[i] != Argument::digit) continue;
        const std::uint32_t n = counter_of(prompt->arguments[i]);
        least[number] = std::min(least[number], n);
        most[number] = std::max(most[number], n);
        ++number;
      }
      if (function.value == nullptr) continue;
      Rng rng(index, stream_of("values"), 0);
      const Tokens value = function.value(rng, {});
      if (!is_number(value)) continue;
      CHECK(function.values.holds(counter_of(value)));
      least_value = std::min(least_value, counter_of(value));
      most_value = std::max(most_value, counter_of(value));
    }
    if (frames < 4000) continue;  // too few to meet the ends
    for (std::size_t i = 0; i < function.ranges.size(); ++i) {
      CAPTURE(function.ranges[i].name);
      CHECK(least[i] == function.ranges[i].least);
      // An item of another split may stand at the end of the range.
      CHECK(most[i] + 3 >= function.ranges[i].most);
      CHECK(most[i] <= function.ranges[i].most);
    }
    if (least_value > most_value) continue;
    CHECK(least_value == function.values.least);
    CHECK(most_value + 3 >= function.values.most);
  }
}

TEST_CASE("at the edges of what is admitted, frames are within what is trained") {
  const std::string fact = "def f(n): return 1 if n < 1 else n % 99";
  for (const std::string& prompt : std::vector<std::string>{
           "fact 0",
           "fact 99",
           "fact 99 999999999999",
           "pow 1 0",
           "pow 9 99 999999999999",
           "pow 1 99",
           "fib 0",
           "fib 12 0 0",
           "fib 15 999999999999 999999999999",
           "sum 0",
           "sum" + repeated(" 99", 100),
           "gcd 0 0",
           "gcd 0 999",
           "gcd 999 0",
           "gcd 999 999",
           "gcd 998 999",
           "gcd 999 7",
           "hanoi 0",
           "hanoi 12",
           "hanoi 12 h g a",
           "ack 0 0",
           "ack 0 998",
           "ack 1 997",
           "ack 2 80",
           "ack 3 4",
           "mccarthy 0",
           "mccarthy 999",
           "tak 0 1 1",
           "tak 99 99 99",
           "tak 99 1 1",
           "tak 50 99 1",
           "even 0",
           "odd 0",
           "even 999",
           "odd 999",
           "preorder .",
           "height .",
           "levels .",
           "height " + chain(255, "(1 ", " .)"),
           "height " + chain(255, "(1 . ", ")"),
           "levels " + chain(255, "(1 ", " .)"),
           "total " + chain(255, "(9 ", " .)"),
           "preorder " + chain(255, "(1 . ", ")"),
           "inorder " + chain(255, "(1 ", " .)"),
           "postorder " + chain(255, "(1 . ", ")"),
           "calc 0",
           "calc 99",
           "calc sum(" + repeated("99, ", 100) + "99)",
           "calc med(0, 99, sum(99, 99))",
           "value f(0); " + fact,
           "value f(999); " + fact,
           "value f(9999); def f(n): return n",
           "order f(9999); def f(n): return n",
           "calls f(9999); def f(n): return n",
           "ends f(9999); def f(n): return n",
           "repeats f(9999); def f(n): return 1 if n == 0 else f(n)",
           "value f(9999); def f(n): return min(n, 3 * f(n - 99)) if n < 9 else max(n, n - 99) % 99",
           "calls f(998); def f(n): return 1 if n < 1 else f(n - 1)",
           "calls f(999); def f(n): return 1 if n < 1 else f(n - 1)",
           "value f(9999); def f(n): return 1 * n",
           "value f(1111); def f(n): return 9 * n",
           "value f(9990); def f(n): return n + 9",
           proof_of(5),
           proof_of(98)}) {
    CAPTURE(prompt);
    const Result<Item> item = parse_prompt(prompt);
    REQUIRE_MESSAGE(item.ok(), item.error().text());
    check_trained(*item);
  }
}

TEST_CASE("what is beyond an edge is refused with the reason") {
  struct Case {
    std::string prompt, error;
  };
  for (const Case& c : std::vector<Case>{
           {"fact 100", "N: \"100\" is out of range: frames are trained on 0 to 99; fix: write a number from 0 to 99"},
           {"pow 3 100", "N: \"100\" is out of range: frames are trained on 0 to 99; fix: write a number from 0 to 99"},
           {"fib 200", "N: \"200\" is out of range: frames are trained on 0 to 199; fix: write a number from 0 to 199"},
           {"even 1000",
            "N: \"1000\" is out of range: frames are trained on 0 to 999; fix: write a number from 0 to 999"},
           {"odd 1998",
            "N: \"1998\" is out of range: frames are trained on 0 to 999; fix: write a number from 0 to 999, as in "
            "\"odd "
            "17\""},
       }) {
    CAPTURE(c.prompt);
    const Result<Item> item = parse_prompt(c.prompt);
    REQUIRE_FALSE(item.ok());
    CHECK(item.error().text() == "prompt \"" + c.prompt + "\": " + c.error);
  }
  for (const char* prompt : {"hanoi 13", "gcd 1000 1", "gcd 1 1000", "mccarthy 1000", "tak 100 1 1", "tak 1 100 1",
                             "pow 10 1", "sum 100", "ack 4 0"}) {
    CAPTURE(prompt);
    const Result<Item> item = parse_prompt(prompt);
    REQUIRE_FALSE(item.ok());
    CHECK(item.error().text().find("is out of range: frames are trained on ") != std::string::npos);
  }
  for (const std::string& prompt : std::vector<std::string>{
           "ack 1 998", "value f(10000); def f(n): return n", "value f(9999); def f(n): return n + 1",
           "height " + chain(256, "(1 ", " .)"), "sum" + repeated(" 99", 101), proof_of(99),
           "calc sum(" + repeated("99, ", 101) + "99)"}) {
    CAPTURE(prompt);
    CHECK_FALSE(parse_prompt(prompt).ok());
  }
}

TEST_CASE("items of all slices are within what is trained") {
  for (const Task* task : all_tasks()) {
    for (const std::string_view slice : task->info().slices) {
      if (slice == "beyond_counters") continue;
      CAPTURE(slice);
      const std::size_t items = std::min<std::size_t>(task->size(slice), test::swept(20));
      for (std::uint64_t index = 0; index < items; ++index) {
        const Result<Item> item = task->item(slice, 5, index);
        REQUIRE(item.ok());
        CHECK(task->admit(*item).ok());
        // Without a memo its calls double with every other step; they are of smaller counters alone.
        if (task->name() == "fibonacci" && item->depth > 16) continue;
        check_trained(*item);
      }
    }
  }
}

}  // namespace test_ranges
