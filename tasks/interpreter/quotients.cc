// Floor division and its rest, by one digit of the quotient after another.
#include <array>
#include <utility>

#include "tasks/interpreter/numbers.h"

namespace trm::tasks::interpreter {
namespace {

/// The first digit of the divisor Y, and whether it is the only one.
struct Divisor {
  Token digit;
  bool single;
};

Divisor divisor_of(Writer& f) {
  const Token digit = digit_of(f, f.take(token::y));
  return {digit, f.take(token::y) == token::eos};
}

/// Is the number, whose sign comes next, zero?
bool is_zero(Writer& f, Token name) {
  f.take(name);
  if (f.take(name) != 0) return false;
  return f.take(name) == token::eos;
}

/// LONG m: the quotient of m = 1, highest digit first; the rest of m = 0.
Token divide_long(Writer& f, Token top_first, Token m) {
  const Token divisor = f.spawn(token::abs, token::fresh, token::y), zero = f.spawn(token::cons, Token{0});
  return f.spawn(token::long_, m, top_first, divisor, zero);
}

/// DIV X Y: X // Y. Of numbers with different signs, one less than the negative quotient where there is a rest.
void write_div(Writer& f) {
  const auto tags = f.read_all();
  const Token a = tags[0], b = tags[1];
  if (!token::is_sign(a) || !token::is_sign(b)) return with_numbers(f, a, b);
  const Divisor by = divisor_of(f);
  if (by.single && by.digit == 0) return f.raise(token::zero_division);
  if (a == b) {
    const Token top_first = f.spawn(token::rev, token::x);
    const Token quotient =
        by.single ? f.spawn(token::quo, Token{0}, by.digit, top_first) : divide_long(f, top_first, 1);
    return f.tail(token::strip, token::plus, quotient);
  }
  const Token x = f.spawn(token::abs, token::fresh, token::x), y = f.spawn(token::abs, token::fresh, token::y);
  const Token quotient = f.spawn(token::div, x, y), rest = f.spawn(token::mod, x, y);
  if (is_zero(f, rest)) return f.tail(token::neg, quotient);
  const Token one = f.spawn(token::cons, Token{1});
  f.tail(token::neg, f.spawn(token::add, quotient, one));
}

/// MOD X Y: X % Y, which has the sign of Y.
void write_mod(Writer& f) {
  const auto tags = f.read_all();
  const Token a = tags[0], b = tags[1];
  if (!token::is_sign(a) || !token::is_sign(b)) return with_numbers(f, a, b);
  const Divisor by = divisor_of(f);
  if (by.single && by.digit == 0) return f.raise(token::zero_division);
  if (a == b) {
    const Token top_first = f.spawn(token::rev, token::x);
    const Token rest = by.single ? f.spawn(token::res, Token{0}, by.digit, top_first) : divide_long(f, top_first, 0);
    return b == token::plus ? f.ret(rest) : f.tail(token::neg, rest);
  }
  const Token x = f.spawn(token::abs, token::fresh, token::x), y = f.spawn(token::abs, token::fresh, token::y);
  const Token rest = f.spawn(token::mod, x, y);
  if (is_zero(f, rest)) return f.ret(rest);
  if (b == token::plus) return f.tail(token::sub, y, rest);
  f.tail(token::sub, rest, y);
}

/// QUO r d X: the digits of X // d, highest first; r: the rest of those above.
void write_quo(Writer& f) {
  Token rest = f.symbol(0);
  const Token by = f.symbol(1);
  if (by == 0) f.fail("a frame divides by 0");
  for (std::size_t i = 0; i < kColumns && !f.failed(); ++i) {
    const Token token = f.read();
    if (token == token::eos) return f.ret();
    const Token here = 10 * rest + digit_of(f, token);
    f.emit(here / by);
    rest = here % by;
    f.note(rest);
  }
  f.tail(token::quo, rest, by, token::x);
}

/// RES r d X: X % d as a number.
void write_res(Writer& f) {
  Token rest = f.symbol(0);
  const Token by = f.symbol(1);
  if (by == 0) f.fail("a frame divides by 0");
  for (std::size_t i = 0; i < kColumns && !f.failed(); ++i) {
    const Token token = f.read();
    if (token == token::eos) {
      f.emit(token::plus);
      f.emit(rest);
      return f.ret();
    }
    rest = (10 * rest + digit_of(f, token)) % by;
    f.note(rest);
  }
  f.tail(token::res, rest, by, token::x);
}

/// LONG m X Y Z: goes on dividing; X: the digits that are left, highest first; Z: the rest so far, as a number. m = 1
/// emits the digits of the quotient, m = 0 returns the last rest.
void write_long(Writer& f) {
  const Token m = f.symbol(0);
  const Token digit = f.take(token::x);
  if (digit == token::eos) return m == 1 ? f.ret() : f.ret(token::z);
  const Token here = f.spawn(token::cons, digit_of(f, digit), token::z);
  const Token fit = f.await(token::fit, Token{0}, here, token::fresh, token::y);
  const Token quotient = digit_of(f, f.take(fit));
  const Token rest = f.take(fit);
  if (!token::is_letter(rest)) f.unreadable(rest);
  if (m == 1) f.emit(quotient);
  f.tail(token::long_, m, token::x, token::fresh, token::y, rest);
}

/// FIT c X Y: how many times Y fits into X, c times already, and what is left.
void write_fit(Writer& f) {
  const Token c = f.symbol(0);
  if (f.call_flag(token::less, token::fresh, token::x, token::fresh, token::y)) {
    f.emit(c);
    f.emit(token::x);
    return f.ret();
  }
  if (c == 9) f.fail("a number fits ten times");
  const Token rest = f.spawn(token::sub, token::fresh, token::x, token::fresh, token::y);
  f.tail(token::fit, c + 1, rest, token::fresh, token::y);
}

/// CONS d X: 10 X + d. CONS d: d.
void write_cons(Writer& f) {
  const Token d = f.symbol(0);
  if (f.streams() == 0) {
    f.emit(token::plus);
    f.emit(d);
    return f.ret();
  }
  if (f.read() != token::plus) f.fail("a rest is negative");
  const Token digit = digit_of(f, f.read());
  f.emit(token::plus);
  f.emit(d);
  if (digit == 0) {
    const Token next = f.read();
    if (next == token::eos) return f.ret();
    f.emit(0);
    f.emit(next);
  } else {
    f.emit(digit);
  }
  f.rest(token::x);
  f.ret();
}

constexpr std::array kQuotients = {
    Function{token::div, "", 2, 2, false, write_div},     Function{token::mod, "", 2, 2, false, write_mod},
    Function{token::quo, "dd", 1, 1, false, write_quo},   Function{token::res, "dd", 1, 1, false, write_res},
    Function{token::long_, "d", 3, 3, false, write_long}, Function{token::fit, "d", 2, 2, false, write_fit},
    Function{token::cons, "d", 0, 1, false, write_cons},
};

}  // namespace

std::span<const Function> quotient_functions() {
  return kQuotients;
}

}  // namespace trm::tasks::interpreter
