// d * x for one digit d: the step that factorial calls.
#pragma once

#include <cstdint>
#include <span>

#include "tasks/frame.h"
#include "tasks/natural.h"
#include "tasks/prompt.h"

namespace trm::tasks::product {

/// MUL d , x :  RET d * x.
Frame write(std::span<const Token> prompt, const FramePrompt& parts, const Callee& callee);

Natural solve(std::uint32_t d, const Natural& x);

}  // namespace trm::tasks::product
