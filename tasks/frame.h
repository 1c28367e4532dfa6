// Call frames: what a causal model writes when it answers one call of a recursion, and nothing more.
//
// A frame is the token sequence   PROMPT END  { CALL args END  value END }*  RET result END
// where PROMPT END is given, `value END` is appended by the recursion machine after each call, and the rest is the
// model's own. Numbers are decimal digits, least significant first, without leading zeros; 0 is the single digit 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm::tasks {

using Token = std::int32_t;

/// The vocabulary that all tasks share; index = token. Digits are 0..9.
std::span<const std::string_view> vocabulary();
/// -1: no such token.
Token token_of(std::string_view name);
/// Tokens as text separated by spaces, for people.
std::string to_text(std::span<const Token> tokens);

struct Frame {
  std::vector<Token> tokens;
  std::size_t prompt = 0;         ///< tokens given at the start, END included
  std::vector<std::uint8_t> own;  ///< 1: the model must write this token; 0: prompt or appended value
};

/// Answers the call of a frame: args (without CALL and END) -> digits of the value (without END).
using Callee = std::function<std::vector<Token>(std::span<const Token> args)>;

/// No frame of a generated item, and no training frame with max_digits <= 20, is longer. Prompts that a person types
/// can hold start values of 20 digits: their frames reach 205 tokens.
inline constexpr std::size_t max_frame_tokens = 190;

/// The one right frame for a prompt (without END), given what its callees return.
/// Error: not a well-formed prompt of any task; a callee's value is not a number.
Result<Frame> write_frame(std::span<const Token> prompt, const Callee& callee);

/// The true value of a prompt (without END), by arithmetic of its own that shares nothing with write_frame.
Result<std::vector<Token>> true_value(std::span<const Token> prompt);

/// Judges the model's own tokens of one frame as the recursion machine recorded it (prompt END, own tokens, appended
/// values): the right frame is written again with the values that were appended. Returns the index of the first wrong
/// own token, the frame's length if it stops too early, nothing if all are right.
/// Error: malformed prompt; all tokens are right up to an appended value that is not a number (no right answer exists).
Result<std::optional<std::size_t>> first_wrong_token(std::span<const Token> frame);

/// What a stream of random training frames holds.
struct FrameMix {
  /// Relative weights of the kinds; one that is not positive and finite counts as 0, three of them as three equal ones.
  double factorial = 1, fibonacci = 1, product = 1;
  std::size_t max_digits = 20;  ///< widest number that appears, counters apart; less than 2 counts as 2
};

/// Training frame `index` of the stream `seed`: a function of (seed, index, mix) alone. Callee results are random:
/// uniform digits, runs of 9s and 0s, short numbers and zeros. Start values that belong to the validation, test or
/// plain splits never occur.
Frame training_frame(std::uint64_t seed, std::uint64_t index, const FrameMix& mix);
/// The same for validation frames: their start values belong to the validation split. Product frames have no start
/// value: there, only the stream of random numbers differs.
Frame validation_frame(std::uint64_t seed, std::uint64_t index, const FrameMix& mix);

}  // namespace trm::tasks
