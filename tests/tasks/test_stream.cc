#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tasks/digits.h"
#include "tasks/frame.h"
#include "tasks/prompt.h"
#include "tasks/task.h"
#include "tasks/vocabulary.h"
#include "tests/support/sweep.h"

using namespace trm;
using namespace trm::tasks;

namespace {

struct Parts {
  std::vector<Token> prompt;
  FramePrompt read;
  std::vector<std::vector<Token>> values;  ///< appended ones, then the result
};

/// Numbers outside prompts and calls, found by ownership alone.
Parts parts_of(const Frame& frame) {
  Parts parts;
  parts.prompt.assign(frame.tokens.begin(), frame.tokens.begin() + static_cast<std::ptrdiff_t>(frame.prompt) - 1);
  Result<FramePrompt> read = read_frame_prompt(parts.prompt);
  REQUIRE(read.ok());
  parts.read = *read;
  std::vector<Token> current;
  for (std::size_t i = frame.prompt; i < frame.tokens.size(); ++i) {
    if (frame.own[i] != 0) continue;
    if (frame.tokens[i] == token::end) {
      parts.values.push_back(current);
      current.clear();
    } else {
      current.push_back(frame.tokens[i]);
    }
  }
  const auto ret = std::find(frame.tokens.begin(), frame.tokens.end(), token::ret);
  REQUIRE(ret != frame.tokens.end());
  parts.values.emplace_back(ret + 1, frame.tokens.end() - 1);
  return parts;
}

std::string decimal(std::span<const Token> digits) {
  const Result<std::string> text = decode_number(digits);
  REQUIRE(text.ok());
  return *text;
}

std::string canonical_of(const FramePrompt& read) {
  if (read.head == token::fact) return "factorial c=" + decimal(read.arguments[1]);
  return "fibonacci a=" + decimal(read.arguments[1]) + " b=" + decimal(read.arguments[2]);
}

/// Consecutive terms of the Fibonacci and Lucas sequences, by machine integers.
std::set<std::string> reserved_forms() {
  std::set<std::string> out = {"factorial c=1", "fibonacci a=1 b=0"};
  for (const auto& [first, second] : {std::pair{0, 1}, std::pair{2, 1}}) {
    std::uint64_t a = static_cast<std::uint64_t>(first), b = static_cast<std::uint64_t>(second);
    for (int i = 0; i < 80; ++i) {
      out.insert("fibonacci a=" + std::to_string(a) + " b=" + std::to_string(b));
      const std::uint64_t next = a + b;
      a = b;
      b = next;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("training frames are right, short, and keep other splits' start values out") {
  const std::set<std::string> reserved = reserved_forms();
  std::map<Token, std::size_t> kinds;
  std::map<std::uint32_t, std::size_t> counters;
  std::map<std::size_t, std::size_t> value_lengths, result_lengths, start_lengths;
  std::map<std::size_t, std::size_t> fibonacci_lengths;
  std::map<std::size_t, std::size_t> operand_lengths;
  std::map<Token, std::size_t> mul_digits;
  std::size_t zeros = 0, nines = 0, equal_lengths = 0, pairs = 0, true_products = 0, products = 0;
  std::size_t longest = 0, bad_starts = 0, too_wide = 0, wrong = 0, in_other_split = 0;

  const std::uint64_t frames = test::swept(200'000);
  for (std::uint64_t index = 0; index < frames; ++index) {
    const Frame frame = training_frame(42, index, {});
    REQUIRE(frame.tokens.size() == frame.own.size());
    longest = std::max(longest, frame.tokens.size());
    const Parts parts = parts_of(frame);
    const FramePrompt& read = parts.read;
    ++kinds[read.head];
    const Result<std::optional<std::size_t>> judged = first_wrong_token(frame.tokens);
    if (!judged || judged->has_value()) ++wrong;
    for (const std::vector<Token>& value : parts.values) {
      if (!is_number(value) || value.size() > 20) ++too_wide;
      if (is_zero(value)) ++zeros;
      if (value.size() > 4 && std::all_of(value.begin(), value.end(), [](Token t) { return t == 9; })) ++nines;
    }
    ++result_lengths[parts.values.back().size()];
    if (read.head == token::mul) {
      ++mul_digits[read.arguments[0][0]];
      ++operand_lengths[read.arguments[1].size()];
      continue;
    }
    const std::string canonical = canonical_of(read);
    if (reserved.count(canonical) != 0) ++bad_starts;
    if (split_of(canonical) != "train") ++in_other_split;
    const std::uint32_t n = counter_of(read.arguments[0]);
    ++counters[n];
    for (std::size_t i = 0; i + 1 < parts.values.size(); ++i) ++value_lengths[parts.values[i].size()];
    if (read.head == token::fact) {
      ++start_lengths[read.arguments[1].size()];
      if (n > 0) {
        ++products;
        if (parts.values[1] == times_digit(parts.values[0], read.arguments[0][0])) ++true_products;
      }
    } else {
      ++fibonacci_lengths[read.arguments[1].size()];
      ++fibonacci_lengths[100 + read.arguments[2].size()];
      if (n > 1) {
        ++pairs;
        if (parts.values[0].size() == parts.values[1].size()) ++equal_lengths;
      }
    }
  }
  CHECK(longest <= max_frame_tokens);
  CHECK(longest > 120);
  CHECK(bad_starts == 0);
  CHECK(in_other_split == 0);
  CHECK(too_wide == 0);
  CHECK(wrong == 0);

  for (const Token head : {token::fact, token::fib, token::mul}) {
    CAPTURE(head);
    CHECK(kinds[head] > frames / 3 - frames / 100);
    CHECK(kinds[head] < frames / 3 + frames / 100);
  }
  for (std::uint32_t n = 0; n < 100; ++n) {
    CAPTURE(n);
    CHECK(counters[n] > frames / 300);  // 2/3 of the frames * 3/4 / 100 = 1/200
  }
  const std::size_t counted = kinds[token::fact] + kinds[token::fib];
  CHECK(counters[0] + counters[1] + counters[2] > counted / 10);
  CHECK(counters[10] + counters[20] + counters[90] > 3 * counters[55]);
  for (std::size_t length = 1; length <= 20; ++length) {
    CAPTURE(length);
    CHECK(value_lengths[length] > frames / 140);
    CHECK(result_lengths[length] > frames / 140);
    CHECK(operand_lengths[length] > frames / 400);
  }
  for (std::size_t length = 1; length <= 10; ++length) {
    CAPTURE(length);
    CHECK(start_lengths[length] > kinds[token::fact] / 20);
  }
  for (std::size_t length = 1; length <= 4; ++length) {
    CAPTURE(length);
    CHECK(fibonacci_lengths[length] > kinds[token::fib] / 8);
    CHECK(fibonacci_lengths[100 + length] > kinds[token::fib] / 8);
  }
  for (Token digit = 0; digit < 10; ++digit) {
    CAPTURE(digit);
    CHECK(mul_digits[digit] > kinds[token::mul] / 12);
  }
  CHECK(zeros > frames / 50);
  CHECK(nines > frames / 100);
  CHECK(equal_lengths > pairs / 6);
  CHECK(true_products > products * 2 / 5);
  CHECK(true_products < products * 4 / 5);
}

TEST_CASE("validation frames use start values of the validation split only") {
  const std::set<std::string> reserved = reserved_forms();
  for (std::uint64_t index = 0; index < 20'000; ++index) {
    const Frame frame = validation_frame(42, index, {});
    const Parts parts = parts_of(frame);
    if (parts.read.head == token::mul) continue;
    const std::string canonical = canonical_of(parts.read);
    CAPTURE(canonical);
    REQUIRE(split_of(canonical) == "validation");
    REQUIRE(reserved.count(canonical) == 0);
    REQUIRE(frame.tokens.size() <= max_frame_tokens);
  }
}

TEST_CASE("a frame is a function of seed, index and mix") {
  std::size_t same_across_seeds = 0, same_across_streams = 0;
  std::set<std::vector<Token>> distinct, of_seed_42;
  for (std::uint64_t index = 0; index < 2000; ++index) {
    const Frame frame = training_frame(42, index, {});
    const Frame again = training_frame(42, index, {});
    REQUIRE(frame.tokens == again.tokens);
    REQUIRE(frame.own == again.own);
    REQUIRE(frame.prompt == again.prompt);
    distinct.insert(frame.tokens);
    // Product frames, all shorter, meet by chance: powers of ten, all nines.
    if (frame.tokens.size() > 60) of_seed_42.insert(frame.tokens);
  }
  CHECK(distinct.size() > 1800);
  CHECK(of_seed_42.size() > 500);
  for (std::uint64_t index = 0; index < 2000; ++index) {
    if (of_seed_42.count(training_frame(43, index, {}).tokens) != 0) ++same_across_seeds;
    if (of_seed_42.count(validation_frame(42, index, {}).tokens) != 0) ++same_across_streams;
  }
  CHECK(same_across_seeds == 0);
  CHECK(same_across_streams == 0);
}

TEST_CASE("streams are the same in every release") {
  // Models are trained on these streams: a change here changes what a seed means.
  CHECK(to_text(training_frame(1, 3, {}).tokens) ==
        "FACT 9 , 6 4 9 3 END CALL FACT 8 , 6 4 9 3 END 3 END CALL MUL 9 , 3 END 7 END RET 7 END");
  CHECK(to_text(training_frame(1, 7, {}).tokens) == "MUL 8 , 6 9 END RET 8 6 7 END");
}

TEST_CASE("the mix is obeyed") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinite = std::numeric_limits<double>::infinity();
  const auto kinds = [](const FrameMix& mix) {
    std::set<Token> out;
    for (std::uint64_t index = 0; index < 300; ++index) out.insert(training_frame(5, index, mix).tokens[0]);
    return out;
  };
  const std::set<Token> all = {token::fact, token::fib, token::mul};
  CHECK(kinds({1, 0, 0, 20}) == std::set{token::fact});
  CHECK(kinds({0, 1, 0, 20}) == std::set{token::fib});
  CHECK(kinds({0, 0, 1, 20}) == std::set{token::mul});
  CHECK(kinds({0, 2, 1, 20}) == std::set{token::fib, token::mul});
  CHECK(kinds({-1, nan, 1, 20}) == std::set{token::mul});
  CHECK(kinds({infinite, 1, 0, 20}) == std::set{token::fib});
  CHECK(kinds({0, 0, 0, 20}) == all);
  CHECK(kinds({nan, -3, 0, 20}) == all);
  CHECK(kinds({}) == all);
}

TEST_CASE("no number is wider than max_digits") {
  for (const std::size_t max_digits : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7},
                                       std::size_t{20}, std::size_t{40}}) {
    CAPTURE(max_digits);
    const std::size_t widest = std::max<std::size_t>(max_digits, 2);
    std::size_t reached = 0;
    for (std::uint64_t index = 0; index < 3000; ++index) {
      const FrameMix mix = {1, 1, 1, max_digits};
      for (const Frame& frame : {training_frame(6, index, mix), validation_frame(6, index, mix)}) {
        std::size_t run = 0;
        for (const Token t : frame.tokens) {
          run = token::is_digit(t) ? run + 1 : 0;
          REQUIRE(run <= widest);
          reached = std::max(reached, run);
        }
      }
    }
    CHECK(reached == widest);
  }
}
