#include "tasks/frames/arithmetic/functions.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tasks/frames/arithmetic/operands.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks::arithmetic {
namespace {

using enum Argument;
constexpr std::array kTwoStreams = {stream, stream};
constexpr std::array kDigitAndStream = {digit, stream};
constexpr std::array kOneStream = {stream};
constexpr std::array kCarryAndStreams = {digit, stream, stream, output};
constexpr std::array kDigitCarryAndStream = {digit, digit, stream, output};
constexpr std::array kStreamToOutput = {stream, output};
constexpr std::array kTwoNumbers = {counter, counter};

constexpr std::array<Range, 1> kFactors = {{{"digit", 0, 9}}};
constexpr std::array<Range, 1> kCarries = {{{"carry", 0, 1}}};
constexpr std::array<Range, 2> kFactorsAndCarries = {{{"digit", 1, 9}, {"carry", 0, 8}}};
constexpr std::array<Range, 2> kAnyNumbers = {{{"first number"}, {"second number"}}};
constexpr std::size_t kMostDigits = 4;  // of any_numbers

/// The rest of the number is another call's, so that no frame is longer than what a model was trained on.
template <class... Parts>
void hand_on(FrameWriter& f, const Parts&... parts) {
  f.call_nothing(parts..., token::comma, token::out);
  f.ret();
}

void add_columns(FrameWriter& f, Token carry) {
  for (std::size_t i = 0; i < kColumnsPerFrame; ++i) {
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
  for (std::size_t i = 0; i < kColumnsPerFrame; ++i) {
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
  for (std::size_t i = 0; i < kColumnsPerFrame; ++i) {
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
  if (rng.below(3) == 0) return of_numbers(token::plus, carrying(rng, kMostDigits, false));
  const std::size_t length = random_length(rng, kMostDigits);
  const Digits b = random_value(rng, length_beside(rng, length, kMostDigits)), a = random_value(rng, length);
  return of_numbers(token::plus, a, b);
}

/// Two numbers of at most four digits. Half of them are neighbours, as far apart as some power of ten or not at all:
/// they differ in few digits, and their difference is short.
std::pair<Digits, Digits> two_numbers_of(Rng& rng) {
  const std::size_t length = random_length(rng, kMostDigits);
  const Digits a = random_value(rng, length);
  if (rng.below(2) == 0) return {a, random_value(rng, length_beside(rng, length, kMostDigits))};
  constexpr std::array<std::uint32_t, 5> distance = {1, 2, 10, 100, 1000};
  const std::uint32_t of = counter_of(a), by = rng.below(distance[rng.below(distance.size())]);
  return {a, digits_of(rng.below(2) == 0 ? of - std::min(of, by) : std::min(of + by, kMaxCounter))};
}

/// Half of the differences are what is drawn, so that they have zeros inside as often as other numbers.
Question draw_minus(Rng& rng, const DrawRange&) {
  if (rng.below(3) == 0) return of_numbers(token::minus, borrowing(rng, kMostDigits, false));
  auto [a, b] = two_numbers_of(rng);
  if (counter_of(a) < counter_of(b)) {
    if (rng.below(4) == 0) return of_numbers(token::minus, a, b);
    std::swap(a, b);
  }
  if (rng.below(2) == 0) b = digits_of(counter_of(a) - counter_of(b));
  return of_numbers(token::minus, a, b);
}

Question draw_less(Rng& rng, const DrawRange&) {
  if (rng.below(3) == 0) return of_numbers(token::less, alike(rng, kMostDigits));
  const auto [a, b] = two_numbers_of(rng);
  return of_numbers(token::less, a, b);
}

Question draw_same(Rng& rng, const DrawRange&) {
  if (rng.below(3) == 0) return of_numbers(token::same, alike(rng, kMostDigits));
  const Digits a = random_value(rng, random_length(rng, kMostDigits));
  return of_numbers(token::same, a, number_beside(rng, a, kMostDigits));
}

}  // namespace

Token digit_of(FrameWriter& f, Token token) {
  if (token == token::eos) return 0;
  if (!token::is_digit(token)) f.fail("a stream of digits holds " + to_text(std::span(&token, 1)));
  return f.failed() ? 0 : token;
}

const Function kAdd = {token::add, kTwoStreams, write_add, draw_add, nullptr};
const Function kMultiply = {token::mul, kDigitAndStream, write_multiply, draw_multiply, nullptr, kFactors};
const Function kShift = {token::shift, kOneStream, write_shift, draw_shift, nullptr};
const Function kAddOn = {token::add_on, kCarryAndStreams, write_add_on, draw_add_on, nothing, kCarries};
const Function kMultiplyOn = {token::mul_on, kDigitCarryAndStream, write_multiply_on, draw_multiply_on,
                              nothing,       kFactorsAndCarries};
const Function kCopy = {token::copy, kStreamToOutput, copy_columns, draw_copy, nothing};
const Function kPlus = {token::plus, kTwoNumbers, write_plus, draw_plus, short_number, kAnyNumbers};
const Function kMinus = {token::minus, kTwoNumbers, write_minus, draw_minus, short_number, kAnyNumbers};
const Function kLess = {token::less, kTwoNumbers, write_less, draw_less, yes_or_no, kAnyNumbers};
const Function kSame = {token::same, kTwoNumbers, write_same, draw_same, yes_or_no, kAnyNumbers};

}  // namespace trm::tasks::arithmetic
