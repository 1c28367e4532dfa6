#include "tasks/frames/arithmetic/functions.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tasks/frames/arithmetic/operands.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks::arithmetic {
namespace {

using enum Argument;
constexpr std::array two_streams = {stream, stream};
constexpr std::array digit_and_stream = {digit, stream};
constexpr std::array one_stream = {stream};
constexpr std::array carry_and_streams = {digit, stream, stream, output};
constexpr std::array digit_carry_and_stream = {digit, digit, stream, output};
constexpr std::array stream_to_output = {stream, output};
constexpr std::array two_numbers = {counter, counter};

constexpr std::array<Range, 1> factors = {{{"digit", 0, 9}}};
constexpr std::array<Range, 1> carries = {{{"carry", 0, 1}}};
constexpr std::array<Range, 2> factors_and_carries = {{{"digit", 1, 9}, {"carry", 0, 8}}};
constexpr std::array<Range, 2> any_numbers = {{{"first number"}, {"second number"}}};
constexpr std::size_t most_digits = 4;  // of any_numbers

/// The rest of the number is another call's, so that no frame is longer than what a model was trained on.
template <class... Parts>
void hand_on(FrameWriter& f, const Parts&... parts) {
  f.call_nothing(parts..., token::comma, token::out);
  f.ret();
}

void add_columns(FrameWriter& f, Token carry) {
  for (std::size_t i = 0; i < columns_per_frame; ++i) {
    const std::vector<Token> column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) {
      if (carry != 0) f.emit(carry);
      return f.ret();
    }
    const Token sum = digit_of(f, column[0]) + digit_of(f, column[1]) + carry;
    carry = sum / 10;
    f.emit(sum % 10);
    f.note(carry);
  }
  hand_on(f, token::add_on, carry, token::comma, token::x, token::comma, token::y);
}

void write_add(FrameWriter& f) {
  add_columns(f, 0);
}

void write_add_on(FrameWriter& f) {
  add_columns(f, f.symbol(0));
}

void multiply_columns(FrameWriter& f, Token d, Token carry) {
  for (std::size_t i = 0; i < columns_per_frame; ++i) {
    const Token x = f.read();
    if (x == token::eos) {
      if (carry != 0) f.emit(carry);
      return f.ret();
    }
    const Token product = digit_of(f, x) * d + carry;
    carry = product / 10;
    f.note(d);
    f.emit(product % 10);
    f.note(carry);
  }
  hand_on(f, token::mul_on, d, token::comma, carry, token::comma, token::x);
}

void write_multiply(FrameWriter& f) {
  const Token d = f.symbol(0);
  if (d != 0) return multiply_columns(f, d, 0);
  f.emit(0);
  f.ret();
}

void write_multiply_on(FrameWriter& f) {
  multiply_columns(f, f.symbol(0), f.symbol(1));
}

void copy_columns(FrameWriter& f) {
  for (std::size_t i = 0; i < columns_per_frame; ++i) {
    const Token x = f.read();
    if (x == token::eos) return f.ret();
    f.emit(digit_of(f, x));
  }
  hand_on(f, token::copy, token::x);
}

void write_shift(FrameWriter& f) {
  f.emit(0);
  copy_columns(f);
}

void write_plus(FrameWriter& f) {
  f.ret(add_digits(f.number(0), f.number(1)));
}

void write_less(FrameWriter& f) {
  const std::span<const Token> a = f.number(0), b = f.number(1);
  Token less = token::no;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const Token left = i < a.size() ? a[i] : 0, right = i < b.size() ? b[i] : 0;
    if (left != right) less = left < right ? token::yes : token::no;
    f.note(less);
  }
  f.ret(less);
}

void write_same(FrameWriter& f) {
  const std::span<const Token> a = f.number(0), b = f.number(1);
  Token same = token::yes;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (i >= a.size() || i >= b.size() || a[i] != b[i]) same = token::no;
    f.note(same);
  }
  f.ret(same);
}

void write_minus(FrameWriter& f) {
  const std::span<const Token> a = f.number(0), b = f.number(1);
  Digits difference;
  Token borrow = 0;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const Token digit = (i < a.size() ? a[i] : 0) - (i < b.size() ? b[i] : 0) - borrow;
    borrow = digit < 0 ? 1 : 0;
    difference.push_back(digit + 10 * borrow);
    f.note(difference.back());
  }
  if (borrow != 0) return f.ret(Token{0});
  while (difference.size() > 1 && difference.back() == 0) difference.pop_back();
  f.ret(difference);
}

Question draw_add(Rng& rng, const DrawRange& range) {
  Operands of;
  if (rng.below(3) == 0) {
    of = carrying(rng, range.max_digits, false);
  } else {
    of.a = operand(rng, range.max_digits);
    of.b = random_value(rng, length_beside(rng, of.a.size(), range.max_digits));
  }
  return {{token::add, token::x, token::comma, token::y}, {std::move(of.a), std::move(of.b)}};
}

Question draw_multiply(Rng& rng, const DrawRange& range) {
  // A zero takes no digits: seldom is enough.
  const auto d = static_cast<Token>(rng.below(16) == 0 ? 0 : rng.between(1, 9));
  return {{token::mul, d, token::comma, token::x}, {operand(rng, range.max_digits)}};
}

Question draw_shift(Rng& rng, const DrawRange& range) {
  return {{token::shift, token::x}, {operand(rng, range.max_digits)}};
}

Question draw_add_on(Rng& rng, const DrawRange& range) {
  const auto carry = static_cast<Token>(rng.below(2));
  Operands of;
  if (rng.below(2) == 0) {
    of = carrying(rng, range.max_digits, carry != 0);
  } else {
    of.a = operand_or_nothing(rng, range.max_digits);
    of.b = operand_or_nothing(rng, range.max_digits);
  }
  return {{token::add_on, carry, token::comma, token::x, token::comma, token::y, token::comma, token::out},
          {std::move(of.a), std::move(of.b)}};
}

Question draw_multiply_on(Rng& rng, const DrawRange& range) {
  const std::uint32_t d = rng.between(1, 9);
  return {{token::mul_on, static_cast<Token>(d), token::comma, static_cast<Token>(rng.below(d)), token::comma, token::x,
           token::comma, token::out},
          {operand_or_nothing(rng, range.max_digits)}};
}

Question draw_copy(Rng& rng, const DrawRange& range) {
  return {{token::copy, token::x, token::comma, token::out}, {operand_or_nothing(rng, range.max_digits)}};
}

Question of_numbers(Token head, const Digits& a, const Digits& b) {
  return {tokens_of(head, a, token::comma, b), {}};
}
Question of_numbers(Token head, const Operands& of) {
  return of_numbers(head, short_form(of.a), short_form(of.b));
}

Question draw_plus(Rng& rng, const DrawRange&) {
  if (rng.below(3) == 0) return of_numbers(token::plus, carrying(rng, most_digits, false));
  const std::size_t length = random_length(rng, most_digits);
  const Digits b = random_value(rng, length_beside(rng, length, most_digits)), a = random_value(rng, length);
  return of_numbers(token::plus, a, b);
}

/// Two numbers of at most four digits. Half of them are neighbours, as far apart as some power of ten or not at all:
/// they differ in few digits, and their difference is short.
std::pair<Digits, Digits> two_numbers_of(Rng& rng) {
  const std::size_t length = random_length(rng, most_digits);
  const Digits a = random_value(rng, length);
  if (rng.below(2) == 0) return {a, random_value(rng, length_beside(rng, length, most_digits))};
  constexpr std::array<std::uint32_t, 5> distance = {1, 2, 10, 100, 1000};
  const std::uint32_t of = counter_of(a), by = rng.below(distance[rng.below(distance.size())]);
  return {a, digits_of(rng.below(2) == 0 ? of - std::min(of, by) : std::min(of + by, max_counter))};
}

/// Half of the differences are what is drawn, so that they have zeros inside as often as other numbers.
Question draw_minus(Rng& rng, const DrawRange&) {
  if (rng.below(3) == 0) return of_numbers(token::minus, borrowing(rng, most_digits, false));
  auto [a, b] = two_numbers_of(rng);
  if (counter_of(a) < counter_of(b)) {
    if (rng.below(4) == 0) return of_numbers(token::minus, a, b);
    std::swap(a, b);
  }
  if (rng.below(2) == 0) b = digits_of(counter_of(a) - counter_of(b));
  return of_numbers(token::minus, a, b);
}

Question draw_less(Rng& rng, const DrawRange&) {
  if (rng.below(3) == 0) return of_numbers(token::less, alike(rng, most_digits));
  const auto [a, b] = two_numbers_of(rng);
  return of_numbers(token::less, a, b);
}

Question draw_same(Rng& rng, const DrawRange&) {
  if (rng.below(3) == 0) return of_numbers(token::same, alike(rng, most_digits));
  const Digits a = random_value(rng, random_length(rng, most_digits));
  return of_numbers(token::same, a, number_beside(rng, a, most_digits));
}

}  // namespace

Token digit_of(FrameWriter& f, Token token) {
  if (token == token::eos) return 0;
  if (!token::is_digit(token)) f.fail("a stream of digits holds " + to_text(std::span(&token, 1)));
  return f.failed() ? 0 : token;
}

const Function add = {token::add, two_streams, write_add, draw_add, nullptr};
const Function multiply = {token::mul, digit_and_stream, write_multiply, draw_multiply, nullptr, factors};
const Function shift = {token::shift, one_stream, write_shift, draw_shift, nullptr};
const Function add_on = {token::add_on, carry_and_streams, write_add_on, draw_add_on, nothing, carries};
const Function multiply_on = {token::mul_on, digit_carry_and_stream, write_multiply_on, draw_multiply_on,
                              nothing,       factors_and_carries};
const Function copy = {token::copy, stream_to_output, copy_columns, draw_copy, nothing};
const Function plus = {token::plus, two_numbers, write_plus, draw_plus, short_number, any_numbers};
const Function minus = {token::minus, two_numbers, write_minus, draw_minus, short_number, any_numbers};
const Function less = {token::less, two_numbers, write_less, draw_less, yes_or_no, any_numbers};
const Function same = {token::same, two_numbers, write_same, draw_same, yes_or_no, any_numbers};

}  // namespace trm::tasks::arithmetic
