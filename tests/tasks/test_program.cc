#include <doctest/doctest.h>

#include <array>
#include <map>
#include <set>
#include <string>

#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/infinite_loop/infinite_loop.h"
#include "tasks/recursion/program/question.h"
#include "tasks/recursion/program/random.h"
#include "tasks/recursion/recursive_flow/recursive_flow.h"
#include "tests/support/sweep.h"

namespace test_program {

using namespace trm;
using namespace trm::tasks;
using namespace trm::tasks::program;

namespace {

Asked parsed(const std::string& text) {
  const Result<Asked> out = parse_program(text, 0);
  REQUIRE_MESSAGE(out.ok(), out.error().text());
  return *out;
}

Run run_text(const std::string& text) {
  const Asked asked = parsed(text);
  return interpret(asked.program, asked.start);
}

std::string in_text(const std::vector<State>& calls) {
  std::string out;
  for (const State& call : calls) out += (out.empty() ? "" : " ") + text_of(call);
  return out;
}

Asked random_program(std::uint64_t seed, std::uint64_t index) {
  Rng rng(seed, stream_of("test/program"), index);
  return index % 2 == 0 ? random_descent(rng, 30) : random_walk(rng, 1 + static_cast<std::uint32_t>(index % 40));
}

}  // namespace

TEST_CASE("programs do what Python does") {
  CHECK(run_text("f(5); def f(n): return 1 if n < 1 else f(n - 1) + n").value == 16);
  CHECK(run_text("f(10); def f(n): return n if n < 2 else f(n - 1) + f(n - 2)").value == 55);
  CHECK(run_text("f(3); def f(n): return 2 * n + 3 * (n + 1) - 4").value == 14);
  CHECK(run_text("f(9); def f(n): return 7 * n % 10 + max(n, 12) % 5 + min(n, 4)").value == 3 + 2 + 4);
  CHECK(run_text("f(9); def f(n): return 7 * (n % 10)").value == 63);
  CHECK(run_text("f(9); def f(n): return 30 - 4 - 5").value == 21);
  CHECK(run_text("f(3); def f(n): return 7 if n == 3 else 8 if n < 5 else 9").value == 7);
  CHECK(run_text("f(4); def f(n): return 7 if n == 3 else 8 if n < 5 else 9").value == 8);
  CHECK(run_text("f(5); def f(n): return 7 if n == 3 else 8 if n < 5 else 9").value == 9);
  const Run mutual =
      run_text("g(3)\ndef f(n): return 1 if n < 1 else g(n - 1)\ndef g(n): return 1 if n < 2 else f(n - 1) + f(n - 2)");
  CHECK(mutual.value == 2);
  CHECK(in_text(mutual.calls) == "g(3) f(2) g(1) f(1) g(0)");
}

TEST_CASE("endings are told apart, and the call that repeats is the last") {
  const Run loop = run_text("f(3); def f(n): return 1 if n == 0 else f((2 * n + 1) % 7)");
  CHECK(loop.ending == Ending::value);
  CHECK(in_text(loop.calls) == "f(3) f(0)");
  const Run again = run_text("f(1); def f(n): return 1 if n == 0 else f((2 * n + 1) % 8)");
  CHECK(again.ending == Ending::repeats);
  CHECK(in_text(again.calls) == "f(1) f(3) f(7) f(7)");
  // A call that has ended may come again.
  CHECK(run_text("f(2); def f(n): return 1 if n < 1 else f(n - 1) + f(n - 1)").ending == Ending::value);
  CHECK(run_text("f(2); def f(n): return f(n + 1)").ending == Ending::too_many_calls);
  CHECK(run_text("f(2); def f(n): return n - 3").ending == Ending::negative);
  CHECK(run_text("f(9999); def f(n): return n + 1").ending == Ending::too_large);
}

TEST_CASE("a program's text says all of it") {
  std::set<std::string> different;
  for (std::uint64_t i = 0; i < test::swept(4000); ++i) {
    const Asked asked = random_program(5, i);
    const std::string text = text_of(asked.start) + "; " + text_of(asked.program);
    CAPTURE(text);
    const Asked again = parsed(text);
    REQUIRE(again.program == asked.program);
    REQUIRE(again.start == asked.start);
    REQUIRE(parsed(text_of(asked.start) + "\n" + text_of(asked.program, "\n")).program == asked.program);
    different.insert(text);
  }
  CHECK(different.size() > test::swept(4000) * 9 / 10);
}

TEST_CASE("interpreter and stack machine agree, whatever a program does") {
  std::map<Ending, int> seen;
  for (std::uint64_t i = 0; i < test::swept(8000, 800); ++i) {
    const Asked asked = random_program(6, i);
    CAPTURE(text_of(asked.program));
    CAPTURE(text_of(asked.start));
    const Run a = interpret(asked.program, asked.start), b = execute(asked.program, asked.start);
    REQUIRE(a.ending == b.ending);
    REQUIRE(a.calls == b.calls);
    if (a.ending == Ending::value) REQUIRE(a.value == b.value);
    ++seen[a.ending];
  }
  CHECK(seen[Ending::value] > 100);
  CHECK(seen[Ending::repeats] > 100);
}

TEST_CASE("near-copies have one canonical form") {
  const std::string f = "def f(n): return 1 if n < 3 else g(n - 1)", g = "def g(n): return 2 if n < 4 else f(n - 2)";
  const std::string a = canonical(parsed("f(7); " + f + "; " + g));
  CHECK(canonical(parsed("f(9); " + f + "; " + g)) == a);
  CHECK(canonical(
            parsed("g(7); def f(n): return 2 if n < 4 else g(n - 2); def g(n): return 1 if n < 3 else f(n - 1)")) == a);
  CHECK(canonical(parsed("g(7); " + f + "; " + g)) != a);
}

TEST_CASE("what is no program is an error that names the place and the fix") {
  struct Bad {
    const char* text;
    const char* says;
  };
  constexpr const char* fix = "as in \"value f(7); def f(n): return 2 if n < 3 else f(n - 1) + n\"";
  for (const Bad& bad :
       {Bad{"", "program: ends early"},
        Bad{"f(7)", "program: ends early"},
        Bad{"h(7); def h(n): return 1", "\"h\" at byte 1 is no function"},
        Bad{"f(10000); def f(n): return 1", "\"1\" at byte 3 begins no number from 0 to 9999"},
        Bad{"f(07); def f(n): return 1", "\"0\" at byte 3 begins no number"},
        Bad{"f(7) def f(n): return 1", "\"d\" at byte 6 stands where a line must end"},
        Bad{"f(7); def f(m): return 1", "\"m\" at byte 13 stands where \"n\" is due"},
        Bad{"f(7); def f(n): return", "program: ends early"},
        Bad{"f(7); def f(n): return 1 if n > 3 else 2", "\">\" at byte 31 stands where \"<\" is due"},
        Bad{"f(7); def f(n): return 1 if n < 3", "program: ends early"},
        Bad{"f(7); def f(n): return f(n - n)",
            "\"n\" at byte 30 begins no number, and nothing else may stand behind -"},
        Bad{"f(7); def f(n): return n * n", "\"*\" at byte 26 multiplies by no number from 1 to 9"},
        Bad{"f(7); def f(n): return n * n + 1", "\"*\" at byte 26 multiplies by no number from 1 to 9"},
        Bad{"f(7); def f(n): return f(n) * f(n)", "\"*\" at byte 29 multiplies by no number"},
        Bad{"f(7); def f(n): return 10 * n", "\"*\" at byte 27 multiplies by no number from 1 to 9"},
        Bad{"f(7); def f(n): return n % 0", "\"%\" at byte 26 divides by 0"},
        Bad{"f(7); def f(n): return n % 0 + 1", "\"%\" at byte 26 divides by 0"},
        Bad{"f(7); def f(n): return n % n",
            "\"n\" at byte 28 begins no number, and nothing else may stand behind %; fix: write a number from 1 to 99"},
        Bad{"f(7); def f(n): return n % 100", "\"1\" at byte 28 begins no number from 1 to 99"},
        Bad{"f(7); def f(n): return n - 100", "\"1\" at byte 28 begins no number from 0 to 99"},
        Bad{"f(7); def f(n): return -n", "\"-\" at byte 24 stands before a number, and there are none below 0"},
        Bad{"f(7); def f(n): return n + -1", "\"-\" at byte 28 stands before a number"},
        Bad{"f(7); def f(n): return f(-1)", "\"-\" at byte 26 stands before a number"},
        Bad{"f(7); def f(n): return n ** 2", "\"*\" at byte 27 begins no expression"},
        Bad{"f(7); def f(n): return h(n)", "\"h\" at byte 24 begins no expression; fix: write n, a number, f(...)"},
        Bad{"f(7); def f(n): return n / 2",
            "\"/\" at byte 26 is no operation of this language; fix: use +, -, *, %, max and min"},
        Bad{"f(-7); def f(n): return n", "\"-\" at byte 3 begins no number from 0 to 9999"},
        Bad{"f(7); def f(n): return (n", "program: ends early"},
        Bad{"f(7); def f(n): return 1 2", "\"2\" at byte 26 stands where a line must end"},
        Bad{"f(7); def g(n): return 1", "program: does not begin with f"},
        Bad{"f(7); def f(n): return 1; def f(n): return 1", "program: defines f twice"},
        Bad{"f(7); def f(n): return g(n)", "program: calls g, which is not defined"},
        Bad{"g(7); def f(n): return n", "program: calls g, which is not defined"},
        Bad{"f(7); def f(n): return n; def g(n): return n; def f(n): return n",
            "\"d\" at byte 47 stands behind the program"}}) {
    CAPTURE(bad.text);
    const Result<Asked> out = parse_program(bad.text, 0);
    REQUIRE_FALSE(out.ok());
    const std::string text = out.error().text();
    CAPTURE(text);
    CHECK(text.find(bad.says) != std::string::npos);
    CHECK(text.find(fix) != std::string::npos);
  }
  std::string deep = "f(7); def f(n): return ";
  for (int i = 0; i < 300; ++i) deep += "f(";
  CHECK_FALSE(parse_program(deep, 0).ok());
  std::string wide = "f(7); def f(n): return n";
  for (int i = 0; i < 300; ++i) wide += " + n";
  CHECK_FALSE(parse_program(wide, 0).ok());
}

TEST_CASE("questions without an answer say why") {
  const auto error = [](const Task& task, const char* prompt) {
    const Result<Item> item = task.parse(prompt);
    REQUIRE_FALSE(item.ok());
    return item.error().text();
  };
  const Task& flow = recursive_flow::task();
  const Task& loop = infinite_loop::task();
  CHECK(error(flow, "value f(1); def f(n): return f(n)").find("never ends: f(1) calls itself again") !=
        std::string::npos);
  CHECK(error(flow, "ends f(1); def f(n): return n").find("start with \"value\" or \"calls\" or \"order\"") !=
        std::string::npos);
  CHECK(error(loop, "ends f(1); def f(n): return f(n + 1)").find("makes more than 1000 calls") != std::string::npos);
  CHECK(error(loop, "repeats f(1); def f(n): return f(n - 2)").find("computes a number below 0 in f(1)") !=
        std::string::npos);
  CHECK(error(flow, "order f(9999); def f(n): return n + n").find("computes a number above 9999 in f(9999)") !=
        std::string::npos);
}

TEST_CASE("what the machine gives back is read as an answer") {
  const auto item = [](const Task& task, const char* prompt) {
    Result<Item> out = task.parse(prompt);
    REQUIRE(out.ok());
    return *out;
  };
  const auto tokens = [](std::initializer_list<const char*> names) {
    Tokens out;
    for (const char* name : names) out.push_back(token_of(name));
    return out;
  };
  const Task& flow = recursive_flow::task();
  const Item order = item(flow, "order f(1); def f(n): return 1 if n < 1 else f(n - 1)");
  CHECK(order.answer == "f(1) f(0)");
  CHECK(*flow.decode(order, tokens({"f", "2", "1", ";", "g", "0", ";"})) == "f(12) g(0)");
  for (const Tokens& bad : {tokens({"f", ";"}), tokens({"f", "1"}), tokens({"1", ";"}), tokens({"f", "1", "0", ";"}),
                            tokens({"f", "g", ";"})}) {
    CHECK_FALSE(flow.decode(order, bad).ok());
  }
  CHECK_FALSE(flow.decode_loop(order, tokens({"RUN", "f", ",", "3", ",", "X"})).ok());

  const Task& loop = infinite_loop::task();
  const Item ends = item(loop, "ends f(1); def f(n): return f(n)");
  const Item repeats = item(loop, "repeats f(1); def f(n): return f(n)");
  CHECK(ends.answer == "no");
  CHECK(repeats.answer == "f(1)");
  CHECK(*loop.decode(ends, tokens({"YES"})) == "yes");
  CHECK(*loop.decode(repeats, tokens({"YES"})) == "never");
  CHECK_FALSE(loop.decode(ends, tokens({"NO"})).ok());
  CHECK_FALSE(loop.decode(ends, {}).ok());
  CHECK(*loop.decode_loop(ends, tokens({"RUN", "g", ",", "3", "1", ",", "X"})) == "no");
  CHECK(*loop.decode_loop(repeats, tokens({"RUN", "g", ",", "3", "1", ",", "X"})) == "g(13)");
  CHECK_FALSE(loop.decode_loop(repeats, tokens({"EVAL", "3", "1", ",", "X"})).ok());
  CHECK_FALSE(loop.decode_loop(repeats, {}).ok());
}

}  // namespace test_program
