// The recursion machine: it keeps the calls and the streams between them, and the model writes single frames.
//
// tasks/frames/README.md specifies the language of frames: prompts, CALL, SPAWN, READ, EMIT, RET, and streams. The
// engine knows its control tokens (control_tokens.h) and nothing of what frames compute.
//
// A frame starts from a fresh state, so memory is proportional to depth, and a step that the model does right once it
// does right at any depth. READ waits, a stream has one writer at a time, and frames that share a handle take turns in
// a fixed order: a Kahn process network (Kahn 1974), whose answers do not depend on scheduling. Each decoder step
// advances many frames, of many questions, at once.
//
// A vocabulary with WITH has the second half of the language, in which frames run programs. Streams then have parts,
// frames have an environment (V0, V1, ...) that their callees inherit, AWAIT waits for a stream, and TAIL hands a
// frame's place to another one, so that a loop takes no memory but for what is known of its calls. A frame opened with
// WITH is a call of the program; a frame without an environment keeps the rules above.
// * A call starts when its streams and environment are complete, parts included. It is then known whether it is equal
//   to one that has not returned: the question would never end.
// * SHOW and RAISE wait until every frame that stands before theirs has ended. What is printed, and what is raised,
//   is so that of a run one frame at a time, whatever was spawned. A program that is right still raises only in frames
//   that are waited for: a frame that was spawned beside it may meet a limit first.
// * No frame can name its own output, nor a stream that a frame behind it writes. So streams do not hold themselves,
//   but for those of the question, and the first frame never waits.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/machine/control_tokens.h"
#include "engine/machine/machine_observer.h"
#include "engine/machine/question.h"
#include "engine/machine/stepper.h"

namespace trm {

struct MachineOptions {
  std::size_t recursion_limit = 0;  ///< frames on one stack: a frame and its ancestors; 0: as many as the memory holds
  std::size_t max_frame_tokens = 4096;  ///< prompt, own and given tokens of one frame
  std::size_t max_frames = 100'000;     ///< frames of one question
  /// Items that all frames of one question write to streams; also tokens of an answer with parts, of all that is
  /// printed, and of what a StreamView says.
  std::size_t max_stream_tokens = 1u << 20;
  std::int64_t max_elapsed_ns = 0;  ///< wall time of one question from its start; 0: no limit
  std::size_t memory_bytes = 0;     ///< of all states, as StepperOptions::memory_bytes
  /// A frame that was answered before in the same question is not run again. Frames of a question then run one after
  /// another, so that each finds what those before it found; questions still run side by side. Of a program only calls
  /// are remembered, and none that printed, was handed an output, or shares a place in a stream with its caller.
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
  streams_too_long,  ///< max_stream_tokens items were written, or would be printed or answered
  deadlock,          ///< every frame waits
  out_of_time,       ///< the question ran for max_elapsed_ns
  raised,            ///< a frame ended the question with RAISE
};
std::string_view verdict_text(Verdict verdict);

/// Of an answered question nothing but times and peak_states depends on concurrency. When frames of a question are
/// wrong in several ways, concurrency may decide which of them ends it, and what was counted until then. Time and
/// memory are shared: whether a question meets max_elapsed_ns or the end of the memory may depend on those beside it,
/// and whoever met the latter in company may ask again alone.
struct Answer {
  Verdict verdict = Verdict::malformed;
  bool out_of_memory = false;  ///< recursion_limit: there was no memory for another frame on the stack
  /// What the first frame returned, the contents of a stream, as tokens: a part is its contents and `;`. raised: the
  /// token that RAISE named. Otherwise empty.
  std::vector<std::int32_t> value;
  std::vector<std::vector<std::int32_t>> printed;  ///< what SHOW named, in order, whatever the verdict is
  std::vector<std::int32_t> repeated;              ///< endless_loop: the prompt of the frame that an ancestor repeats
  /// Of a call that repeats: the index in Question::streams of its X, and its environment (cut off if it is too long).
  std::size_t repeated_stream = kNoStream;
  std::vector<std::vector<std::int32_t>> repeated_environment;
  std::size_t frames = 0;   ///< opened, memo hits not counted
  std::size_t spawned = 0;  ///< those of them that SPAWN made
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
  /// the vocabulary, or does not name its streams; a stream holds anything but data and, in a program, parts that are
  /// there; a program for a vocabulary without WITH.
  Status run(std::span<const Question> questions, std::span<Answer> answers, const MachineObserver& observer = {});
  /// The same for those of the questions that this machine takes from a shared list. Error: as run(), of a question
  /// that it takes.
  Status run_shared(std::span<const Question> questions, std::span<Answer> answers, const SharedQuestions& shared,
                    const MachineObserver& observer = {});

  [[nodiscard]] std::size_t state_bytes() const;  ///< bytes of one waiting frame at most
  [[nodiscard]] std::size_t arena_bytes() const;
  /// Frames, streams, places, environments and calls that are in use: none between two run().
  [[nodiscard]] std::size_t objects_in_use() const;

 private:
  struct Impl;
  explicit Machine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace trm
