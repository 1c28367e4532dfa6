// Which of two streams of digits is larger, and their difference.
#include <algorithm>
#include <array>
#include <utility>

#include "tasks/arithmetic/functions.h"
#include "tasks/draw.h"
#include "tasks/vocabulary.h"

namespace trm::tasks::arithmetic {
namespace {

using enum Argument;
constexpr std::array two_streams = {stream, stream};
constexpr std::array digit_and_streams = {digit, stream, stream};
constexpr std::array borrow_and_streams = {digit, stream, stream, output};

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
  for (std::size_t i = 0; i < columns_per_frame; ++i) {
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
  for (std::size_t i = 0; i < columns_per_frame; ++i) {
    const std::vector<Token> column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) return f.ret(token::yes);
    if (digit_of(f, column[0]) != digit_of(f, column[1])) return f.ret(token::no);
  }
  f.ret(f.call_flag(token::equal, token::x, token::comma, token::y) ? token::yes : token::no);
}

void write_below(FrameWriter& f) {
  Token below = f.symbol(0);
  for (std::size_t i = 0; i < columns_per_frame; ++i) {
    const std::vector<Token> column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) return f.ret(below == 1 ? token::yes : token::no);
    const Token a = digit_of(f, column[0]), b = digit_of(f, column[1]);
    if (a != b) below = a < b ? 1 : 0;
    f.note(below);
  }
  f.ret(f.call_flag(token::below, below, token::comma, token::x, token::comma, token::y) ? token::yes : token::no);
}

/// As large as `a`, which it is half of the time, or nearly so; with zeros in front now and then, as differences are.
Tokens digits_beside(Rng& rng, const Tokens& a, const DrawRange& range) {
  Tokens out = rng.below(4) == 0 ? digits_or_nothing(rng, range.max_digits) : a;
  if (!out.empty() && rng.below(3) == 0)
    out[rng.below(static_cast<std::uint32_t>(out.size()))] = static_cast<Token>(rng.below(10));
  if (rng.below(4) == 0) out.resize(out.size() + rng.between(1, 3), 0);
  return out;
}

Question draw_subtract(Rng&, const DrawRange&) {
  return {{token::sub, token::x, token::comma, token::y}, {{}, {}}};
}

Question draw_subtract_on(Rng& rng, const DrawRange& range) {
  const auto borrow = static_cast<Token>(rng.below(2));
  Tokens a = digits_or_nothing(rng, range.max_digits);
  Tokens b = rng.below(2) == 0 ? digits_beside(rng, a, range) : digits_or_nothing(rng, range.max_digits);
  // The machine subtracts the smaller one.
  const std::size_t length = std::max(a.size(), b.size());
  const auto digit = [](const Tokens& tokens, std::size_t i) { return i < tokens.size() ? tokens[i] : 0; };
  for (std::size_t i = length; i-- > 0;) {
    if (digit(a, i) == digit(b, i)) continue;
    if (digit(a, i) < digit(b, i)) std::swap(a, b);
    break;
  }
  return {tokens_of(token::sub_on, borrow, token::comma, token::x, token::comma, token::y, token::comma, token::out),
          {std::move(a), std::move(b)}};
}

Question draw_equal(Rng& rng, const DrawRange& range) {
  Tokens a = digits_or_nothing(rng, range.max_digits), b = digits_beside(rng, a, range);
  if (rng.below(2) == 0) std::swap(a, b);
  return {{token::equal, token::x, token::comma, token::y}, {std::move(a), std::move(b)}};
}

Question draw_below(Rng& rng, const DrawRange& range) {
  const auto below = static_cast<Token>(rng.below(2));
  Question out = draw_equal(rng, range);
  if (rng.below(2) == 0) out.streams[1] = digits_or_nothing(rng, range.max_digits);
  out.prompt = tokens_of(token::below, below, token::comma, token::x, token::comma, token::y);
  return out;
}

}  // namespace

const Function subtract = {token::sub, two_streams, write_subtract, draw_subtract, nullptr};
const Function subtract_on = {token::sub_on, borrow_and_streams, write_subtract_on, draw_subtract_on, nothing};
const Function equal = {token::equal, two_streams, write_equal, draw_equal, yes_or_no};
const Function below = {token::below, digit_and_streams, write_below, draw_below, yes_or_no};

}  // namespace trm::tasks::arithmetic
