// Products, by one digit after another.
#include <array>
#include <utility>

#include "tasks/interpreter/numbers.h"

namespace trm::tasks::interpreter {
namespace {

/// SCALE d c X: d X + c of digits.
void write_scale(Writer& f) {
  const Token d = f.symbol(0);
  Token carry = f.symbol(1);
  for (std::size_t i = 0; i < kColumns; ++i) {
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
  f.tail(token::scale, d, carry, token::x);
}

/// MAC d c X Y: d X + c + Y of digits. Each column notes the tens and ones of its product first.
void write_mac(Writer& f) {
  const Token d = f.symbol(0);
  Token carry = f.symbol(1);
  for (std::size_t i = 0; i < kWideColumns; ++i) {
    const auto column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) {
      if (carry != 0) f.emit(carry);
      return f.ret();
    }
    const Token product = digit_of(f, column[0]) * d;
    const Token ones = product % 10 + digit_of(f, column[1]) + carry;
    f.note(product / 10);
    f.note(product % 10);
    f.emit(ones % 10);
    carry = product / 10 + ones / 10;
    f.note(carry);
  }
  f.tail(token::mac, d, carry, token::x, token::y);
}

/// TIMES X Y { Z }: X Y + Z/10 of digits; the first digit of Z is the next one of the product.
void write_times(Writer& f) {
  if (f.streams() == 2) {
    const Token d = digit_of(f, f.take(token::x));
    const Token row = f.spawn(token::scale, d, Token{0}, token::fresh, token::y);
    return f.tail(token::times, token::x, token::fresh, token::y, row);
  }
  f.emit(digit_of(f, f.take(token::z)));
  const Token next = f.take(token::x);
  if (next == token::eos) {
    f.rest(token::z);
    return f.ret();
  }
  const Token row = f.spawn(token::mac, digit_of(f, next), Token{0}, token::fresh, token::y, token::z);
  f.tail(token::times, token::x, token::fresh, token::y, row);
}

/// Is the rest of the number a single digit? Then `digit` is it.
bool single(Writer& f, Token name, Token& digit) {
  digit = digit_of(f, f.take(name));
  return f.take(name) == token::eos;
}

/// MUL X Y: the product; of a sequence and a number, so many of it behind each other.
void write_mul(Writer& f) {
  const auto tags = f.read_all();
  const Token a = tags[0], b = tags[1];
  if (token::is_sequence(a)) {
    if (!is_number(b)) return f.raise(token::type_error);
    return f.tail(token::repeat, token::fresh, token::x, token::fresh, token::y);
  }
  if (token::is_sequence(b)) {
    if (!is_number(a)) return f.raise(token::type_error);
    return f.tail(token::repeat, token::fresh, token::y, token::fresh, token::x);
  }
  if (!token::is_sign(a) || !token::is_sign(b)) return with_numbers(f, a, b);
  if (a != b) {
    const Token x = f.spawn(token::abs, token::fresh, token::x), y = f.spawn(token::abs, token::fresh, token::y);
    return f.tail(token::neg, f.spawn(token::mul, x, y));
  }
  Token digit = 0;
  if (single(f, token::x, digit)) {
    f.emit(token::plus);
    if (digit != 0) return f.tail(token::scale, digit, Token{0}, token::y);
    f.emit(0);
    return f.ret();
  }
  if (single(f, token::y, digit)) return f.tail(token::mul, token::fresh, token::y, token::fresh, token::x);
  const Token x = f.spawn(token::digits, token::fresh, token::x), y = f.spawn(token::digits, token::fresh, token::y);
  f.emit(token::plus);
  f.tail(token::times, x, y);
}

/// REPEAT X Y: the sequence X, Y times.
void write_repeat(Writer& f) {
  const auto tags = f.read_all();
  if (token::is_truth(tags[1])) {
    const Token number = f.spawn(token::to_int, token::fresh, token::y);
    return f.tail(token::repeat, token::fresh, token::x, number);
  }
  f.emit(tags[0]);
  if (tags[1] == token::minus) return f.ret();
  if (tags[1] != token::plus) f.unreadable(tags[1]);
  f.tail(token::tile, f.spawn(token::digits, token::fresh, token::x), token::fresh, token::y);
}

/// TILE X Y: the items of X, Y times.
void write_tile(Writer& f) {
  if (!f.call_flag(token::truth, token::fresh, token::y)) return f.ret();
  f.rest(token::x);
  const Token one = f.spawn(token::cons, Token{1});
  f.tail(token::tile, token::fresh, token::x, f.spawn(token::sub, token::fresh, token::y, one));
}

constexpr std::array kProducts = {
    Function{token::mul, "", 2, 2, false, write_mul},       Function{token::scale, "dd", 1, 1, false, write_scale},
    Function{token::times, "", 2, 3, false, write_times},   Function{token::mac, "dd", 2, 2, false, write_mac},
    Function{token::repeat, "", 2, 2, false, write_repeat}, Function{token::tile, "", 2, 2, false, write_tile},
};

}  // namespace

std::span<const Function> product_functions() {
  return kProducts;
}

}  // namespace trm::tasks::interpreter
