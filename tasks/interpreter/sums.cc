// Sums and differences. A number is its sign and its digits, the lowest first, without leading zeros.
#include <array>
#include <utility>

#include "tasks/interpreter/numbers.h"

namespace trm::tasks::interpreter {
namespace {

/// Digits that one frame turns round.
constexpr std::size_t kTurned = 4;

void add_columns(Writer& f, Token carry) {
  for (std::size_t i = 0; i < kColumns; ++i) {
    const auto column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) {
      if (carry != 0) f.emit(carry);
      return f.ret();
    }
    const Token sum = digit_of(f, column[0]) + digit_of(f, column[1]) + carry;
    carry = sum / 10;
    f.emit(sum % 10);
    f.note(carry);
  }
  f.tail(token::add_on, carry, token::x, token::y);
}

void write_add_on(Writer& f) {
  add_columns(f, f.symbol(0));
}

/// X - Y of numbers that are not negative, whose signs were read already. Short ones are subtracted here, long ones by
/// FAR.
void subtract_here(Writer& f) {
  Tokens difference;
  Token borrow = 0;
  for (std::size_t i = 0; i < kWideColumns; ++i) {
    const auto column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) {
      if (borrow != 0) return f.tail(token::neg, f.spawn(token::sub, token::fresh, token::y, token::fresh, token::x));
      while (difference.size() > 1 && difference.back() == 0) difference.pop_back();
      f.emit(token::plus);
      for (const Token digit : difference) f.emit(digit);
      return f.ret();
    }
    const Token digit = digit_of(f, column[0]) - digit_of(f, column[1]) - borrow;
    borrow = digit < 0 ? 1 : 0;
    difference.push_back(digit + 10 * borrow);
    f.note(difference.back());
    f.note(borrow);
  }
  f.tail(token::far, token::fresh, token::x, token::fresh, token::y);
}

/// ADD X Y: the sum; of sequences, the second behind the first.
void write_add(Writer& f) {
  const auto tags = f.read_all();
  const Token a = tags[0], b = tags[1];
  if (token::is_sign(a) && a == b) {
    f.emit(a);
    return add_columns(f, 0);
  }
  if (a == token::plus && b == token::minus) {
    return f.tail(token::sub, token::fresh, token::x, f.spawn(token::neg, token::fresh, token::y));
  }
  if (a == token::minus && b == token::plus) {
    return f.tail(token::sub, token::fresh, token::y, f.spawn(token::neg, token::fresh, token::x));
  }
  if (token::is_sequence(a) && a == b) {
    f.emit(a);
    f.rest(token::x);
    f.rest(token::y);
    return f.ret();
  }
  with_numbers(f, a, b);
}

/// SUB X Y: X - Y.
void write_sub(Writer& f) {
  const auto tags = f.read_all();
  const Token a = tags[0], b = tags[1];
  if (a == token::plus && b == token::plus) return subtract_here(f);
  if (a == token::minus && b == token::minus) {
    const Token x = f.spawn(token::neg, token::fresh, token::x), y = f.spawn(token::neg, token::fresh, token::y);
    return f.tail(token::sub, y, x);
  }
  if (token::is_sign(a) && token::is_sign(b)) {
    f.emit(a);
    return f.tail(token::add_on, Token{0}, token::x, token::y);
  }
  with_numbers(f, a, b);
}

/// FAR X Y: the same for numbers of any length. The zeros at the top of the difference go away while it is turned
/// round.
void write_far(Writer& f) {
  const Token a = f.spawn(token::digits, token::x), b = f.spawn(token::digits, token::y);
  const bool less = f.call_flag(token::below, token::no, a, b);
  const Token raw = less ? f.spawn(token::sub_on, Token{0}, b, a) : f.spawn(token::sub_on, Token{0}, a, b);
  const Token top_first = f.spawn(token::rev, raw);
  f.tail(token::strip, less ? token::minus : token::plus, top_first);
}

/// SUBC b X Y: X - Y - b of digits, where this is not negative.
void write_sub_on(Writer& f) {
  Token borrow = f.symbol(0);
  for (std::size_t i = 0; i < kColumns; ++i) {
    const auto column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) return f.ret();
    const Token digit = digit_of(f, column[0]) - digit_of(f, column[1]) - borrow;
    borrow = digit < 0 ? 1 : 0;
    f.emit(digit + 10 * borrow);
    f.note(borrow);
  }
  f.tail(token::sub_on, borrow, token::x, token::y);
}

/// DIGITS X: what stands behind the first item.
void write_digits(Writer& f) {
  f.drop(token::x);
  f.rest(token::x);
  f.ret();
}

/// REV X: the digits in the opposite order.
void write_rev(Writer& f) {
  Tokens digits;
  bool more = true;
  while (digits.size() < kTurned && more) {
    const Token token = f.read();
    more = token != token::eos;
    if (more) digits.push_back(digit_of(f, token));
  }
  if (more) f.call_nothing(token::rev, token::x, token::out);
  while (!digits.empty()) {
    f.emit(digits.back());
    digits.pop_back();
  }
  f.ret();
}

/// STRIP s X: the number with this sign whose digits X holds, the highest first, perhaps behind zeros.
void write_strip(Writer& f) {
  for (std::size_t i = 0; i < kColumns; ++i) {
    const Token token = f.read();
    if (token == 0) continue;
    if (token == token::eos) {
      f.emit(token::plus);
      f.emit(0);
      return f.ret();
    }
    f.emit(f.symbol(0));
    f.call_nothing(token::rev, token::x, token::out);
    f.emit(digit_of(f, token));
    return f.ret();
  }
  f.tail(token::strip, f.symbol(0), token::x);
}

/// NEG X: -X.
void write_neg(Writer& f) {
  const Token tag = f.read();
  if (tag == token::minus) {
    f.emit(token::plus);
    f.rest(token::x);
    return f.ret();
  }
  if (tag != token::plus) return with_number(f, tag);
  const Token digit = digit_of(f, f.read());
  if (digit == 0) {
    const Token next = f.read();
    f.emit(next == token::eos ? token::plus : token::minus);
    f.emit(0);
    if (next == token::eos) return f.ret();
    f.emit(next);
  } else {
    f.emit(token::minus);
    f.emit(digit);
  }
  f.rest(token::x);
  f.ret();
}

/// ABS X: |X|.
void write_abs(Writer& f) {
  const Token tag = f.read();
  if (tag == token::plus) return f.ret(token::x);
  if (tag != token::minus) return with_number(f, tag);
  f.emit(token::plus);
  f.rest(token::x);
  f.ret();
}

/// INT X: a number as it is; a truth value as 0 or 1.
void write_int(Writer& f) {
  const Token tag = f.read();
  if (token::is_sign(tag)) return f.ret(token::x);
  if (tag == token::text) return read_number(f);
  if (!token::is_truth(tag)) return f.raise(token::type_error);
  f.emit(token::plus);
  f.emit(tag == token::yes ? 1 : 0);
  f.ret();
}

constexpr std::array kSums = {
    Function{token::add, "", 2, 2, false, write_add},      Function{token::add_on, "d", 2, 2, false, write_add_on},
    Function{token::sub, "", 2, 2, false, write_sub},      Function{token::sub_on, "d", 2, 2, false, write_sub_on},
    Function{token::far, "", 2, 2, false, write_far},      Function{token::digits, "", 1, 1, false, write_digits},
    Function{token::strip, "s", 1, 1, false, write_strip}, Function{token::rev, "", 1, 1, true, write_rev},
    Function{token::neg, "", 1, 1, false, write_neg},      Function{token::abs, "", 1, 1, false, write_abs},
    Function{token::to_int, "", 1, 1, false, write_int},
};

}  // namespace

std::span<const Function> sum_functions() {
  return kSums;
}

}  // namespace trm::tasks::interpreter
