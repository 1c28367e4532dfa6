// Which of two streams of digits is larger, and their difference.
#include <algorithm>
#include <array>
#include <utility>

#include "tasks/frames/arithmetic/functions.h"
#include "tasks/frames/arithmetic/operands.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks::arithmetic {
namespace {

using enum Argument;
constexpr std::array kBothStreams = {stream, stream};
constexpr std::array kDigitAndStreams = {digit, stream, stream};
constexpr std::array kBorrowAndStreams = {digit, stream, stream, output};

constexpr std::array<Range, 1> kBorrows = {{{"borrow", 0, 1}}};
constexpr std::array<Range, 1> kVerdicts = {{{"below", 0, 1}}};

/// 0 if the second is larger.
void write_subtract(FrameWriter& f) {
  if (f.call_flag(token::below, Token{0}, token::comma, token::fresh, token::x, token::comma, token::fresh, token::y)) {
    f.emit(0);
  } else {
    f.call_nothing(token::sub_on, Token{0}, token::comma, token::x, token::comma, token::y, token::comma, token::out);
  }
  f.ret();
}

void write_subtract_on(FrameWriter& f) {
  Token borrow = f.symbol(0);
  for (std::size_t i = 0; i < kColumnsPerFrame; ++i) {
    const std::vector<Token> column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) return f.ret();
    const Token digit = digit_of(f, column[0]) - digit_of(f, column[1]) - borrow;
    borrow = digit < 0 ? 1 : 0;
    f.emit(digit + 10 * borrow);
    f.note(borrow);
  }
  f.call_nothing(token::sub_on, borrow, token::comma, token::x, token::comma, token::y, token::comma, token::out);
  f.ret();
}

void write_equal(FrameWriter& f) {
  for (std::size_t i = 0; i < kColumnsPerFrame; ++i) {
    const std::vector<Token> column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) return f.ret(token::yes);
    if (digit_of(f, column[0]) != digit_of(f, column[1])) return f.ret(token::no);
  }
  f.ret(f.call_flag(token::equal, token::x, token::comma, token::y) ? token::yes : token::no);
}

void write_below(FrameWriter& f) {
  Token below = f.symbol(0);
  for (std::size_t i = 0; i < kColumnsPerFrame; ++i) {
    const std::vector<Token> column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) return f.ret(below == 1 ? token::yes : token::no);
    const Token a = digit_of(f, column[0]), b = digit_of(f, column[1]);
    if (a != b) below = a < b ? 1 : 0;
    f.note(below);
  }
  f.ret(f.call_flag(token::below, below, token::comma, token::x, token::comma, token::y) ? token::yes : token::no);
}

Question draw_subtract(Rng&, const DrawRange&) {
  return {{token::sub, token::x, token::comma, token::y}, {{}, {}}};
}

Question draw_subtract_on(Rng& rng, const DrawRange& range) {
  auto borrow = static_cast<Token>(rng.below(2));
  const std::uint32_t kind = rng.below(8);
  Operands of;
  if (kind < 3) {
    of = borrowing(rng, range.max_digits, borrow != 0);
  } else if (kind < 5) {
    of = alike(rng, range.max_digits);
  } else {
    of.a = operand_or_nothing(rng, range.max_digits);
    of.b = operand_or_nothing(rng, range.max_digits);
  }
  // The machine subtracts the smaller one, and from an equal one no borrow.
  const std::size_t length = std::max(of.a.size(), of.b.size());
  const auto digit = [](const Tokens& tokens, std::size_t i) { return i < tokens.size() ? tokens[i] : 0; };
  std::size_t highest = length;
  while (highest > 0 && digit(of.a, highest - 1) == digit(of.b, highest - 1)) --highest;
  if (highest == 0) {
    borrow = 0;
  } else if (digit(of.a, highest - 1) < digit(of.b, highest - 1)) {
    std::swap(of.a, of.b);
  }
  return {tokens_of(token::sub_on, borrow, token::comma, token::x, token::comma, token::y, token::comma, token::out),
          {std::move(of.a), std::move(of.b)}};
}

Question draw_equal(Rng& rng, const DrawRange& range) {
  Operands of;
  if (rng.below(5) != 0) {
    of = alike(rng, range.max_digits);
  } else {
    of.a = operand_or_nothing(rng, range.max_digits);
    of.b = operand_or_nothing(rng, range.max_digits);
  }
  return {{token::equal, token::x, token::comma, token::y}, {std::move(of.a), std::move(of.b)}};
}

Question draw_below(Rng& rng, const DrawRange& range) {
  const auto below = static_cast<Token>(rng.below(2));
  Question out = draw_equal(rng, range);
  if (rng.below(3) == 0) out.streams[1] = operand_or_nothing(rng, range.max_digits);
  out.prompt = tokens_of(token::below, below, token::comma, token::x, token::comma, token::y);
  return out;
}

}  // namespace

const Function kSubtract = {token::sub, kBothStreams, write_subtract, draw_subtract, nullptr};
const Function kSubtractOn = {token::sub_on, kBorrowAndStreams, write_subtract_on, draw_subtract_on, nothing, kBorrows};
const Function kEqual = {token::equal, kBothStreams, write_equal, draw_equal, yes_or_no};
const Function kBelow = {token::below, kDigitAndStreams, write_below, draw_below, yes_or_no, kVerdicts};

}  // namespace trm::tasks::arithmetic
