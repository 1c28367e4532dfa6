// The recursion machine: it keeps the calls and the streams between them, and the model writes single frames.
//
// tasks/frames/README.md specifies the language of frames: prompts, CALL, SPAWN, READ, EMIT, RET, and streams. The
// engine knows its control tokens (control_tokens.h) and nothing of what frames compute.
//
// A frame starts from a fresh state, so memory is proportional to depth, and a step that the model does right once it
// does right at any depth. READ waits, a stream has one writer at a time, and frames that share a handle take turns in
// a fixed order: a Kahn process network (Kahn 1974), whose answers do not depend on scheduling. Each decoder step
// advances many frames, of many questions, at once.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/machine/control_tokens.h"
#include "engine/machine/question.h"
#include "engine/machine/stepper.h"

namespace trm {

struct MachineOptions {
  std::size_t recursion_limit = 0;  ///< frames on one stack: a frame and its ancestors; 0: as many as the memory holds
  std::size_t max_frame_tokens = 4096;       ///< prompt, own and given tokens of one frame
  std::size_t max_frames = 100'000;          ///< frames of one question
  std::size_t max_stream_tokens = 1u << 20;  ///< tokens that all frames of one question write to streams
  std::int64_t max_elapsed_ns = 0;           ///< wall time of one question from its start; 0: no limit
  std::size_t memory_bytes = 0;              ///< of all states, as StepperOptions::memory_bytes
  /// A frame that was answered before in the same question is not run again. Frames of a question then run one after
  /// another, so that each finds what those before it found; questions still run side by side.
  bool memo = false;
  std::size_t concurrency = 1;  ///< frames advanced together, over all questions; 1: depth first
  /// Nobody waits for answers any more once it is true: run() returns within a token, and leaves open what was not
  /// answered until then.
  const std::atomic<bool>* stop = nullptr;
};

enum class Verdict : std::uint8_t {
  answered,
  recursion_limit,   ///< the stack would grow beyond recursion_limit, or beyond the memory (Answer::out_of_memory)
  frame_too_long,    ///< a frame reached max_frame_tokens without RET
  too_many_frames,   ///< the question made max_frames frames
  malformed,         ///< END without CALL or RET, CALL inside CALL, a stream that the frame does not have, ...
  endless_loop,      ///< a frame that one of its ancestors repeats: greedy frames repeat, so it would never end
  streams_too_long,  ///< max_stream_tokens tokens were written
  deadlock,          ///< every frame waits
  out_of_time,       ///< the question ran for max_elapsed_ns
};
std::string_view verdict_text(Verdict verdict);

/// Parent of a question's first frame.
inline constexpr std::size_t kNoFrame = std::numeric_limits<std::size_t>::max();

/// One frame as it ran, complete or cut off.
struct FrameRecord {
  std::size_t question = 0;              ///< index in the list given to run()
  std::size_t id = 0;                    ///< counts the frames of the question in the order in which they were made
  std::size_t parent = kNoFrame;         ///< id of the caller
  std::size_t depth = 0;                 ///< 0: the question itself
  std::span<const std::int32_t> tokens;  ///< prompt END, own and given tokens
  std::span<const std::uint8_t> own;     ///< 1: written by the model
  std::size_t prompt = 0;                ///< length of the prompt, END included
  bool complete = false;
  std::int64_t elapsed_ns = 0;  ///< from opening to RET, callees included
};

/// What happens, in order, for traces and metrics. Every callback may be empty. Spans are valid during the call only.
/// Prompts and values come without END. depth: 0 for the question itself.
struct MachineObserver {
  /// A frame starts to run.
  std::function<void(std::size_t question, std::size_t frame, std::size_t parent, std::size_t depth,
                     std::span<const std::int32_t> prompt)>
      opened;
  /// parent: the caller; depth and prompt: of the frame that was saved; value: its tokens or the contents of its
  /// stream.
  std::function<void(std::size_t question, std::size_t parent, std::size_t depth, std::span<const std::int32_t> prompt,
                     std::span<const std::int32_t> value)>
      memo_hit;
  std::function<void(const FrameRecord&)> closed;  ///< on RET, and for every frame still open when a question fails
  /// The answer to the question is complete, verdict included. Questions may end in another order than they began.
  std::function<void(std::size_t question)> answered;
};

/// Of an answered question nothing but times and peak_states depends on concurrency. When frames of a question are
/// wrong in several ways, concurrency may decide which of them ends it, and what was counted until then. Time and
/// memory are shared: whether a question meets max_elapsed_ns or the end of the memory may depend on those beside it,
/// and whoever met the latter in company may ask again alone.
struct Answer {
  Verdict verdict = Verdict::malformed;
  bool out_of_memory = false;       ///< recursion_limit: there was no memory for another frame on the stack
  std::vector<std::int32_t> value;  ///< what the first frame returned, the contents of a stream; empty unless answered
  std::vector<std::int32_t> repeated;  ///< endless_loop: the prompt of the frame that an ancestor repeats
  std::size_t frames = 0;              ///< opened, memo hits not counted
  std::size_t spawned = 0;             ///< those of them that SPAWN made
  std::size_t memo_hits = 0;
  std::size_t own_tokens = 0;       ///< generated
  std::size_t fed_tokens = 0;       ///< prompts and given tokens
  std::size_t max_depth = 0;        ///< frames on the deepest stack
  std::size_t peak_states = 0;      ///< most decoder states that the question held at once
  std::int64_t first_token_ns = 0;  ///< from the start of the question to its first own token
  std::int64_t elapsed_ns = 0;
};

/// What a machine takes next from a list that it shares with others.
struct NextQuestion {
  enum class Kind : std::uint8_t {
    question,  ///< the one at `index`
    later,     ///< none now: ask again after the next token
    none,      ///< and there will be none
  };
  Kind kind = Kind::none;
  std::size_t index = 0;
};

/// A list of questions that several machines share: each takes one when it has room.
struct SharedQuestions {
  std::function<NextQuestion()> next;
  std::size_t most_active = std::numeric_limits<std::size_t>::max();  ///< questions in flight in this machine
};

class Machine {
 public:
  /// Memory grows with the depth that is really reached, and with concurrency 1 no more than one state for each frame
  /// of a stack is alive. Error: control tokens missing, an option that is 0 and may not be, that of the factory.
  static Result<Machine> create(const StepperFactory& factory, std::span<const std::string> vocabulary,
                                const MachineOptions& options);
  /// Over a stepper that is there, which must allow `concurrency` streams and concurrency * recursion_limit states. A
  /// stepper whose acquire() fails with ErrorCode::io has no memory for more.
  static Result<Machine> create(std::unique_ptr<Stepper> stepper, std::span<const std::string> vocabulary,
                                const MachineOptions& options);
  Machine(Machine&&) noexcept;
  Machine& operator=(Machine&&) noexcept;
  ~Machine();

  /// Answers each question. answers has as many entries as questions. The answer to a question does not depend on the
  /// other questions or on concurrency, but for time and memory (Answer). Error: a prompt is empty, has a token outside
  /// the vocabulary, or does not name its streams; a stream holds anything but data.
  Status run(std::span<const Question> questions, std::span<Answer> answers, const MachineObserver& observer = {});
  /// The same for those of the questions that this machine takes from a shared list. Error: as run(), of a question
  /// that it takes.
  Status run_shared(std::span<const Question> questions, std::span<Answer> answers, const SharedQuestions& shared,
                    const MachineObserver& observer = {});

  [[nodiscard]] std::size_t state_bytes() const;  ///< bytes of one waiting frame at most
  [[nodiscard]] std::size_t arena_bytes() const;

 private:
  struct Impl;
  explicit Machine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace trm
