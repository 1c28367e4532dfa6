// A question in flight: its frames, which of them can go on, and what each token that the model writes does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/machine/machine.h"
#include "engine/machine/machine_frame.h"
#include "engine/machine/memo_table.h"

namespace trm {

/// What all questions of a machine share.
struct MachineCore {
  std::unique_ptr<Stepper> stepper;
  MachineOptions options;
  ControlTokens control;
  TokenKinds kinds;
  std::size_t frame_limit = 0;

  Pool<TokenStream> streams;  // first: frames refer to them
  Pool<StreamHandle> handles;
  Pool<FrameText> texts;
  Pool<MachineFrame> frames;
  std::size_t ahead = 0;     ///< states of frames that were opened before their turn
  std::size_t active = 0;    ///< questions in flight
  std::size_t deepest = 0;   ///< stack of the present run
  bool memory_full = false;  ///< a frame of the present run found no memory: none is opened before its turn

  /// States that frames may take ahead of their turn with so many questions in flight, each of which needs room for a
  /// full stack of its own.
  [[nodiscard]] std::size_t states_to_spare(std::size_t questions) const {
    return (options.concurrency - questions) * options.recursion_limit;
  }

  const MachineObserver* observer = nullptr;
  std::int64_t now = 0;
};

class QuestionRun {
 public:
  explicit QuestionRun(MachineCore& core) : core_(core) {}

  void start(std::size_t index, const Question& question, Answer& answer);
  [[nodiscard]] bool active() const { return first_ != nullptr; }

  struct Turn {
    QuestionRun* run;
    MachineFrame* frame;
  };
  /// Adds frames that can take a token to `turns`, until it holds `concurrency`. They come in the order in which they
  /// would run one at a time: the first is never blocked, and a machine that takes only the first runs depth first.
  /// Opens frames, so a question can end here. Error: of the stepper.
  Status select(std::vector<Turn>& turns);
  /// Takes the model's next token of a frame that was selected.
  void act(MachineFrame& frame, std::int32_t token);
  /// Ends everything without a word.
  void drop();

 private:
  using Phase = MachineFrame::Phase;
  using Writing = MachineFrame::Writing;

  // machine_question.cc: frames come and go
  MachineFrame& make_frame(MachineFrame* parent);
  void insert(MachineFrame& frame);
  Status open(MachineFrame& frame);
  Status refuse(const MachineFrame& frame, const Error& error);
  bool may_open(const MachineFrame& frame) const;
  Status wake(MachineFrame& frame);
  void leave(MachineFrame& frame);
  void discard(MachineFrame& frame);
  void remove(MachineFrame& frame);
  void report_closed(const MachineFrame& frame, bool complete);
  void finish(Verdict verdict);

  // machine_tokens.cc: what tokens do
  void give(MachineFrame& frame, std::span<const std::int32_t> value);
  void read(MachineFrame& frame);
  void emit(MachineFrame& frame, std::int32_t token);
  void call(MachineFrame& caller, bool spawned);
  void write_prompt(MachineFrame& caller, MachineFrame& callee);
  bool use_memo(MachineFrame& caller, MachineFrame& callee, bool spawned);
  void save_memo(MachineFrame& frame, std::span<const std::int32_t> value);
  void give_name(MachineFrame& caller, const StreamRef& stream);
  StreamRef take_result(MachineFrame& frame);
  void end(MachineFrame& frame);
  bool count_stream_tokens(std::size_t tokens);

  MachineCore& core_;
  Answer* answer_ = nullptr;
  std::size_t index_ = 0;
  std::int64_t started_ns_ = 0;
  MachineFrame* first_ = nullptr;  // frames that have not ended, see MachineFrame::before
  std::size_t awake_ = 0;          // those of them that wait for no callee
  std::size_t made_ = 0;           // frames so far
  std::size_t states_ = 0;
  std::size_t stream_tokens_ = 0;
  StreamRef result_;                       // of the first frame
  std::vector<std::int32_t> value_, key_;  // buffers
  MemoTable memo_;
};

}  // namespace trm
