// The prompt of a frame, read strictly:  HEAD number { , number }
#pragma once

#include <span>
#include <vector>

#include "engine/base/status.h"
#include "tasks/frame.h"

namespace trm::tasks {

struct FramePrompt {
  Token head = -1;                                ///< token::fact, token::fib or token::mul
  std::vector<std::span<const Token>> arguments;  ///< views into the tokens given
};

/// Error: empty, an unknown head, the wrong number of arguments for it, an argument that is not a number, a counter
/// above 99, a MUL digit above 9.
Result<FramePrompt> read_frame_prompt(std::span<const Token> prompt);

/// Value of a counter of at most two digits.
std::uint32_t counter_of(std::span<const Token> digits);

}  // namespace trm::tasks
