// Random numbers as text and as digit tokens.
#pragma once

#include <cstddef>
#include <string>

#include "tasks/digits.h"
#include "tasks/rng.h"

namespace trm::tasks {

/// Decimal text with exactly `length` digits, uniform: the first is not 0 unless it is the only one.
std::string random_decimal(Rng& rng, std::size_t length);

/// A number such as a callee may return, of at most `length` digits (mostly exactly so many): uniform digits, runs of
/// 9s and 0s (long carries), all 9s, a power of ten, short numbers, zero.
Digits random_value(Rng& rng, std::size_t length);

}  // namespace trm::tasks
