#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tasks/base/rng.h"
#include "tests/support/sweep.h"
#include "tests/tasks/interpreter/made_streams.h"

namespace test_interpreter_right_run {

using namespace trm::tasks::interpreter;
using trm::tasks::Rng;
using trm::tasks::interpreter::test::decimal;
using trm::tasks::interpreter::test::MadeStreams;

namespace {

using Outcome = RightRun::Outcome;

constexpr Token kV0 = token::first_variable;

/// "7", "True" or the name of the error.
std::string shown(const RightRun& run) {
  if (run.outcome == Outcome::raised) return to_text(run.value);
  if (run.outcome != Outcome::returned) return "none";
  if (run.value == Tokens{token::yes}) return "True";
  if (run.value == Tokens{token::no}) return "False";
  return decimal(run.value);
}

std::string of_two(Token head, const std::string& a, const std::string& b) {
  MadeStreams made;
  const Token first = made.number(a), second = made.number(b);
  return shown(made.run({head, token::quote, first, token::quote, second}));
}

std::string of_two(Token head, long long a, long long b) {
  return of_two(head, std::to_string(a), std::to_string(b));
}

/// int(str(a))
std::string number_of_text_of(const std::string& a) {
  MadeStreams made;
  const Token text = made.part({token::to_text, token::quote, made.number(a)});
  return shown(made.run({token::to_int, text}));
}

long long floor_divide(long long a, long long b) {
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

long long any_number(Rng& rng) {
  const std::uint32_t digits = 1 + rng.below(9);
  long long out = 0;
  for (std::uint32_t i = 0; i < digits; ++i) out = out * 10 + (rng.below(4) == 0 ? 9 * rng.below(2) : rng.below(10));
  return rng.below(3) == 0 ? -out : out;
}

std::string long_number(Rng& rng, std::uint32_t most) {
  std::string out = std::to_string(1 + rng.below(9));
  const std::uint32_t more = rng.below(most);
  const std::uint32_t kind = rng.below(3);
  for (std::uint32_t i = 0; i < more; ++i) {
    out += static_cast<char>('0' + (kind == 0 ? 0 : kind == 1 ? 9 : rng.below(10)));
  }
  return (rng.below(3) == 0 ? "-" : "") + out;
}

/// A list of so many numbers from 0.
Token counted_list(MadeStreams& made, std::size_t size) {
  Tokens items = {token::list};
  for (std::size_t i = 0; i < size; ++i) items.push_back(made.number(static_cast<long long>(i)));
  return made.part(items);
}

/// A function of V0 that calls itself: 1 if V0 == 0 else V0 * f(V0 - 1).
Token factorial(MadeStreams& made) {
  const Token body = made.part({});
  const Token one_less = made.part({token::sub, kV0, token::quote, made.number(1)});
  const Token call = made.part({token::apply, body, one_less});
  const Token product = made.part({token::mul, kV0, call});
  const Token test = made.part({token::same, kV0, token::quote, made.number(0)});
  made.set(body, {token::if_, test, token::quote, made.number(1), product});
  return body;
}

}  // namespace

TEST_CASE("right frames calculate as integers do") {
  for (std::uint64_t i = 0; i < trm::test::swept(600); ++i) {
    Rng rng(1, 2, i);
    const long long a = any_number(rng);
    const long long b = rng.below(5) == 0 ? a : rng.below(8) == 0 ? rng.below(3) - 1LL : any_number(rng);
    CAPTURE(a);
    CAPTURE(b);
    CHECK(of_two(token::add, a, b) == std::to_string(a + b));
    CHECK(of_two(token::sub, a, b) == std::to_string(a - b));
    CHECK(of_two(token::mul, a, b) == std::to_string(a * b));
    CHECK(of_two(token::same, a, b) == (a == b ? "True" : "False"));
    CHECK(of_two(token::less, a, b) == (a < b ? "True" : "False"));
    CHECK(of_two(token::above, a, b) == (a > b ? "True" : "False"));
    if (b == 0) {
      CHECK(of_two(token::div, a, b) == "ZeroDivisionError");
      CHECK(of_two(token::mod, a, b) == "ZeroDivisionError");
    } else {
      CHECK(of_two(token::div, a, b) == std::to_string(floor_divide(a, b)));
      CHECK(of_two(token::mod, a, b) == std::to_string(a - b * floor_divide(a, b)));
    }
  }
}

TEST_CASE("long numbers keep the laws of arithmetic") {
  for (std::uint64_t i = 0; i < trm::test::swept(300); ++i) {
    Rng rng(3, 2, i);
    const std::string a = long_number(rng, 40), b = long_number(rng, 30), c = long_number(rng, 12);
    CAPTURE(a);
    CAPTURE(b);
    CAPTURE(c);
    const std::string quotient = of_two(token::div, a, b), rest = of_two(token::mod, a, b);
    CHECK(of_two(token::add, of_two(token::mul, quotient, b), rest) == a);
    CHECK(of_two(token::sub, of_two(token::add, a, b), b) == a);
    CHECK(of_two(token::mul, of_two(token::add, a, b), c) ==
          of_two(token::add, of_two(token::mul, a, c), of_two(token::mul, b, c)));
    CHECK(of_two(token::sub, a, b) == of_two(token::sub, "0", of_two(token::sub, b, a)));
    CHECK(number_of_text_of(a) == a);
    const std::string zero = "0", bound = b[0] == '-' ? b.substr(1) : b;
    const std::string size = rest[0] == '-' ? rest.substr(1) : rest;
    CHECK(of_two(token::less, size, bound) == "True");
    CHECK(of_two(token::less, a, b) == of_two(token::less, of_two(token::sub, a, b), zero));
  }
}

TEST_CASE("sequences are walked by the digits of numbers") {
  for (const std::size_t size : {0, 1, 9, 10, 11, 99, 100, 101, 123, 1003}) {
    CAPTURE(size);
    MadeStreams made;
    const Token items = counted_list(made, size);
    CHECK(shown(made.run({token::len, token::quote, items})) == std::to_string(size));
    for (const long long at : {0LL, 1LL, 9LL, 10LL, 57LL, 100LL, 1002LL}) {
      CAPTURE(at);
      const bool inside = at < static_cast<long long>(size);
      CHECK(shown(made.run({token::index, token::quote, items, token::quote, made.number(at)})) ==
            (inside ? std::to_string(at) : "IndexError"));
      const std::string from_end = inside ? std::to_string(static_cast<long long>(size) - 1 - at) : "IndexError";
      CHECK(shown(made.run({token::index, token::quote, items, token::quote, made.number(-1 - at)})) == from_end);
      const long long left = std::max(0LL, static_cast<long long>(size) - at);
      const Token after = made.part({token::after, token::quote, items, token::quote, made.number(at)});
      CHECK(shown(made.run({token::len, after})) == std::to_string(left));
      const Token up_to = made.part({token::up_to, token::quote, items, token::quote, made.number(at)});
      CHECK(shown(made.run({token::len, up_to})) == std::to_string(std::min(at, static_cast<long long>(size))));
    }
  }
}

TEST_CASE("a function calls itself") {
  MadeStreams made;
  const Token body = factorial(made);
  CHECK(shown(made.run({token::apply, body, token::quote, made.number(20)})) == "2432902008176640000");
  const RightRun run = made.run({token::apply, body, token::quote, made.number(5)});
  CHECK(run.calls == 7);  // with the question itself
  CHECK(run.depth == 7);
  CHECK(run.longest <= kMaxFrameTokens);
}

TEST_CASE("a call with the arguments of one that has not returned is endless, by TAIL as well") {
  MadeStreams made;
  const Token body = made.part({});
  const Token next = made.part({token::mod, kV0, token::quote, made.number(3)});
  made.set(body, {token::apply, body, next});
  CHECK(made.run({token::apply, body, token::quote, made.number(7)}).outcome == Outcome::endless);
  const Token waits = made.part({token::apply, body, kV0});
  made.set(body, {token::neg, waits});
  CHECK(made.run({token::apply, body, token::quote, made.number(7)}).outcome == Outcome::endless);
}

TEST_CASE("what grows without end meets a limit") {
  MadeStreams made;
  const Token body = made.part({});
  const Token next = made.part({token::add, kV0, token::quote, made.number(1)});
  made.set(body, {token::apply, body, next});
  RightRunOptions options;
  options.max_frames = 500;
  CHECK(made.run({token::apply, body, token::quote, made.number(7)}, options).outcome == Outcome::gave_up);
  const Token waits = made.part({token::apply, body, next});
  made.set(body, {token::neg, waits});
  options.max_frames = 1'000'000;
  options.max_depth = 50;
  CHECK(made.run({token::apply, body, token::quote, made.number(7)}, options).outcome == Outcome::gave_up);
}

TEST_CASE("tests stop as soon as they are decided, and lines are shown in order") {
  MadeStreams made;
  const Token one = made.number(1), zero = made.number(0);
  const Token broken = made.part({token::div, token::quote, one, token::quote, zero});
  const Token fails = made.part({token::truth, broken});
  const Token holds = made.part({token::truth, token::quote, one}),
              holds_not = made.part({token::truth, token::quote, zero});
  CHECK(shown(made.run({token::and_, holds_not, fails})) == "False");
  CHECK(shown(made.run({token::or_, holds, fails})) == "True");
  CHECK(shown(made.run({token::and_, holds, fails})) == "ZeroDivisionError");
  CHECK(shown(made.run({token::not_, holds})) == "False");
  CHECK(shown(made.run({token::if_, holds, token::quote, one, broken})) == "1");
  CHECK(shown(made.run({token::if_, holds_not, token::quote, one, broken})) == "ZeroDivisionError");
  const Token second = made.part({token::print, token::quote, zero, made.part({kV0})});
  const RightRun run = made.run({token::let, token::quote, one, made.part({token::print, kV0, second})});
  CHECK(shown(run) == "1");
  REQUIRE(run.printed.size() == 2);
  CHECK(decimal(run.printed[0]) == "1");
  CHECK(decimal(run.printed[1]) == "0");
}

TEST_CASE("a program that is none is an error") {
  MadeStreams made;
  CHECK(!made.try_run({}).ok());
  CHECK(!made.try_run({kV0}).ok());
  CHECK(!made.try_run({token::add, token::quote}).ok());
  CHECK(!made.try_run({token::plus, 1}).ok());
}

}  // namespace test_interpreter_right_run
