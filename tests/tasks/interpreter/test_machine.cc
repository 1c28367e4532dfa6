// The recursion machine with a model that is always right against the run of right frames without it.
#include <doctest/doctest.h>

#include <string>

#include "engine/machine/machine.h"
#include "tasks/base/rng.h"
#include "tests/support/sweep.h"
#include "tests/tasks/interpreter/made_streams.h"
#include "tests/tasks/interpreter/right_stepper.h"

namespace test_interpreter_machine {

using namespace trm::tasks::interpreter;
using trm::Answer;
using trm::Machine;
using trm::MachineOptions;
using trm::Question;
using trm::Verdict;
using trm::tasks::Rng;
using trm::tasks::interpreter::test::MadeStreams;
using trm::tasks::interpreter::test::RightStepper;

namespace {

Answer ask(const Streams& program, std::size_t concurrency, bool memo = false) {
  std::vector<std::string> words;
  for (const auto word : vocabulary()) words.emplace_back(word);
  MachineOptions options;
  options.concurrency = concurrency;
  options.memo = memo;
  options.max_frames = 1'000'000;
  options.recursion_limit = 4000;
  auto machine = Machine::create(std::make_unique<RightStepper>(), words, options);
  REQUIRE_MESSAGE(machine.ok(), machine.error().text());
  Question question;
  question.prompt = {token::eval, token::x};
  question.streams = program;
  question.arguments = 1;
  Answer answer;
  const trm::Status status = machine->run({&question, 1}, {&answer, 1});
  REQUIRE_MESSAGE(status.ok(), status.error().text());
  CHECK(machine->objects_in_use() == 0);
  return answer;
}

void check_equal(const Streams& program) {
  const auto right = run_right(program);
  REQUIRE_MESSAGE(right.ok(), right.error().text());
  for (const std::size_t concurrency : {1, 8}) {
    CAPTURE(concurrency);
    const Answer answer = ask(program, concurrency);
    switch (right->outcome) {
      case RightRun::Outcome::returned:
        CHECK(answer.verdict == Verdict::answered);
        break;
      case RightRun::Outcome::raised:
        CHECK(answer.verdict == Verdict::raised);
        break;
      case RightRun::Outcome::endless:
        CHECK(answer.verdict == Verdict::endless_loop);
        return;
      case RightRun::Outcome::gave_up:
        FAIL("no answer");
    }
    CHECK(answer.value == right->value);
    CHECK(answer.printed == right->printed);
    if (concurrency == 1 && right->outcome == RightRun::Outcome::returned) {
      CHECK(answer.frames == right->frames);
      CHECK(answer.own_tokens == right->own_tokens);
    }
  }
}

Tokens any_value(Rng& rng, MadeStreams& made, int depth) {
  const std::uint32_t kind = rng.below(8);
  if (kind == 0) return {rng.below(2) == 0 ? token::yes : token::no};
  if (kind == 1 && depth > 0) {
    Tokens out = {token::list};
    for (std::uint32_t i = rng.below(14); i > 0; --i) out.push_back(made.part(any_value(rng, made, depth - 1)));
    return out;
  }
  std::string digits;
  for (std::uint32_t i = rng.below(3) == 0 ? 20 : 2; i > 0; --i) digits += static_cast<char>('1' + rng.below(9));
  return MadeStreams::digits((rng.below(3) == 0 ? "-" : "") + digits);
}

}  // namespace

TEST_CASE("the machine does what right frames do: operations on any two values") {
  const std::vector<Token> two = {token::add,  token::sub,   token::mul,   token::div,   token::mod,  token::same,
                                  token::less, token::above, token::index, token::after, token::up_to};
  const std::vector<Token> one = {token::neg,   token::abs,   token::truth, token::len,
                                  token::first, token::later, token::to_int};
  for (std::uint64_t i = 0; i < trm::test::swept(300); ++i) {
    Rng rng(5, 6, i);
    MadeStreams made;
    const Token head = rng.below(4) == 0 ? one[i % one.size()] : two[i % two.size()];
    Tokens expression = {head, token::quote, made.part(any_value(rng, made, 2))};
    if (std::find(two.begin(), two.end(), head) != two.end()) {
      expression.push_back(token::quote);
      expression.push_back(made.part(any_value(rng, made, 2)));
    }
    Streams program = made.streams();
    program[0] = expression;
    CAPTURE(to_text(expression));
    check_equal(program);
  }
}

TEST_CASE("the machine does what right frames do: functions that call themselves") {
  constexpr Token v0 = token::first_variable, v1 = v0 + 1;
  MadeStreams made;
  const Token one = made.number(1), two = made.number(2), zero = made.number(0);
  // fib(n) = n if n < 2 else fib(n - 1) + fib(n - 2), which shows n.
  const Token fib = made.part({});
  const Token first = made.part({token::apply, fib, made.part({token::sub, v0, token::quote, one})});
  const Token second = made.part({token::apply, fib, made.part({token::sub, v0, token::quote, two})});
  const Token test = made.part({token::less, v0, token::quote, two});
  const Token body = made.part({token::if_, test, v0, made.part({token::add, first, second})});
  made.set(fib, {token::print, made.part({token::items_of, v0}), body});
  // sum(n, acc) = acc if n == 0 else sum(n - 1, acc + n)
  const Token sum = made.part({});
  const Token less = made.part({token::sub, v0, token::quote, one}), more = made.part({token::add, v1, v0});
  made.set(sum, {token::if_, made.part({token::same, v0, token::quote, zero}), v1,
                 made.part({token::apply, sum, less, more})});
  // never(n) = -never(n % 3)
  const Token never = made.part({});
  const Token again = made.part({token::apply, never, made.part({token::mod, v0, token::quote, made.number(3)})});
  made.set(never, {token::neg, again});
  const auto run = [&](Tokens expression) {
    Streams program = made.streams();
    program[0] = std::move(expression);
    check_equal(program);
  };
  run({token::apply, fib, token::quote, made.number(7)});
  run({token::apply, sum, token::quote, made.number(60), token::quote, zero});
  run({token::apply, never, token::quote, made.number(7)});
  run({token::apply, fib, token::quote, made.part({token::none})});
  const Token deep = made.part({});
  made.set(deep, {token::if_, made.part({token::same, v0, token::quote, zero}), token::quote, zero,
                  made.part({token::add, token::quote, one, made.part({token::apply, deep, less})})});
  run({token::apply, deep, token::quote, made.number(300)});
}

}  // namespace test_interpreter_machine
