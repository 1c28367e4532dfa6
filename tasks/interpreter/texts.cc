// Numbers as texts. A character is the number of its code point: those of the digits are 48 to 57.
#include <array>
#include <utility>

#include "tasks/interpreter/numbers.h"

namespace trm::tasks::interpreter {
namespace {

/// Characters that one frame reads, and digits that it writes.
constexpr std::size_t kCharacters = 2, kSpelled = 3;

/// What two digits of a code point say of its character: a digit, or one of these.
constexpr Token kMinus = 10, kPlus = 11, kOther = 12;

/// The character of a part.
Token character(Writer& f, Token part) {
  f.take(part);  // its sign
  const Token ones = f.take(part), tens = f.take(part);
  if (tens == token::eos || f.take(part) != token::eos) return kOther;
  if (tens == 4 && ones >= 8) return ones - 8;
  if (tens == 5 && ones <= 7) return ones + 2;
  if (tens == 4 && ones == 5) return kMinus;
  if (tens == 4 && ones == 3) return kPlus;
  return kOther;
}

/// PARSE r X: the digits that the characters of X are, in their order. r: were there others before?
void write_parse(Writer& f) {
  Token any = f.symbol(0);
  for (std::size_t i = 0; i < kCharacters; ++i) {
    const Token part = f.read();
    if (part == token::eos) return any == token::yes ? f.ret() : f.raise(token::value_error);
    if (!token::is_letter(part)) return f.unreadable(part);
    const Token digit = character(f, part);
    if (!token::is_digit(digit)) return f.raise(token::value_error);
    f.emit(digit);
    any = token::yes;
  }
  f.tail(token::parse, token::yes, token::x);
}

/// The part that stands for the character of the code point `tens` `ones`.
Token make_character(Writer& f, Token tens, Token ones) {
  const Token above = f.spawn(token::cons, tens);
  return f.spawn(token::cons, ones, above);
}

/// STR X: a number as a text, and a text as it is.
void write_str(Writer& f) {
  const Token tag = f.read();
  if (tag == token::text) return f.ret(token::x);
  if (!token::is_sign(tag)) return f.raise(token::out_of_language);
  f.emit(token::text);
  if (tag == token::minus) f.emit(make_character(f, 4, 5));
  f.tail(token::spell, f.spawn(token::rev, token::x));
}

/// SPELL X: digits as characters.
void write_spell(Writer& f) {
  for (std::size_t i = 0; i < kSpelled; ++i) {
    const Token digit = f.read();
    if (digit == token::eos) return f.ret();
    if (!token::is_digit(digit)) return f.unreadable(digit);
    f.emit(digit < 2 ? make_character(f, 4, digit + 8) : make_character(f, 5, digit - 2));
  }
  f.tail(token::spell, token::x);
}

constexpr std::array kTexts = {
    Function{token::to_text, "", 1, 1, false, write_str},
    Function{token::spell, "", 1, 1, false, write_spell},
    Function{token::parse, "r", 1, 1, false, write_parse},
};

}  // namespace

void read_number(Writer& f) {
  const Token part = f.read();
  if (part == token::eos) return f.raise(token::value_error);
  if (!token::is_letter(part)) return f.unreadable(part);
  const Token sign = character(f, part);
  if (sign == kOther) return f.raise(token::value_error);
  Token characters = token::x;
  if (token::is_digit(sign)) characters = f.spawn(token::digits, token::fresh, token::x);
  const Token digits = f.await(token::parse, token::no, characters);
  f.tail(token::strip, sign == kMinus ? token::minus : token::plus, digits);
}

std::span<const Function> text_functions() {
  return kTexts;
}

}  // namespace trm::tasks::interpreter
