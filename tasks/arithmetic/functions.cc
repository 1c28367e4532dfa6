#include "tasks/arithmetic/functions.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tasks/draw.h"
#include "tasks/vocabulary.h"

namespace trm::tasks::arithmetic {
namespace {

using enum Argument;
constexpr std::array two_streams = {stream, stream};
constexpr std::array digit_and_stream = {digit, stream};
constexpr std::array one_stream = {stream};
constexpr std::array two_numbers = {counter, counter};

/// Value of a column's token; the frame is broken if it is no digit.
Token digit_of(FrameWriter& f, Token token) {
  if (token == token::eos) return 0;
  if (!token::is_digit(token)) f.fail("a stream of digits holds " + to_text(std::span(&token, 1)));
  return f.failed() ? 0 : token;
}

void write_add(FrameWriter& f) {
  Token carry = 0;
  for (;;) {
    const std::vector<Token> column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) break;
    const Token sum = digit_of(f, column[0]) + digit_of(f, column[1]) + carry;
    carry = sum / 10;
    f.emit(sum % 10);
    f.note(carry);
  }
  if (carry != 0) f.emit(carry);
  f.ret();
}

void write_multiply(FrameWriter& f) {
  const Token d = f.symbol(0);
  if (d == 0) {
    f.emit(0);
    return f.ret();
  }
  Token carry = 0;
  for (;;) {
    const Token x = f.read();
    if (x == token::eos) break;
    const Token product = digit_of(f, x) * d + carry;
    carry = product / 10;
    f.note(d);
    f.emit(product % 10);
    f.note(carry);
  }
  if (carry != 0) f.emit(carry);
  f.ret();
}

void write_shift(FrameWriter& f) {
  f.emit(0);
  for (Token x = f.read(); x != token::eos; x = f.read()) f.emit(digit_of(f, x));
  f.ret();
}

void write_plus(FrameWriter& f) {
  f.ret(add_digits(f.number(0), f.number(1)));
}

void write_minus(FrameWriter& f) {
  const std::uint32_t a = counter_of(f.number(0)), b = counter_of(f.number(1));
  if (a < b) f.fail("the first number is smaller than the second");
  f.ret(digits_of(f.failed() ? 0 : a - b));
}

Question draw_add(Rng& rng, const DrawRange& range) {
  const std::size_t length = random_length(rng, range.max_digits);
  return {{token::add, token::x, token::comma, token::y},
          {random_value(rng, length), random_value(rng, length_beside(rng, length, range.max_digits))}};
}

Question draw_multiply(Rng& rng, const DrawRange& range) {
  // A zero takes no digits: seldom is enough.
  const auto d = static_cast<Token>(rng.below(16) == 0 ? 0 : rng.between(1, 9));
  return {{token::mul, d, token::comma, token::x}, {random_value(rng, random_length(rng, range.max_digits))}};
}

Question draw_shift(Rng& rng, const DrawRange& range) {
  return {{token::shift, token::x}, {random_value(rng, random_length(rng, range.max_digits))}};
}

Question draw_plus(Rng& rng, const DrawRange&) {
  const std::size_t length = random_length(rng, 4);
  return {
      tokens_of(token::plus, random_value(rng, length), token::comma, random_value(rng, length_beside(rng, length, 4))),
      {}};
}

Question draw_minus(Rng& rng, const DrawRange&) {
  const std::size_t length = random_length(rng, 4);
  Digits a = random_value(rng, length), b = random_value(rng, length_beside(rng, length, 4));
  if (counter_of(a) < counter_of(b)) std::swap(a, b);
  return {tokens_of(token::minus, a, token::comma, b), {}};
}

Tokens some_number(Rng& rng, std::span<const Token>) {
  return random_value(rng, random_length(rng, 4));
}

}  // namespace

const Function add = {token::add, two_streams, write_add, draw_add, nullptr};
const Function multiply = {token::mul, digit_and_stream, write_multiply, draw_multiply, nullptr};
const Function shift = {token::shift, one_stream, write_shift, draw_shift, nullptr};
const Function plus = {token::plus, two_numbers, write_plus, draw_plus, some_number};
const Function minus = {token::minus, two_numbers, write_minus, draw_minus, some_number};

}  // namespace trm::tasks::arithmetic
