// F(0) = a, F(1) = b, F(k) = F(k-1) + F(k-2): tree recursion.
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

namespace trm::tasks::fibonacci {

/// Start values of random items and training frames have 1 to this many digits.
inline constexpr std::size_t max_start_digits = 4;

/// FIB n , a , b :  n = 0: RET a.  n = 1: RET b.  Otherwise CALL FIB n-1 , a , b -> v; CALL FIB n-2 , a , b -> w;
/// RET v + w.
Result<Frame> write(std::span<const Token> prompt, const FramePrompt& parts, const Callee& callee);

Natural solve(std::uint32_t n, const Natural& a, const Natural& b);

/// "fibonacci a=3 b=8"
std::string canonical(std::string_view a, std::string_view b);
/// Consecutive terms of the Fibonacci or Lucas sequence (1,0 included: Fibonacci one step earlier) would replay the
/// held-out sequences from another place, so they are for the plain and lucas slices alone.
bool reserved(std::string_view a, std::string_view b);

struct Start {
  std::string a, b;
};
/// Random start values of 1 to max_digits digits each (length uniform, then digits) that belong to the split and are
/// not reserved. max_digits >= 1: every split then has some.
Start draw_start(Rng& rng, std::string_view split, std::size_t max_digits);

const Task& task();

}  // namespace trm::tasks::fibonacci
