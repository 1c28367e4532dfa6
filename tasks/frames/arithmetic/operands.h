// Operands that decide: what a frame does in each of its columns, at the last one, and where a carry runs through all.
#pragma once

#include <cstddef>

#include "tasks/frames/draw.h"

namespace trm::tasks::arithmetic {

/// 1..max. A third of the numbers end at the last column of a frame, one before or one behind it.
std::size_t operand_length(Rng& rng, std::size_t max);

/// A number of such a length, as callees return it; one in eight has zeros in front, as differences have.
Tokens operand(Rng& rng, std::size_t max);
/// What is left of such a number; sometimes nothing.
Tokens operand_or_nothing(Rng& rng, std::size_t max);

struct Operands {
  Tokens a, b;
};

/// To be added to a carry: a chain of columns through which the carry runs, up to the end or to some column, or any two
/// digits in one column, behind a column that carries as often as not.
Operands carrying(Rng& rng, std::size_t max, bool carry);

/// The same for a - b - borrow, which is not negative.
Operands borrowing(Rng& rng, std::size_t max, bool borrow);

/// Two numbers to be compared: they differ in one column alone (each column of a frame is equally likely), or not at
/// all, or one of them ends before the other.
Operands alike(Rng& rng, std::size_t max);

/// Without zeros in front, 0 as one digit: a number of a frame.
Digits short_form(Tokens digits);

}  // namespace trm::tasks::arithmetic
