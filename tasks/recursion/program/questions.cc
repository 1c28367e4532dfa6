// The frames of questions about programs, and the arithmetic that only programs need.
#include <array>

#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/recursion/program/functions.h"
#include "tasks/recursion/program/program.h"
#include "tasks/recursion/program/run.h"

namespace trm::tasks::program {
namespace {

using enum Argument;
constexpr std::array kQuestionOf = {letter, counter, stream};
constexpr std::array kCountAndStream = {counter, stream};
constexpr std::array kDigitAndNumber = {digit, counter};
constexpr std::array kTwoNumbers = {counter, counter};

constexpr std::array<Range, 1> kCounts = {{{"count", 0, kMaxCalls}}};
constexpr std::array<Range, 2> kFactors = {{{"factor", 0, kMaxFactor}, {"n", 0, kMaxValue}}};
constexpr std::array<Range, 2> kDivisions = {{{"n", 0, kMaxValue}, {"divisor", 1, kMaxConstant}}};

void write_order(FrameWriter& f) {
  f.call_number(token::trace, f.symbol(0), token::comma, f.number(1), token::comma, token::x, token::comma, token::out);
  f.ret();
}

void write_calls(FrameWriter& f) {
  const Token calls = f.spawn(token::order, f.symbol(0), token::comma, f.number(1), token::comma, token::x);
  f.ret(f.call_number(token::length, Token{0}, token::comma, calls));
}

void write_ends(FrameWriter& f) {
  f.call_number(token::run, f.symbol(0), token::comma, f.number(1), token::comma, token::x);
  f.ret(token::yes);
}

/// A frame counts four ; itself and calls itself for the rest. The digit noted behind each ; is how many there were.
void write_length(FrameWriter& f) {
  constexpr Token per_frame = 4;
  const std::span<const Token> before = f.number(0);
  Token seen = 0;
  while (seen < per_frame) {
    const Token token = f.read();
    if (token == token::eos) {
      if (seen == 0) return f.ret(before);
      return f.ret(f.call_number(token::plus, before, token::comma, seen));
    }
    if (token == token::stop) f.note(++seen);
  }
  const Digits now = f.call_number(token::plus, before, token::comma, seen);
  f.ret(f.call_number(token::length, now, token::comma, token::x));
}

void write_times(FrameWriter& f) {
  const Token k = f.symbol(0);
  const std::span<const Token> a = f.number(1);
  if (k == 0) return f.ret(Token{0});
  if (k == 1) return f.ret(a);
  const Digits less = f.call_number(token::times, k - 1, token::comma, a);
  f.ret(f.call_number(token::plus, less, token::comma, a));
}

void write_modulo(FrameWriter& f) {
  const std::span<const Token> a = f.number(0), m = f.number(1);
  if (f.less(a, m)) return f.ret(a);
  const Digits less = f.call_number(token::minus, a, token::comma, m);
  f.ret(f.call_number(token::mod, less, token::comma, m));
}

template <Token head>
Question draw_question(Rng& rng, const DrawRange&) {
  const Token name = name_of(rng.below(kMaxFunctions));
  return {tokens_of(head, name, token::comma, random_counter(rng, kArguments[0].most), token::comma, token::x), {{}}};
}

Question draw_length(Rng& rng, const DrawRange&) {
  Tokens calls;
  for (std::uint32_t left = rng.below(6); left > 0; --left) {
    const Digits n = random_counter(rng, rng.below(2) == 0 ? kMaxConstant : kArguments[0].most);
    calls = tokens_of(calls, name_of(rng.below(kMaxFunctions)), n, token::stop);
  }
  return {tokens_of(token::length, random_counter(rng, kCounts[0].most), token::comma, token::x), {std::move(calls)}};
}

Question draw_times(Rng& rng, const DrawRange&) {
  const Digits a = random_counter(rng, rng.below(2) == 0 ? 999 : kFactors[1].most);
  const auto k = static_cast<Token>(rng.below(kFactors[0].most + 1));
  return {tokens_of(token::times, k, token::comma, a), {}};
}

Question draw_modulo(Rng& rng, const DrawRange&) {
  const std::uint32_t m = rng.between(kDivisions[1].least, kDivisions[1].most), kind = rng.below(6);
  const std::uint32_t a = kind < 2    ? rng.below(m)
                          : kind == 2 ? m - 1 + rng.below(3)
                          : kind < 5  ? rng.below(9 * m + kMaxConstant)
                                      : counter_of(random_counter(rng, kDivisions[0].most));
  return {tokens_of(token::mod, digits_of(a), token::comma, digits_of(m)), {}};
}

}  // namespace

const Function kOrder = {token::order, kQuestionOf, write_order, draw_question<token::order>, nullptr, kArguments};
const Function kCalls = {token::calls, kQuestionOf, write_calls, draw_question<token::calls>,
                         short_number, kArguments,  kValues};
const Function kEnds = {token::ends, kQuestionOf, write_ends, draw_question<token::ends>, yes_or_no, kArguments};
const Function kLength = {token::length, kCountAndStream, write_length, draw_length,
                          short_number,  kCounts,         kValues,      kArguments[0]};
const Function kMultiply = {token::times, kDigitAndNumber, write_times, draw_times, short_number, kFactors, kValues};
const Function kModulo = {token::mod, kTwoNumbers, write_modulo, draw_modulo, short_number, kDivisions, kValues};

}  // namespace trm::tasks::program
