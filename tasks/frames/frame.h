// Call frames: what a causal model writes when it answers one call of a recursion. This folder's README.md specifies
// their language. Here are the vocabulary, the right frame for a prompt, and the judging of a frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/machine/question.h"

namespace trm::tasks {

using Token = std::int32_t;
using Tokens = std::vector<Token>;

/// The vocabulary that all tasks share; index = token. Digits are 0..9.
std::span<const std::string_view> vocabulary();
/// -1: no such token.
Token token_of(std::string_view name);
/// Tokens as text separated by spaces, for people.
std::string to_text(std::span<const Token> tokens);
/// As a person would type them: "fact 12 3".
std::string readable(std::span<const Token> tokens);

struct Frame {
  Tokens tokens;
  std::size_t prompt = 0;         ///< tokens given at the start, END included
  std::vector<std::uint8_t> own;  ///< 1: the model must write this token; 0: prompt or appended
};

/// What a frame is given while it is written. `at`: place in the frame of the first token that will be appended.
class FrameWorld {
 public:
  virtual ~FrameWorld() = default;
  /// Value of CALL args END, without END.
  virtual Tokens call(std::span<const Token> args, std::size_t at) = 0;
  virtual void spawn(std::span<const Token> args, std::size_t at) = 0;
  /// Next token of the frame's stream argument 0, 1 or 2; token::eos at its end.
  virtual Token read(std::size_t stream, std::size_t at) = 0;
  virtual void emit(Token token) = 0;
};

/// No frame that is trained on is longer.
inline constexpr std::size_t kMaxFrameTokens = 192;

/// The one right frame for a prompt (without END). Error: not a well-formed prompt of any function; what the world
/// gives is nothing that the function can go on from (a value that is no number, say).
Result<Frame> write_frame(std::span<const Token> prompt, FrameWorld& world);

/// Judges the model's own tokens of one frame as the recursion machine recorded it (prompt END, own and appended
/// tokens): the right frame is written again with what was appended. Returns the index of the first wrong own token,
/// the frame's length if it stops too early, nothing if all are right.
/// Error: malformed prompt; all tokens are right up to something appended that no right frame can go on from.
Result<std::optional<std::size_t>> first_wrong_token(std::span<const Token> frame);

/// What a stream of random frames holds.
struct FrameMix {
  /// (Index in all_functions(), relative weight); weights that are not positive and finite count as 0.
  std::vector<std::pair<std::size_t, double>> weights;
  std::size_t max_digits = 12;  ///< of numbers in streams; at least 2
};

/// Training frame `index` of the stream `seed`: a function of (seed, index, mix) alone. What calls return and streams
/// hold is random: uniform digits, runs of 9s and 0s, short numbers and zeros among them. No frame begins with the
/// prompt of an item of another split.
Frame training_frame(std::uint64_t seed, std::uint64_t index, const FrameMix& mix);
/// The same for validation frames.
Frame validation_frame(std::uint64_t seed, std::uint64_t index, const FrameMix& mix);

}  // namespace trm::tasks
