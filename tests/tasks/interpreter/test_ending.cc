// Does it end? Programs of which it is known, half of them endless, asked with right frames: yes, no, or that there is
// no sign of an end. Nothing that goes on is said to end, and nothing that ends is said to go on.
#include <doctest/doctest.h>

#include <atomic>
#include <string>

#include "engine/machine/machine.h"
#include "tasks/ask/program_log.h"
#include "tasks/ask/program_question.h"
#include "tasks/base/rng.h"
#include "tasks/interpreter/vocabulary.h"
#include "tests/support/sweep.h"
#include "tests/tasks/interpreter/right_stepper.h"

namespace test_ending {

using namespace trm;
using namespace trm::tasks;

namespace {

struct Asked {
  std::string source, call;
};

std::string text(std::uint32_t n) {
  return std::to_string(n);
}

/// What a function does around its call of itself.
std::string around(Rng& rng, const std::string& call) {
  switch (rng.below(4)) {
    case 0:
      return call;
    case 1:
      return "1 + " + call;
    case 2:
      return call + " * 2 % 7";
    default:
      return "max(n % 5, " + call + ")";
  }
}

Asked one(const std::string& base, const std::string& again, std::uint32_t start) {
  return {"def f(n):\n    if " + base + ":\n        return 1\n    return " + again + "\n", "f(" + text(start) + ")"};
}

Asked endless(Rng& rng) {
  const std::uint32_t a = 1 + rng.below(9), b = 2 + rng.below(6), start = 1 + rng.below(20);
  switch (rng.below(14)) {
    case 0:  // comes again
      return one("n == 0", around(rng, "f(n % " + text(b) + " + 1)"), start);
    case 1:
      return {"def f(a, b):\n    return 0 if a == b else f(b, a)\n", "f(" + text(start) + ", " + text(start + a) + ")"};
    case 2:
      return {"def f(n):\n    return g(n)\n\ndef g(n):\n    return 1 + f(n)\n", "f(" + text(start) + ")"};
    case 3:
      return {"def f(n):\n    while n > 0:\n        n = n % " + text(b) + " + 1\n    return n\n",
              "f(" + text(start) + ")"};
    case 4:  // grows
      return one("n == 0", around(rng, "f(n + " + text(a) + ")"), start);
    case 5:
      return {"def f(n):\n    return " + around(rng, "f(n + " + text(a) + ")") + "\n", "f(" + text(start) + ")"};
    case 6:
      return one("n < 1", around(rng, "f(n * " + text(b) + ")"), start);
    case 7:
      return {"def f(xs):\n    if not xs:\n        return 0\n    return 1 + f(xs + [" + text(a) + "])\n",
              "f([" + text(start) + "])"};
    case 8:
      return {"def f(n, acc):\n    if n == 0:\n        return acc\n    return f(n + " + text(a) + ", acc + n)\n",
              "f(" + text(start) + ", 0)"};
    case 9:  // misses its base
      return one("n == 0", around(rng, "f(n - " + text(b) + ")"), b * (1 + rng.below(4)) + 1 + rng.below(b - 1));
    case 10:
      return {"def f(n):\n    s = 0\n    while n != 0:\n        s += n\n        n -= 2\n    return s\n",
              "f(" + text(2 * start + 1) + ")"};
    case 11:
      return {"def even(n):\n    return True if n == 0 else odd(n - " + text(b) +
                  ")\n\ndef odd(n):\n    return False if n == 0 else even(n - " + text(b) + ")\n",
              "even(" + text(b * start + 1) + ")"};
    case 12:
      return {"def f(n, limit):\n    return n if n == limit else f(n + " + text(b) + ", limit)\n",
              "f(" + text(start) + ", " + text(start + b * (1 + rng.below(8)) + 1) + ")"};
    default:
      return {"def f(n):\n    if n == " + text(b * 3) + ":\n        return 0\n    return f(n - 1) + f(n - 2)\n",
              "f(" + text(start % (b * 3)) + ")"};
  }
}

Asked ending(Rng& rng) {
  const std::uint32_t a = 1 + rng.below(9), b = 2 + rng.below(6), start = 1 + rng.below(60);
  switch (rng.below(13)) {
    case 0:
      return one("n == 0", around(rng, "f(n - 1)"), rng.below(10) == 0 ? 700 : start);
    case 1:
      return one("n <= 0", around(rng, "f(n - " + text(b) + ")"), start);
    case 2:
      return one("n >= " + text(rng.below(4) == 0 ? 400 + a * 300 : 200), around(rng, "f(n + " + text(a) + ")"), start);
    case 3:
      return one("n < 2", around(rng, "f(n // " + text(b) + ")"), start * 1000 + a);
    case 4:
      return {"def f(a, b):\n    return a if b == 0 else f(b, a % b)\n",
              "f(" + text(start * 7) + ", " + text(a * 13) + ")"};
    case 5:
      return {"def f(xs):\n    if not xs:\n        return 0\n    return xs[0] + f(xs[1:])\n",
              "f([1] * " + text(start) + ")"};
    case 6:
      return {"def f(n):\n    if n == 1:\n        return 0\n    return 1 + f(n // 2 if n % 2 == 0 else 3 * n + 1)\n",
              "f(" + text(1 + rng.below(26)) + ")"};
    case 7:
      return {"def f(n):\n    s = 0\n    while n > 0:\n        s += n\n        n -= " + text(b) + "\n    return s\n",
              "f(" + text(start) + ")"};
    case 8:
      return {
          "def even(n):\n    return True if n == 0 else odd(n - 1)\n\ndef odd(n):\n    return False if n == 0 else "
          "even(n - 1)\n",
          "even(" + text(start * 5) + ")"};
    case 9:
      return {"def f(n):\n    if n < 2:\n        return n\n    return f(n - 1) + f(n - 2)\n",
              "f(" + text(1 + rng.below(9)) + ")"};
    case 10:
      return {"def f(n, limit):\n    return n if n * n > limit else f(n + 1, limit)\n",
              "f(1, " + text(start * start * 40) + ")"};
    case 11:  // rises for long, and falls in the end
      return {"def f(n, d):\n    return n if n < 0 else f(n + d, d - 1)\n", "f(1, " + text(100 + start * 5) + ")"};
    default:
      return {"def f(xs, size):\n    return xs if len(xs) >= size else f(xs + [size], size)\n",
              "f([], " + text(rng.below(3) == 0 ? 320 : start) + ")"};
  }
}

std::string verdict_of(const Asked& asked) {
  const auto question = program_question(asked.source, "program", asked.call, trm::tasks::Asked::ends);
  REQUIRE_MESSAGE(question.ok(), question.error().text());
  std::vector<std::string> words;
  for (const auto word : interpreter::vocabulary()) words.emplace_back(word);
  std::atomic<bool> stop = false;
  MachineOptions options;
  options.max_frames = 60'000;
  options.max_stream_tokens = std::size_t{1} << 26;
  options.stop = &stop;
  auto machine = Machine::create(std::make_unique<interpreter::test::RightStepper>(), words, options);
  REQUIRE_MESSAGE(machine.ok(), machine.error().text());
  ProgramLog log(*question, false);
  log.stop = &stop;
  const Question first = question->question();
  Answer answer;
  const Status status = machine->run({&first, 1}, {&answer, 1}, log.observer());
  REQUIRE_MESSAGE(status.ok(), status.error().text());
  const auto said = program_answer(*question, answer, log, options);
  if (!said.ok()) return "limit: " + said.error().message;
  return said->text;
}

}  // namespace

TEST_CASE("what ends and what does not: 1,000 programs") {
  const std::uint64_t count = test::swept(1000);
  std::size_t wrong = 0, no = 0, no_sign = 0, yes = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    Rng rng(11, stream_of("tests/ending"), i);
    const bool ends = i % 2 == 1;
    const Asked asked = ends ? ending(rng) : endless(rng);
    const std::string said = verdict_of(asked);
    CAPTURE(asked.source);
    CAPTURE(asked.call);
    CAPTURE(said);
    if (!ends) CHECK(said != "yes");
    if (ends) CHECK(said != "no");
    const bool right = ends ? said == "yes" : said == "no" || said.starts_with("no sign of ending after ");
    if (!right) MESSAGE("undecided");
    wrong += right ? 0 : 1;
    yes += said == "yes" ? 1 : 0;
    no += said == "no" ? 1 : 0;
    no_sign += said.starts_with("no sign") ? 1 : 0;
  }
  CHECK(wrong * 200 <= count);
  CHECK(yes * 3 > count);
  CHECK(no * 12 > count);
  CHECK(no_sign * 5 > count);
}

TEST_CASE("what is said of a chain that goes on") {
  CHECK(verdict_of({"def f(n):\n    return f(n + 1)\n", "f(10)"}) ==
        "no sign of ending after 250 calls: f(n) is called with n + 1 each time, and no test of n lies ahead");
  CHECK(verdict_of({"def f(n):\n    return 1 if n == 0 else f(n - 2)\n", "f(3)"})
            .ends_with("f(n) is called with n - 2 each time, and no test of n lies ahead"));
  CHECK(verdict_of({"def f(xs):\n    return 0 if xs == [] else f(xs + [1])\n", "f([2])"})
            .ends_with("f(xs) is called with a longer xs each time, and no test of xs lies ahead"));
  CHECK(verdict_of({"def f(n):\n    while n != 0:\n        n = n + 3\n    return n\n", "f(1)"})
            .find("the loop in line 2 goes on with n + 3 each time") != std::string::npos);
}

}  // namespace test_ending
