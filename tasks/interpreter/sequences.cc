// Lists and texts: their items are parts.
#include <array>
#include <utility>

#include "tasks/interpreter/numbers.h"

namespace trm::tasks::interpreter {
namespace {

constexpr std::size_t kTen = 10;

/// Passes an item, or moves it to the output that the frame was handed.
bool step(Writer& f) {
  return f.to_output() ? f.move(token::x) : f.drop(token::x);
}

/// WALK p X Y { O }: goes past as many items of X as the digits of Y say, which count 10^p items each, the next one ten
/// times as many. With O the items go there. NO: X has fewer.
void write_walk(Writer& f) {
  const Token p = f.symbol(0);
  const Token digit = f.take(token::y);
  if (digit == token::eos) return f.ret(token::yes);
  const Token times = digit_of(f, digit);
  for (Token i = 0; i < times; ++i) {
    bool there = false;
    if (p == 0) {
      there = step(f);
    } else {
      there = f.to_output() ? f.call_flag(token::pass, p, token::x, token::out) : f.call_flag(token::pass, p, token::x);
    }
    if (!there) return f.ret(token::no);
  }
  if (p == 9) return f.ret(token::no);
  if (f.to_output()) return f.tail(token::walk, p + 1, token::x, token::y, token::out);
  f.tail(token::walk, p + 1, token::x, token::y);
}

/// PASS p X { O }: the same for 10^p items.
void write_pass(Writer& f) {
  const Token p = f.symbol(0);
  if (p == 0) f.fail("a frame passes one item");
  for (std::size_t i = 0; i < kTen && !f.failed(); ++i) {
    bool there = false;
    if (p == 1) {
      there = step(f);
    } else {
      there = f.to_output() ? f.call_flag(token::pass, p - 1, token::x, token::out)
                            : f.call_flag(token::pass, p - 1, token::x);
    }
    if (!there) return f.ret(token::no);
  }
  f.ret(token::yes);
}

/// The item that comes next, as a value: a text of one character where it comes from a text.
void item(Writer& f, Token tag) {
  const Token part = f.take(token::x);
  if (part == token::eos) return f.raise(token::index_error);
  if (tag == token::list) return f.ret(part);
  f.emit(token::text);
  f.emit(part);
  f.ret();
}

/// INDEX X Y: X[Y].
void write_index(Writer& f) {
  const auto tags = f.read_all();
  if (!token::is_sequence(tags[0]) || !is_number(tags[1])) return f.raise(token::type_error);
  if (token::is_truth(tags[1])) {
    const Token number = f.spawn(token::to_int, token::fresh, token::y);
    return f.tail(token::index, token::fresh, token::x, number);
  }
  if (tags[1] == token::plus) {
    if (!f.call_flag(token::walk, Token{0}, token::x, token::y)) return f.raise(token::index_error);
    return item(f, tags[0]);
  }
  const Token length = f.spawn(token::len, token::fresh, token::x);
  const Token place = f.spawn(token::add, length, token::fresh, token::y);
  if (f.take(place) == token::minus) return f.raise(token::index_error);
  f.tail(token::index, token::fresh, token::x, place);
}

/// AFTER X Y: X[Y:] for a Y that is not negative.
void write_after(Writer& f) {
  const auto tags = f.read_all();
  if (!token::is_sequence(tags[0]) || tags[1] != token::plus) return f.raise(token::type_error);
  f.emit(tags[0]);
  f.call_flag(token::walk, Token{0}, token::x, token::y);
  f.rest(token::x);
  f.ret();
}

/// UPTO X Y: X[:Y] for a Y that is not negative.
void write_up_to(Writer& f) {
  const auto tags = f.read_all();
  if (!token::is_sequence(tags[0]) || tags[1] != token::plus) return f.raise(token::type_error);
  f.emit(tags[0]);
  f.call_flag(token::walk, Token{0}, token::x, token::y, token::out);
  f.ret();
}

/// LEN X: the number of its items.
void write_len(Writer& f) {
  if (!token::is_sequence(f.read())) return f.raise(token::type_error);
  f.tail(token::count, token::x, f.spawn(token::cons, Token{0}));
}

/// COUNT X Y: Y and the number of items that are left.
void write_count(Writer& f) {
  Token seen = 0;
  while (seen < static_cast<Token>(kTen) && f.drop(token::x)) ++seen;
  if (seen == 0) return f.ret(token::y);
  if (seen < static_cast<Token>(kTen)) return f.tail(token::add, token::y, f.spawn(token::cons, seen));
  const Token one = f.spawn(token::cons, Token{1});
  const Token ten = f.spawn(token::cons, Token{0}, one);
  f.tail(token::count, token::x, f.spawn(token::add, token::y, ten));
}

/// FIRST X: X[0].
void write_first(Writer& f) {
  const Token tag = f.read();
  if (!token::is_sequence(tag)) return f.raise(token::type_error);
  item(f, tag);
}

/// LATER X: X[1:].
void write_later(Writer& f) {
  const Token tag = f.read();
  if (!token::is_sequence(tag)) return f.raise(token::type_error);
  f.emit(tag);
  f.drop(token::x);
  f.rest(token::x);
  f.ret();
}

constexpr std::array kSequences = {
    Function{token::index, "", 2, 2, false, write_index}, Function{token::walk, "d", 2, 2, true, write_walk},
    Function{token::pass, "d", 1, 1, true, write_pass},   Function{token::after, "", 2, 2, false, write_after},
    Function{token::up_to, "", 2, 2, false, write_up_to}, Function{token::len, "", 1, 1, false, write_len},
    Function{token::count, "", 2, 2, false, write_count}, Function{token::first, "", 1, 1, false, write_first},
    Function{token::later, "", 1, 1, false, write_later},
};

}  // namespace

std::span<const Function> sequence_functions() {
  return kSequences;
}

}  // namespace trm::tasks::interpreter
