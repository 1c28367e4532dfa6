// A frame of the recursion machine: where it stands, what it holds, and what it may write next.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/machine/control_tokens.h"
#include "engine/machine/environment.h"
#include "engine/machine/machine_observer.h"
#include "engine/machine/open_calls.h"
#include "engine/machine/stepper.h"
#include "engine/machine/token_stream.h"

namespace trm {

/// What only a running frame has: one that waits to start costs its prompt alone.
struct FrameText {
  std::vector<std::int32_t> tokens;  ///< prompt END, own and given tokens
  std::vector<std::uint8_t> own;     ///< 1: written by the model
  // Next items of the streams that have a place in this frame alone.
  std::array<std::size_t, kLetters> letter_places;
  std::array<std::size_t, kEnvironment> environment_places;
};

struct MachineFrame {
  enum class Phase : std::uint8_t {
    pending,     ///< has no state yet
    ready,       ///< can take its next token
    acting,      ///< does what it wrote (`writing`) as soon as its streams allow it; `nothing` stands for READ
    calling,     ///< waits for the end of a callee
    collecting,  ///< its callee ended, and returned a stream that still grows
    ended,       ///< remembered while a frame that it made lives
  };
  enum class Writing : std::uint8_t {
    nothing,
    call,
    spawn,
    await,
    tail,
    ret,
    raise,
    emit,
    take,
    drop,
    move,
    rest,
    show
  };
  /// What stands behind WITH or PUSH.
  enum class Listing : std::uint8_t { nothing, with, push };

  std::size_t id = 0;
  std::size_t depth = 0;  ///< ancestors
  MachineFrame* parent = nullptr;
  std::size_t continues = 0;  ///< id of the frame that ended with TAIL for this one; kNoFrame: none
  std::size_t children = 0;   ///< alive or remembered
  /// Neighbours in the order in which frames would end if every callee ran to its end before its caller went on.
  MachineFrame *before = nullptr, *after = nullptr;
  Phase phase = Phase::pending;

  std::vector<std::int32_t> prompt;  ///< without END
  std::uint64_t hash = 0;            ///< of the prompt
  std::array<StreamArgument, kStreamArguments> arguments;
  std::size_t argument_count = 0;
  std::uint8_t one_handle = 0;  ///< bit i + j - 1: arguments i and j are one handle
  std::array<StreamRef, kLetters> letters;
  std::size_t letter_count = 0;
  EnvironmentRef environment;    ///< none: a frame that runs no program
  StreamRef output;              ///< where EMIT goes; none: own and not needed so far
  bool own_output = true;        ///< not handed down by the caller
  StreamRef promise;             ///< what SPAWN or AWAIT returned for this frame
  StreamRef awaited;             ///< grows, and keeps a frame from going on (collecting) or from starting (pending)
  bool wants_letter = false;     ///< a collecting frame is given the name of the stream, not its contents
  bool waited_for = false;       ///< the caller does not go on before this frame ends
  bool to_the_end = false;       ///< nor before what it returns is complete
  bool spawned = false;          ///< by SPAWN
  std::size_t shown_before = 0;  ///< streams that the question had printed when the frame started

  bool is_call = false;                          ///< opened with WITH
  bool identified = false;                       ///< what it is asked is known; a call starts only then
  OpenCalls::Id calls = OpenCalls::kNone;        ///< the innermost call that this frame works for
  OpenCalls::Id outer_calls = OpenCalls::kNone;  ///< that of the frame that waits for the value

  StateId state = 0;
  bool ahead = false;         ///< opened while others had their turn before it
  FrameText* text = nullptr;  ///< null: not running
  std::size_t fed = 0;        ///< tokens that the state has seen
  std::int64_t opened_ns = 0;
  Writing writing = Writing::nothing;
  std::size_t written_from = 0;     ///< first token after CALL, RET, ...
  std::size_t written_streams = 0;  ///< stream arguments among them
  Listing listing = Listing::nothing;
  std::size_t listed = 0;  ///< streams behind WITH or PUSH

  void append(std::int32_t token, bool by_model) {
    text->tokens.push_back(token);
    text->own.push_back(by_model ? 1 : 0);
  }
  /// What CALL, RET, ... was given so far.
  [[nodiscard]] std::span<const std::int32_t> written() const {
    return std::span<const std::int32_t>(text->tokens).subspan(written_from);
  }
  /// Some frame has written to the output that this frame owns.
  [[nodiscard]] bool has_emitted() { return own_output && output && !output.get().tokens.empty(); }
  /// The stream that X, A, V0, ... names here; null: none, or no such token.
  [[nodiscard]] StreamRef* find(std::int32_t token, const TokenKinds& kinds);
  /// Where this frame, which runs, stands in the stream that the token names: its next item.
  [[nodiscard]] std::size_t& place(std::int32_t token, const TokenKinds& kinds);
  /// Nobody before this frame can move that place.
  [[nodiscard]] bool has_turn(std::int32_t token, const TokenKinds& kinds);
  /// Whether there is a letter left to name a stream with.
  [[nodiscard]] bool has_letter(const ControlTokens& control) const {
    return letter_count < kLetters && control.letters[letter_count] >= 0;
  }
  /// The same prompt, the same streams at the same places: the two frames do the same. False if that is not sure.
  [[nodiscard]] bool repeats(MachineFrame& other);
  /// Puts this frame's identity, which decides what it returns, into `key`. False: it has none as long as a stream
  /// grows or has parts, a frame before this one may still move a handle, or it does not own its output from the start.
  bool memo_key(std::vector<std::int32_t>& key);

  /// Whether `token` may come next.
  [[nodiscard]] bool allows(std::int32_t token, const ControlTokens& control, const TokenKinds& kinds);

 private:
  [[nodiscard]] bool allows_first(std::int32_t token, const ControlTokens& control, const TokenKinds& kinds);
  [[nodiscard]] bool allows_in_arguments(std::int32_t token, const ControlTokens& control, const TokenKinds& kinds);
  [[nodiscard]] bool allows_in_list(std::int32_t token, const ControlTokens& control, const TokenKinds& kinds);
  [[nodiscard]] bool allows_in_value(std::int32_t token, const ControlTokens& control, const TokenKinds& kinds);
};

}  // namespace trm
