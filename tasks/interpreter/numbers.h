// What the functions of arithmetic share.
#pragma once

#include "tasks/interpreter/function.h"

namespace trm::tasks::interpreter {

/// A digit; 0 where the stream has ended.
inline Token digit_of(Writer& f, Token token) {
  if (token == token::eos) return 0;
  if (!token::is_digit(token)) f.unreadable(token);
  return f.failed() ? 0 : token;
}

inline bool is_number(Token tag) {
  return token::is_sign(tag) || token::is_truth(tag);
}

/// INT of a text, whose items come next.
void read_number(Writer& f);

/// Goes on with a number in the place of the first truth value among X and Y. One of them must be one, and both must be
/// numbers; otherwise TypeError.
inline void with_numbers(Writer& f, Token a, Token b) {
  if (!is_number(a) || !is_number(b)) return f.raise(token::type_error);
  if (token::is_truth(a)) {
    const Token number = f.spawn(token::to_int, token::fresh, token::x);
    return f.tail(f.head(), number, token::fresh, token::y);
  }
  const Token number = f.spawn(token::to_int, token::fresh, token::y);
  f.tail(f.head(), token::fresh, token::x, number);
}

/// X as a number where it is a truth value, and the same function again; otherwise TypeError.
inline void with_number(Writer& f, Token tag) {
  if (!token::is_truth(tag)) return f.raise(token::type_error);
  const Token number = f.spawn(token::to_int, token::fresh, token::x);
  f.tail(f.head(), number);
}

}  // namespace trm::tasks::interpreter
