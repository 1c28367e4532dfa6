// Streams of digits times short numbers and their powers, and what is left of them.
#include <array>

#include "tasks/frames/arithmetic/functions.h"
#include "tasks/frames/draw.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks::arithmetic {
namespace {

using enum Argument;
constexpr std::array kRaiseArguments = {counter, counter, stream};  // exponent, base
constexpr std::array kNumberAndStream = {counter, stream};

constexpr std::array<Range, 2> kPowers = {{{"exponent", 0, 999}, {"base"}}};
constexpr std::array<Range, 1> kScaleFactors = {{{"factor"}}};
constexpr std::array<Range, 1> kDivisors = {{{"divisor", 1, 99}}};

/// By one digit, MUL; by more, SCALE.
Token multiplied(FrameWriter& f, std::span<const Token> factor, Token value) {
  return f.spawn(factor.size() == 1 ? token::mul : token::scale, factor, token::comma, value);
}

void write_raise(FrameWriter& f) {
  const std::span<const Token> exponent = f.number(0), base = f.number(1);
  if (is_zero(exponent)) return f.ret(token::x);
  const Digits less = predecessor(exponent);
  if (is_zero(less)) return f.ret(multiplied(f, base, token::x));
  const Token below = f.spawn(token::raise, less, token::comma, base, token::comma, token::x);
  f.ret(multiplied(f, base, below));
}

void write_scale(FrameWriter& f) {
  const std::span<const Token> factor = f.number(0);
  const Token units = f.spawn(token::mul, factor[0], token::comma, token::x);
  if (factor.size() == 1) return f.ret(units);
  const auto rest = factor.subspan(1);
  const Token tens = f.spawn(rest.size() == 1 ? token::mul : token::scale, rest, token::comma, token::fresh, token::x);
  const Token shifted = f.spawn(token::shift, tens);
  f.ret(f.spawn(token::add, units, token::comma, shifted));
}

void write_remainder(FrameWriter& f) {
  const std::span<const Token> divisor = f.number(0);
  const Token token = f.read();
  if (token == token::eos) return f.ret(Token{0});
  const Token digit = digit_of(f, token);
  const Digits above = f.call_number(token::rem, divisor, token::comma, token::x);
  const Digits left = is_zero(above) ? Digits{digit} : tokens_of(digit, above);
  f.ret(f.call_number(token::mod, left, token::comma, divisor));
}

Question draw_raise(Rng& rng, const DrawRange&) {
  // Most are short.
  const Digits exponent = rng.below(3) == 0 ? digits_of(rng.below(4)) : random_counter(rng, kPowers[0].most);
  const Digits base = random_counter(rng, rng.below(2) == 0 ? 99 : kPowers[1].most);
  return {tokens_of(token::raise, exponent, token::comma, base, token::comma, token::x), {{}}};
}

Question draw_scale(Rng& rng, const DrawRange&) {
  return {tokens_of(token::scale, random_value(rng, random_length(rng, 4)), token::comma, token::x), {{}}};
}

Question draw_remainder(Rng& rng, const DrawRange&) {
  const Digits divisor = digits_of(rng.between(kDivisors[0].least, kDivisors[0].most));
  const bool end = rng.below(6) == 0;
  const auto digit = static_cast<Token>(rng.below(10));
  return {tokens_of(token::rem, divisor, token::comma, token::x), {end ? Tokens{} : Tokens{digit}}};
}

Tokens remainder_value(Rng& rng, std::span<const Token>) {
  return random_counter(rng, kDivisors[0].most);
}

}  // namespace

const Function kRaise = {token::raise, kRaiseArguments, write_raise, draw_raise, nullptr, kPowers};
const Function kScale = {token::scale, kNumberAndStream, write_scale, draw_scale, nullptr, kScaleFactors};
const Function kRemainder = {token::rem,      kNumberAndStream, write_remainder,           draw_remainder,
                             remainder_value, kDivisors,        {"", 0, kDivisors[0].most}};

}  // namespace trm::tasks::arithmetic
