#include "tasks/frames/arithmetic/operands.h"

#include <algorithm>
#include <utility>

#include "tasks/frames/arithmetic/functions.h"

namespace trm::tasks::arithmetic {
namespace {

std::uint32_t count_of(std::size_t number) {
  return static_cast<std::uint32_t>(number);
}

Token between(Rng& rng, Token low, Token high) {
  return low + static_cast<Token>(rng.below(static_cast<std::uint32_t>(high - low + 1)));
}

Token any_digit(Rng& rng) {
  return between(rng, 0, 9);
}

Operands any_columns(Rng& rng, std::size_t length) {
  Operands out{Tokens(length), Tokens(length)};
  for (std::size_t i = 0; i < length; ++i) {
    out.a[i] = any_digit(rng);
    out.b[i] = any_digit(rng);
  }
  return out;
}

/// A column of a frame, of numbers of that length.
std::size_t any_column(Rng& rng, std::size_t length) {
  return rng.below(count_of(std::min(length, kColumnsPerFrame)));
}

/// Two digits with a + b >= 10, or a + b < 9.
void set_sum(Rng& rng, Operands& of, std::size_t column, bool carries) {
  const Token a = carries ? between(rng, 1, 9) : between(rng, 0, 8);
  of.a[column] = a;
  of.b[column] = carries ? between(rng, 10 - a, 9) : between(rng, 0, 8 - a);
}

/// Two digits with a < b, or a > b.
void set_difference(Rng& rng, Operands& of, std::size_t column, bool borrows) {
  const Token less = between(rng, 0, 8), more = between(rng, less + 1, 9);
  of.a[column] = borrows ? less : more;
  of.b[column] = borrows ? more : less;
}

void drop_zeros(Tokens& digits) {
  while (digits.size() > 1 && digits.back() == 0) digits.pop_back();
}

/// Where a carry runs: from one column to behind another one, half of them to the end of the numbers.
struct Run {
  std::size_t begin = 0, end = 0;
};
Run any_run(Rng& rng, std::size_t length, std::size_t begin) {
  const std::size_t end = rng.below(2) == 0 ? length : rng.between(count_of(begin), count_of(length));
  return {begin, end};
}

/// Most numbers have no zeros in front.
Operands finished(Rng& rng, Operands of) {
  for (Tokens* digits : {&of.a, &of.b}) {
    if (rng.below(4) != 0) drop_zeros(*digits);
  }
  return of;
}

/// What carrying() and borrowing() share. set: makes a column carry or not; pass: lets a carry through.
template <class Set, class Pass>
Operands chained(Rng& rng, std::size_t length, bool carry, const Set& set, const Pass& pass) {
  Operands out = any_columns(rng, length);
  const std::size_t column = any_column(rng, length);
  if (rng.below(3) == 0) {
    if (column > 0) set(out, column - 1, rng.below(2) == 0);
    return out;
  }
  const bool from_before = carry && rng.below(2) == 0;
  if (!from_before) set(out, column, true);
  const Run run = any_run(rng, length, from_before ? 0 : column + 1);
  for (std::size_t i = run.begin; i < run.end; ++i) pass(out, i);
  return out;
}

}  // namespace

std::size_t operand_length(Rng& rng, std::size_t max) {
  if (max <= kColumnsPerFrame || rng.below(3) != 0) return random_length(rng, max);
  return rng.between(count_of(kColumnsPerFrame - 1), count_of(kColumnsPerFrame + 1));
}

Tokens operand(Rng& rng, std::size_t max) {
  Tokens out = random_value(rng, operand_length(rng, max));
  if (out.size() < max && rng.below(8) == 0)
    out.resize(rng.between(count_of(out.size() + 1), count_of(std::min(out.size() + 3, max))), 0);
  return out;
}

Tokens operand_or_nothing(Rng& rng, std::size_t max) {
  return rng.below(8) == 0 ? Tokens{} : operand(rng, max);
}

Operands carrying(Rng& rng, std::size_t max, bool carry) {
  const bool zeros = rng.below(4) == 0;  // b ends, and the carry runs on through nines
  const auto set = [&](Operands& of, std::size_t i, bool carries) { set_sum(rng, of, i, carries); };
  const auto pass = [&](Operands& of, std::size_t i) {
    of.a[i] = zeros ? 9 : any_digit(rng);
    of.b[i] = 9 - of.a[i];
  };
  Operands out = finished(rng, chained(rng, operand_length(rng, max), carry, set, pass));
  if (rng.below(2) == 0) std::swap(out.a, out.b);
  return out;
}

Operands borrowing(Rng& rng, std::size_t max, bool borrow) {
  const std::uint32_t digits = rng.below(4);  // 0: equal zeros, which the borrow makes nines; 1: equal nines
  const auto set = [&](Operands& of, std::size_t i, bool borrows) { set_difference(rng, of, i, borrows); };
  const auto pass = [&](Operands& of, std::size_t i) {
    of.a[i] = digits == 0 ? 0 : digits == 1 ? 9 : any_digit(rng);
    of.b[i] = of.a[i];
  };
  const std::size_t length = std::max<std::size_t>(operand_length(rng, max), 2) - 1;
  Operands out = chained(rng, length, borrow, set, pass);
  Token owed = borrow ? 1 : 0;
  for (std::size_t i = 0; i < length; ++i) owed = out.a[i] - out.b[i] - owed < 0 ? 1 : 0;
  if (owed != 0) out.a.push_back(rng.below(2) == 0 ? 1 : between(rng, 1, 9));
  return finished(rng, std::move(out));
}

Operands alike(Rng& rng, std::size_t max) {
  Operands out;
  out.a = operand(rng, max);
  out.b = out.a;
  const std::uint32_t kind = rng.below(8);
  if (kind < 5) {
    const std::size_t column = any_column(rng, out.a.size());
    out.b[column] = (out.a[column] + between(rng, 1, 9)) % 10;
    if (kind == 0)
      for (std::size_t i = column + 1; i < out.b.size(); ++i) out.b[i] = any_digit(rng);
  } else if (kind == 6) {
    out.b.resize(rng.below(count_of(out.b.size())));
    if (rng.below(2) == 0) std::fill(out.a.begin() + static_cast<std::ptrdiff_t>(out.b.size()), out.a.end() - 1, 0);
  } else if (kind == 7) {
    out.b.resize(out.b.size() + rng.between(1, 3), 0);
  }
  if (rng.below(2) == 0) std::swap(out.a, out.b);
  return out;
}

Digits short_form(Tokens digits) {
  drop_zeros(digits);
  return digits.empty() ? Digits{0} : digits;
}

}  // namespace trm::tasks::arithmetic
