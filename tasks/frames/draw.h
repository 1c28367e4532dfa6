// Random choices, and random numbers as digit tokens.
#pragma once

#include <cstddef>
#include <span>

#include "tasks/base/rng.h"
#include "tasks/frames/digits.h"

namespace trm::tasks {

/// An index, each as likely as its weight is large; weights that are not positive and finite count as 0. At least one
/// weight; the last index if all count as 0.
std::size_t choose(Rng& rng, std::span<const double> weights);

/// A number such as a callee may return, of at most `length` digits (mostly exactly so many): uniform digits, runs of
/// 9s and 0s (long carries), all 9s, a power of ten, short numbers, zero.
Digits random_value(Rng& rng, std::size_t length);

/// What is left of a number of at most `length` digits; sometimes nothing.
Digits digits_or_nothing(Rng& rng, std::size_t length);

/// 0..max. Half of them are any, a quarter of any length; the rest are 0..2, the last three, and the numbers around
/// tens, hundreds and thousands, where a counter changes its shape and borrows.
Digits random_counter(Rng& rng, std::uint32_t max);

/// A number to compare `a` with, of at most max_digits: half of them `a` itself, others easily taken for it (another
/// digit, one more or less, the digits reversed), the rest random.
Digits number_beside(Rng& rng, const Digits& a, std::size_t max_digits);

/// 1..max.
std::size_t random_length(Rng& rng, std::size_t max);
/// Length of a second operand: sometimes exactly as long as the first, sometimes one digit off, otherwise any.
std::size_t length_beside(Rng& rng, std::size_t length, std::size_t max);

}  // namespace trm::tasks
