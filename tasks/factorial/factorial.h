// f(0) = c, f(k) = k * f(k-1): linear recursion.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tasks/frame.h"
#include "tasks/natural.h"
#include "tasks/prompt.h"
#include "tasks/rng.h"
#include "tasks/task.h"

namespace trm::tasks::factorial {

/// Start values of random items and training frames have 1 to this many digits.
inline constexpr std::size_t max_start_digits = 10;

/// FACT n , c :  n = 0: RET c.  Otherwise CALL FACT n-1 , c -> v; CALL MUL n0 , v -> p; for n >= 10 also
/// CALL MUL n1 , v -> q; RET p + 10 q, where n0 and n1 are the units and tens digits of n.
Result<Frame> write(std::span<const Token> prompt, const FramePrompt& parts, const Callee& callee);

/// c * n!
Natural solve(std::uint32_t n, const Natural& c);

/// "factorial c=17"
std::string canonical(std::string_view c);
/// c = 1, the classical function, is for the plain slice alone.
bool reserved(std::string_view c);

/// Random start value of 1 to max_digits digits (length uniform, then digits) that belongs to the split and is not
/// reserved. max_digits >= 2: every split then has some.
std::string draw_start(Rng& rng, std::string_view split, std::size_t max_digits);

const Task& task();

}  // namespace trm::tasks::factorial
