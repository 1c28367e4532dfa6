#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tasks/base/split.h"
#include "tasks/frames/arithmetic/functions.h"
#include "tasks/frames/digits.h"
#include "tasks/frames/function.h"
#include "tasks/frames/prompt.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/registry.h"
#include "tasks/task/task.h"
#include "tests/support/sweep.h"

namespace test_stream {

using namespace trm;
using namespace trm::tasks;

namespace {

FrameMix only(const char* name, std::size_t max_digits = 12) {
  return {{{*function_index(name), 1.0}}, max_digits};
}

FrameMix every_function(std::size_t max_digits = 12) {
  FrameMix mix;
  for (std::size_t f = 0; f < all_functions().size(); ++f) mix.weights.emplace_back(f, 1.0);
  mix.max_digits = max_digits;
  return mix;
}

std::span<const Token> prompt_of(const Frame& frame) {
  return std::span(frame.tokens).first(frame.prompt - 1);
}

/// Canonical form of the item that asks what the frame is asked; empty where streams belong to the question.
std::string canonical_of(const Frame& frame) {
  static const std::map<Token, std::string> words = {
      {token::gcd, "gcd"}, {token::hanoi, "hanoi"}, {token::ack, "ack"}, {token::m91, "mccarthy"},
      {token::tak, "tak"}, {token::even, "even"},   {token::odd, "odd"}};
  const auto word = words.find(frame.tokens[0]);
  if (word == words.end()) return "";
  const Result<FramePrompt> prompt = read_frame_prompt(prompt_of(frame));
  REQUIRE(prompt.ok());
  std::string out = word->second;
  std::vector<std::uint32_t> numbers;
  for (std::size_t i = 0; i < prompt->arguments.size(); ++i) {
    const std::span<const Token> argument = prompt->arguments[i];
    const Argument kind = prompt->function->arguments[i];
    if (kind == Argument::letter) out += " " + to_text(argument);
    if (kind == Argument::counter || kind == Argument::digit) {
      numbers.push_back(counter_of(argument));
      out += " " + std::to_string(numbers.back());
    }
  }
  if (out.starts_with("gcd") && numbers[0] < numbers[1]) {
    out = "gcd " + std::to_string(numbers[1]) + " " + std::to_string(numbers[0]);
  }
  return out;
}

/// Streams that a frame read to their ends: column by column of its READs.
std::vector<Tokens> streams_of(const Frame& frame, std::size_t streams) {
  std::vector<Tokens> out(streams);
  for (std::size_t i = frame.prompt; i < frame.tokens.size(); ++i) {
    if (frame.own[i] == 0 || frame.tokens[i] != token::read) continue;
    for (std::size_t s = 0; s < streams; ++s) {
      const Token token = frame.tokens[i + 1 + s];
      if (token != token::eos) out[s].push_back(token);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("a frame is a function of seed, index and mix") {
  const FrameMix mix = every_function();
  std::set<Tokens> of_seed_42;
  std::size_t seeds = 0, splits = 0;
  for (std::uint64_t index = 0; index < 2000; ++index) {
    const Frame frame = training_frame(42, index, mix), again = training_frame(42, index, mix);
    REQUIRE(frame.tokens == again.tokens);
    REQUIRE(frame.own == again.own);
    REQUIRE(frame.prompt == again.prompt);
    // Short frames meet by chance.
    if (frame.tokens.size() > 50) of_seed_42.insert(frame.tokens);
  }
  CHECK(of_seed_42.size() > 100);
  for (std::uint64_t index = 0; index < 2000; ++index) {
    seeds += of_seed_42.count(training_frame(43, index, mix).tokens);
    splits += of_seed_42.count(validation_frame(42, index, mix).tokens);
  }
  // POW and TAK have few arguments; what is long and read from streams never meets.
  CHECK(seeds < of_seed_42.size() / 20);
  CHECK(splits < of_seed_42.size() / 20);
}

TEST_CASE("streams are the same in every release") {
  // Models are trained on these streams: a change here changes what a seed means.
  CHECK(to_text(training_frame(1, 3, only("mul")).tokens) ==
        "MUL 9 , X END READ 9 9 EMIT 1 8 READ 9 9 EMIT 9 8 READ 9 9 EMIT 9 8 READ 9 9 EMIT 9 8 READ 9 9 EMIT 9 8 READ "
        "$ EMIT 8 RET END");
  CHECK(to_text(training_frame(1, 3, only("gcd")).tokens) ==
        "GCD 0 , 7 9 END CALL LESS 0 , 7 9 END YES END CALL GCD 7 9 , 0 END 0 END RET 0 END");
  CHECK(to_text(validation_frame(1, 4, only("hanoi")).tokens) ==
        "HANOI 8 , g , e , h , O END CALL HANOI 7 , g , h , e , O END END EMIT g EMIT h CALL HANOI 7 , e , g , h , O "
        "END END RET END");
}

TEST_CASE("the mix is obeyed") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinite = std::numeric_limits<double>::infinity();
  const std::size_t fact = *function_index("fact"), fib = *function_index("fib"), mul = *function_index("mul");
  const auto shares = [](const FrameMix& mix) {
    std::map<Token, std::size_t> out;
    for (std::uint64_t index = 0; index < 3000; ++index) ++out[training_frame(5, index, mix).tokens[0]];
    return out;
  };
  using Shares = std::map<Token, std::size_t>;
  CHECK(shares({{{fact, 1}}, 12}) == Shares{{token::fact, 3000}});
  CHECK(shares({{{fact, -1}, {fib, nan}, {mul, 1}, {fact, 0}}, 12}) == Shares{{token::mul, 3000}});
  CHECK(shares({{{fact, infinite}, {fib, 2}}, 12}) == Shares{{token::fib, 3000}});
  Shares mixed = shares({{{fact, 1}, {fib, 3}, {mul, 6}}, 12});
  REQUIRE(mixed.size() == 3);
  // Standard deviations are at most 27; five of them.
  CHECK(std::abs(static_cast<int>(mixed[token::fact]) - 300) < 90);
  CHECK(std::abs(static_cast<int>(mixed[token::fib]) - 900) < 135);
  CHECK(std::abs(static_cast<int>(mixed[token::mul]) - 1800) < 135);
  mixed = shares(every_function());
  CHECK(mixed.size() == all_functions().size());
  for (const auto& entry : mixed) {
    CAPTURE(to_text(std::span(&entry.first, 1)));
    CHECK(entry.second > 1500 / all_functions().size());  // half of an equal share
  }
}

TEST_CASE("no number of a stream is longer than max_digits, and frames stay short") {
  for (const std::size_t max_digits : {std::size_t{0}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{12},
                                       std::size_t{30}, std::size_t{60}}) {
    CAPTURE(max_digits);
    const std::size_t widest = std::max<std::size_t>(max_digits, 2);
    for (const char* name : {"add", "mul", "shift"}) {
      CAPTURE(name);
      std::size_t reached = 0;
      for (std::uint64_t index = 0; index < 1500; ++index) {
        const FrameMix mix = only(name, max_digits);
        for (const Frame& frame : {training_frame(6, index, mix), validation_frame(6, index, mix)}) {
          REQUIRE(frame.tokens.size() <= kMaxFrameTokens);
          for (const Tokens& number : streams_of(frame, frame.tokens[0] == token::add ? 2 : 1)) {
            REQUIRE(number.size() <= widest);
            reached = std::max(reached, number.size());
          }
        }
      }
      CHECK(reached == std::min(widest, kColumnsPerFrame));
    }
  }
  for (std::uint64_t index = 0; index < test::swept(20'000); ++index) {
    REQUIRE(training_frame(8, index, every_function(30)).tokens.size() <= kMaxFrameTokens);
  }
}

TEST_CASE("no frame begins with the prompt of an item of another split") {
  for (const char* name : {"gcd", "hanoi", "ack", "m91", "tak", "even", "odd"}) {
    CAPTURE(name);
    std::set<std::string> train, validation;
    for (std::uint64_t index = 0; index < test::swept(10'000); ++index) {
      for (const bool trains : {true, false}) {
        const Frame frame = trains ? training_frame(42, index, only(name)) : validation_frame(42, index, only(name));
        const std::string canonical = canonical_of(frame);
        CAPTURE(canonical);
        REQUIRE_FALSE(canonical.empty());
        REQUIRE(split_of(canonical) == (trains ? "train" : "validation"));
        (trains ? train : validation).insert(canonical);
      }
    }
    CHECK(train.size() > 20);
    CHECK(validation.size() > 5);
    // The words above are the tasks' own.
    bool known = false;
    for (const Task* task : all_tasks()) {
      for (const std::string_view word : task->info().words)
        known |= train.begin()->starts_with(std::string(word) + " ");
    }
    CHECK(known);
  }
}

TEST_CASE("operands are mixed") {
  std::size_t zeros = 0, zeros_in_front = 0, shorts = 0, nines = 0, equal = 0, one_longer = 0, carries_out = 0;
  std::map<std::size_t, std::size_t> lengths;
  const std::size_t frames = test::swept(30'000);
  for (std::uint64_t index = 0; index < frames; ++index) {
    const Frame frame = training_frame(42, index, only("add", kColumnsPerFrame));
    const std::vector<Tokens> operands = streams_of(frame, 2);
    for (const Tokens& operand : operands) {
      REQUIRE_FALSE(operand.empty());
      if (!is_number(operand)) ++zeros_in_front;
      ++lengths[operand.size()];
      if (is_zero(operand)) ++zeros;
      if (operand.size() <= 2) ++shorts;
      if (operand.size() > 3 && std::count(operand.begin(), operand.end(), 9) == static_cast<int>(operand.size())) {
        ++nines;
      }
    }
    const std::size_t a = operands[0].size(), b = operands[1].size();
    if (a == b) ++equal;
    if (a == b + 1 || b == a + 1) ++one_longer;
    const Digits sum = add_digits(operands[0], operands[1]);
    if (sum.size() > std::max(a, b)) ++carries_out;
  }
  CHECK(zeros > frames / 20);
  CHECK(shorts > frames / 4);
  CHECK(nines > frames / 30);
  CHECK(zeros_in_front > frames / 20);
  CHECK(equal > frames / 5);
  CHECK(one_longer > frames / 5);
  CHECK(carries_out > frames / 20);
  for (std::size_t length = 1; length <= kColumnsPerFrame; ++length) {
    CAPTURE(length);
    CHECK(lengths[length] > frames / 15);
  }
  std::map<Token, std::size_t> factors;
  for (std::uint64_t index = 0; index < 5000; ++index) ++factors[training_frame(42, index, only("mul")).tokens[1]];
  for (Token digit = 0; digit < 10; ++digit) {
    CAPTURE(digit);
    CHECK(factors[digit] > 200);
  }
}

TEST_CASE("counters cover their whole range") {
  struct Counted {
    const char* name;
    std::uint32_t greatest;
  };
  for (const Counted& range : {Counted{"fact", 99}, Counted{"pow", 99}, Counted{"fib", 199}, Counted{"level", 255},
                               Counted{"at", 255}, Counted{"hanoi", 12}}) {
    CAPTURE(range.name);
    std::vector<std::size_t> seen(range.greatest + 1);
    constexpr std::size_t frames = 12'000;
    for (std::uint64_t index = 0; index < frames; ++index) {
      const Frame frame = training_frame(42, index, only(range.name));
      const Result<FramePrompt> prompt = read_frame_prompt(prompt_of(frame));
      REQUIRE(prompt.ok());
      const std::uint32_t n = counter_of(prompt->arguments[0]);
      REQUIRE(n <= range.greatest);
      ++seen[n];
    }
    for (std::uint32_t n = 0; n <= range.greatest; ++n) {
      CAPTURE(n);
      CHECK(seen[n] > frames / (6 * (range.greatest + 1)));
    }
    // Where the counter changes its shape and borrows.
    if (range.greatest >= 99) {
      CHECK(seen[0] + seen[1] + seen[2] > frames / 12);
      CHECK(seen[10] + seen[20] + seen[90] > 3 * seen[55]);
    }
  }
  for (const char* name : {"even", "odd", "m91"}) {
    CAPTURE(name);
    std::set<std::uint32_t> seen;
    for (std::uint64_t index = 0; index < 12'000; ++index) {
      const Frame frame = training_frame(42, index, only(name));
      seen.insert(counter_of(prompt_of(frame).subspan(1)));
    }
    CHECK(seen.size() > 700);  // of the four fifths of 1000 that train
    CHECK(*seen.rbegin() <= 999);
  }
}

}  // namespace test_stream
