// The arithmetic of frames: naturals as digit tokens, least significant first, worked digit by digit with carries.
#pragma once

#include <span>
#include <vector>

#include "tasks/frames/frame.h"

namespace trm::tasks {

using Digits = std::vector<Token>;

/// One digit or more, all 0..9, no leading zero (0 itself is the single digit 0).
bool is_number(std::span<const Token> tokens);

/// The arguments of all of these are numbers; so are the results.
Digits add_digits(std::span<const Token> a, std::span<const Token> b);
/// x - 1; x is not 0.
Digits predecessor(std::span<const Token> x);
bool is_zero(std::span<const Token> x);
/// Digits of a small counter.
Digits digits_of(std::uint32_t value);

}  // namespace trm::tasks
