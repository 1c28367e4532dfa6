// The prompt of a frame, read strictly:  HEAD argument { , argument }
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/status.h"
#include "tasks/frames/frame.h"

namespace trm::tasks {

struct Function;

/// Of an argument that is a path.
inline constexpr std::size_t kMaxPathDigits = 10;

struct FramePrompt {
  std::span<const Token> tokens;  ///< as given, without END
  const Function* function = nullptr;
  std::vector<std::span<const Token>> arguments;  ///< views into the tokens given
  std::size_t streams = 0;                        ///< arguments that are streams
};

/// Error: empty, an unknown head, the wrong number of arguments for it, an argument of another kind.
Result<FramePrompt> read_frame_prompt(std::span<const Token> prompt);

/// Value of a counter of at most four digits.
std::uint32_t counter_of(std::span<const Token> digits);

}  // namespace trm::tasks
