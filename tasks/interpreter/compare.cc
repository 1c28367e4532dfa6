// Truth and order of values.
#include <array>
#include <utility>

#include "tasks/interpreter/numbers.h"

namespace trm::tasks::interpreter {
namespace {

/// Pairs of parts that one frame compares: each takes two letters.
constexpr std::size_t kPairs = 3;

void answer(Writer& f, bool yes) {
  f.ret(yes ? token::yes : token::no);
}

/// Columns of digits; true: the frame is complete.
bool same_columns(Writer& f) {
  for (std::size_t i = 0; i < kColumns; ++i) {
    const auto column = f.read_all();
    if (column[0] != column[1]) return answer(f, false), true;
    if (column[0] == token::eos) return answer(f, true), true;
  }
  return false;
}

/// TRUTH X: is it neither zero nor empty nor None?
void write_truth(Writer& f) {
  const Token tag = f.read();
  if (token::is_truth(tag)) return f.ret(tag);
  if (tag == token::none) return answer(f, false);
  if (tag == token::minus) return answer(f, true);
  if (token::is_sequence(tag)) return answer(f, f.read() != token::eos);
  if (tag != token::plus) f.unreadable(tag);
  if (f.read() != 0) return answer(f, true);
  answer(f, f.read() != token::eos);
}

/// SAME X Y: are the values equal?
void write_same(Writer& f) {
  const auto tags = f.read_all();
  const Token a = tags[0], b = tags[1];
  if (a == b && token::is_sign(a)) {
    if (!same_columns(f)) f.tail(token::agree, token::x, token::y);
    return;
  }
  if (a == b && token::is_sequence(a)) return f.tail(token::agree, token::x, token::y);
  if (token::is_truth(a) && token::is_sign(b)) {
    const Token number = f.spawn(token::to_int, token::fresh, token::x);
    return f.tail(token::same, number, token::fresh, token::y);
  }
  if (token::is_sign(a) && token::is_truth(b)) {
    const Token number = f.spawn(token::to_int, token::fresh, token::y);
    return f.tail(token::same, token::fresh, token::x, number);
  }
  answer(f, a == b);
}

/// AGREE X Y: are the rests of two streams equal, digit by digit or part by part?
void write_agree(Writer& f) {
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < kColumns && pairs < kPairs; ++i) {
    const auto items = f.read_all();
    if (token::is_letter(items[0]) && token::is_letter(items[1])) {
      if (!f.call_flag(token::same, items[0], items[1])) return answer(f, false);
      ++pairs;
      continue;
    }
    if (items[0] != items[1]) return answer(f, false);
    if (items[0] == token::eos) return answer(f, true);
  }
  f.tail(token::agree, token::x, token::y);
}

/// The lowest column comes first, so the last one that differs decides.
void less_columns(Writer& f, Token less) {
  for (std::size_t i = 0; i < kColumns; ++i) {
    const auto column = f.read_all();
    if (column[0] == token::eos && column[1] == token::eos) return f.ret(less);
    const Token a = digit_of(f, column[0]), b = digit_of(f, column[1]);
    if (a != b) less = a < b ? token::yes : token::no;
    f.note(less);
  }
  f.tail(token::below, less, token::x, token::y);
}

/// LESS X Y: is X < Y?
void write_less(Writer& f) {
  const auto tags = f.read_all();
  const Token a = tags[0], b = tags[1];
  if (a == token::plus && b == token::plus) return less_columns(f, token::no);
  if (a == token::minus && b == token::minus) return f.tail(token::below, token::no, token::y, token::x);
  if (token::is_sign(a) && token::is_sign(b)) return answer(f, a == token::minus);
  if (a == b && token::is_sequence(a)) return f.tail(token::order, token::x, token::y);
  with_numbers(f, a, b);
}

/// BELOW r X Y: is X < Y, of numbers without sign? r: what the lower columns say.
void write_below(Writer& f) {
  less_columns(f, f.symbol(0));
}

/// ORDER X Y: does X stand before Y, as sequences do?
void write_order(Writer& f) {
  for (std::size_t i = 0; i < kPairs; ++i) {
    const auto items = f.read_all();
    if (items[0] == token::eos) return answer(f, items[1] != token::eos);
    if (items[1] == token::eos) return answer(f, false);
    if (!f.call_flag(token::same, items[0], items[1])) return f.tail(token::less, items[0], items[1]);
  }
  f.tail(token::order, token::x, token::y);
}

constexpr std::array kComparisons = {
    Function{token::truth, "", 1, 1, false, write_truth},  Function{token::same, "", 2, 2, false, write_same},
    Function{token::agree, "", 2, 2, false, write_agree},  Function{token::less, "", 2, 2, false, write_less},
    Function{token::below, "r", 2, 2, false, write_below}, Function{token::order, "", 2, 2, false, write_order},
};

}  // namespace

std::span<const Function> comparison_functions() {
  return kComparisons;
}

}  // namespace trm::tasks::interpreter
