// Judges what a model wrote in one frame.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "engine/base/status.h"
#include "tasks/interpreter/vocabulary.h"

namespace trm::tasks::interpreter {

/// Judges the model's own tokens of one frame as the recursion machine recorded it (prompt END, own and given tokens):
/// the right frame is written again with what was given. Returns the index of the first wrong own token, the frame's
/// length if it stops too early, nothing if all are right.
/// Error: malformed prompt; all tokens are right up to something given that no right frame can go on from.
Result<std::optional<std::size_t>> first_wrong_token(std::span<const Token> frame);

/// The own token that a right frame has behind these, which are right. Error: as above; what was given so far is not
/// complete, or the frame is.
Result<Token> next_right_token(std::span<const Token> so_far);

}  // namespace trm::tasks::interpreter
