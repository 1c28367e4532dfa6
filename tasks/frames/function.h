// The functions of the frame language, one for each head of a prompt: how their frames are written, and random prompts,
// streams and values to train them on.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "tasks/base/range.h"
#include "tasks/base/rng.h"
#include "tasks/frames/frame.h"
#include "tasks/frames/frame_writer.h"

namespace trm::tasks {

/// What an argument of a prompt is.
enum class Argument : unsigned char {
  counter,  ///< a number of at most four digits
  digit,
  letter,     ///< a to h: a peg, the name of a function
  operation,  ///< MAX, MIN, SUM
  relation,   ///< MOTHER, HOLDS, YOUNGER, ..., PARENTOF
  path,       ///< one to ten digits from 0 to 2
  stream,     ///< X, Y or Z, in this order
  output,     ///< O
};

/// Columns of a stream that one frame of arithmetic handles; a call handles those behind them.
inline constexpr std::size_t kColumnsPerFrame = 8;

/// Limits of what is drawn.
struct DrawRange {
  std::string_view split;       ///< prompts that are items of other splits are not drawn
  std::size_t max_digits = 12;  ///< of numbers in streams
};

struct Function {
  Token head;
  std::span<const Argument> arguments;
  void (*write)(FrameWriter& frame);
  /// A random prompt with its streams.
  Question (*draw)(Rng& rng, const DrawRange& range);
  /// Something that a CALL with these arguments may return, true or not; null: it is only SPAWNed.
  Tokens (*value)(Rng& rng, std::span<const Token> args);

  // The table of what training frames hold. draw() and value() take their limits from it, and prompts are admitted by
  // it: a number outside of it is in no training frame.
  std::span<const Range> ranges = {};  ///< of the arguments that are counters or digits, in their order
  Range values = {};                   ///< of numbers that value() gives
  Range numbers = {"", 0, 0};          ///< of numbers in streams that a frame reads whole, up to their ;
};

/// A number that no training frame holds in its place.
struct Untrained {
  const Function* function = nullptr;  ///< whose argument, value or stream it is
  Range range;                         ///< what training frames hold there
  std::uint32_t value = 0;
};
/// The first argument that is outside of its range; nothing: none is.
std::optional<Untrained> untrained_argument(const FramePrompt& prompt);
/// The same of all that a frame holds: its arguments, numbers that calls returned to it, numbers that it read. Error:
/// not well formed.
Result<std::optional<Untrained>> untrained_number(const Frame& frame);

/// Random values of calls that return nothing, YES or NO, or a number.
Tokens nothing(Rng& rng, std::span<const Token> args);
Tokens yes_or_no(Rng& rng, std::span<const Token> args);
/// A number of at most four digits.
Tokens short_number(Rng& rng, std::span<const Token> args);

/// A value that the world does not draw: that of the call with this number, if it may be a number.
struct FixedValue {
  std::size_t call = 0;  ///< of those whose value may be a number
  Digits value;
};
/// The frame that answers the question where calls return random values. Nothing: in all of many tries they left
/// nothing to go on from (a median of a list that closes early), or the frame would be longer than max_frame_tokens.
std::optional<Frame> random_frame(Rng& rng, const Question& question, const std::optional<FixedValue>& fixed = {});

// The table of functions: tasks/registry.cc fills it, since it knows them all.

/// In the order in which the tasks introduce them.
std::span<const Function* const> all_functions();
/// null: no function of that head.
const Function* find_function(Token head);
/// Index in all_functions() of the function with this name ("fact", "mul"); nothing: there is none.
std::optional<std::size_t> function_index(std::string_view name);
/// "fact": the head in small letters.
std::string function_name(const Function& function);

}  // namespace trm::tasks
