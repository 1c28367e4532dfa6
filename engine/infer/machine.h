// The recursion machine: it keeps the call stack, the model writes single call frames.
//
//   CALL args END   opens a frame whose prompt is `args END`; the caller's state waits on the stack
//   RET value END   drops the frame; `value END` is appended to the caller, which goes on
//
// A frame starts from a fresh state, so memory is proportional to depth and what a model does right once it does right
// at any depth. Many questions run at once: each decoder step advances every question by what it is waiting for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/infer/stepper.h"

namespace trm {

/// Tokens that the machine acts on.
struct ControlTokens {
  std::int32_t call = -1, end = -1, ret = -1;
  /// Error: the vocabulary lacks "CALL", "END" or "RET".
  static Result<ControlTokens> from(std::span<const std::string> vocabulary);
};

struct MachineOptions {
  std::size_t recursion_limit = 256;   ///< frames on one stack
  std::size_t max_frame_tokens = 512;  ///< prompt, own tokens and appended values of one frame
  std::size_t max_frames = 100'000;    ///< frames of one question
  bool memo = true;             ///< a frame whose prompt was answered before in the same question is not run again
  std::size_t concurrency = 1;  ///< questions advanced together
};

enum class Verdict : std::uint8_t {
  answered,
  recursion_limit,  ///< the stack would grow beyond recursion_limit
  frame_too_long,   ///< a frame reached max_frame_tokens without RET
  too_many_frames,  ///< the question opened max_frames frames
  malformed,        ///< END without CALL or RET, CALL inside CALL, an empty call or value, ...
  endless_loop,     ///< a call whose prompt is already open on the stack: greedy frames repeat, so it would never end
};
std::string_view verdict_text(Verdict verdict);

/// One frame as it ran, complete or cut off.
struct FrameRecord {
  std::size_t question = 0;              ///< index in the list given to run()
  std::size_t depth = 0;                 ///< 0: the question itself
  std::span<const std::int32_t> tokens;  ///< prompt END, own tokens, appended values
  std::span<const std::uint8_t> own;     ///< 1: written by the model
  std::size_t prompt = 0;                ///< length of the prompt, END included
  bool complete = false;
  std::int64_t elapsed_ns = 0;  ///< from opening to RET, callees included
};

/// What happens, in order, for traces and metrics. Every callback may be empty. Spans are valid during the call only.
/// Prompts and values come without END. depth: 0 for the question itself; of a memo hit, that of the frame it saved.
struct MachineObserver {
  std::function<void(std::size_t question, std::size_t depth, std::span<const std::int32_t> prompt)> opened;
  std::function<void(std::size_t question, std::size_t depth, std::span<const std::int32_t> prompt,
                     std::span<const std::int32_t> value)>
      memo_hit;
  std::function<void(const FrameRecord&)> closed;  ///< on RET, and for every frame still open when a question fails
};

struct Answer {
  Verdict verdict = Verdict::malformed;
  std::vector<std::int32_t> value;  ///< tokens between RET and END of the first frame; empty unless answered
  std::size_t frames = 0;           ///< opened, memo hits not counted
  std::size_t memo_hits = 0;
  std::size_t own_tokens = 0;       ///< generated
  std::size_t fed_tokens = 0;       ///< prompts and appended values
  std::size_t max_depth = 0;        ///< frames on the deepest stack
  std::int64_t first_token_ns = 0;  ///< from the start of the question to its first own token
  std::int64_t elapsed_ns = 0;
};

class Machine {
 public:
  /// Reserves concurrency * recursion_limit states lazily: memory grows with the depth that is really reached.
  /// Error: control tokens missing, not enough memory.
  static Result<Machine> create(const CausalNetwork<float>& network, std::span<const std::string> vocabulary,
                                const MachineOptions& options);
  /// Over any stepper, which must allow `concurrency` streams and concurrency * recursion_limit states.
  static Result<Machine> create(std::unique_ptr<Stepper> stepper, std::span<const std::string> vocabulary,
                                const MachineOptions& options);
  Machine(Machine&&) noexcept;
  Machine& operator=(Machine&&) noexcept;
  ~Machine();

  /// Answers each prompt (tokens without END). answers has as many entries as prompts. The answer to a prompt does not
  /// depend on the other prompts or on concurrency. Error: a prompt is empty or has a token outside the vocabulary.
  Status run(std::span<const std::vector<std::int32_t>> prompts, std::span<Answer> answers,
             const MachineObserver& observer = {});

  [[nodiscard]] std::size_t state_bytes() const;  ///< of one waiting frame
  [[nodiscard]] std::size_t arena_bytes() const;
  [[nodiscard]] std::size_t peak_states() const;  ///< most states alive at once since creation

 private:
  struct Impl;
  explicit Machine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace trm
