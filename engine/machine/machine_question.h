// A question in flight: its frames, which of them can go on, and what each token that the model writes does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/machine/contents.h"
#include "engine/machine/machine.h"
#include "engine/machine/machine_frame.h"
#include "engine/machine/memo_table.h"
#include "engine/machine/open_calls.h"
#include "engine/machine/sequence_table.h"

namespace trm {

/// What all questions of a machine share.
struct MachineCore {
  std::unique_ptr<Stepper> stepper;
  MachineOptions options;
  ControlTokens control;
  TokenKinds kinds;
  std::size_t frame_limit = 0;

  Pool<TokenStream> streams;  // first: frames and environments refer to them
  Pool<Environment> environments;
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
  /// Calls that have not returned.
  [[nodiscard]] std::size_t open_calls() const { return calls_.size(); }
  /// Ends everything without a word.
  void drop();

 private:
  using Phase = MachineFrame::Phase;
  using Writing = MachineFrame::Writing;
  using Listing = MachineFrame::Listing;

  // machine_question.cc: frames come and go
  void give_streams(const Question& question);
  MachineFrame& make_frame(MachineFrame* parent);
  void insert(MachineFrame& frame, MachineFrame* before);
  Status open(MachineFrame& frame);
  Status refuse(const MachineFrame& frame, const Error& error);
  bool may_open(const MachineFrame& frame) const;
  Status start_frame(MachineFrame& frame);
  Status wake(MachineFrame& frame);
  void leave(MachineFrame& frame);
  void discard(MachineFrame& frame);
  void remove(MachineFrame& frame);
  void finish(Verdict verdict);
  bool flatten_result();
  void forget();

  // machine_tokens.cc: what tokens do to the frame itself
  void begin(MachineFrame& frame, TokenKind kind);
  void give(MachineFrame& frame, std::int32_t token);
  void give(MachineFrame& frame, std::span<const std::int32_t> value);
  void give_letter(MachineFrame& frame, const StreamRef& stream);

  // machine_streams.cc: what they do to streams
  void perform(MachineFrame& frame);
  void read(MachineFrame& frame);
  void next_item(MachineFrame& frame);
  void rest(MachineFrame& frame);
  void show(MachineFrame& frame);
  void raise(MachineFrame& frame);
  void emit(MachineFrame& frame, std::int32_t token);
  void give_item(MachineFrame& frame, TokenStream& stream, std::size_t at);
  TokenStream& output(MachineFrame& frame);
  bool count_stream_tokens(std::size_t tokens);

  // machine_calls.cc: what calls ask, and what they return
  void write_prompt(MachineFrame& caller, MachineFrame& callee);
  void write_environment(MachineFrame& caller, MachineFrame& callee, std::span<const std::int32_t> list);
  void call(MachineFrame& caller, Writing how);
  void take_place(MachineFrame& frame, MachineFrame& callee);
  StreamRef take_result(MachineFrame& frame);
  void end(MachineFrame& frame);
  void return_from(MachineFrame& frame, StreamRef result);

  // machine_identity.cc: which calls are equal, and what is known about them
  bool identify(MachineFrame& frame);
  bool repeats(MachineFrame& frame) const;
  void note_repeated(MachineFrame& frame);
  bool may_be_saved(MachineFrame& frame) const;
  bool use_memo(MachineFrame& caller, MachineFrame& callee, Writing how);
  bool use_memo_of_calls(MachineFrame& caller, MachineFrame& callee, Writing how);
  void save_memo(MachineFrame& frame, std::span<const std::int32_t> value);
  void calls_returned(MachineFrame& frame, StreamRef& result, bool whole);

  // machine_reports.cc: what observers are told
  StreamView view(StreamRef& stream) const;
  std::optional<CallView> view_of_call(MachineFrame& frame);
  void report_opened(MachineFrame& frame);
  void report_memo_hit(const MachineFrame& caller, MachineFrame& callee, std::span<const std::int32_t> value);
  void report_closed(const MachineFrame& frame, bool complete);

  MachineCore& core_;
  Answer* answer_ = nullptr;
  std::size_t index_ = 0;
  bool remembers_ = false;  // memo
  std::int64_t started_ns_ = 0;
  MachineFrame* first_ = nullptr;  // frames that have not ended, see MachineFrame::before
  std::size_t awake_ = 0;          // those of them that wait for no callee
  std::size_t made_ = 0;           // frames so far
  std::size_t states_ = 0;
  std::size_t stream_tokens_ = 0;
  StreamRef result_;                       // of the first frame
  std::vector<std::int32_t> value_, key_;  // buffers
  MemoTable memo_;

  // Programs.
  std::vector<StreamRef> given_;  // the streams of the question
  ContentNumbers contents_;
  SequenceTable call_keys_;  // what a call is asked: its prompt, streams and environment
  OpenCalls calls_;
  std::vector<StreamRef> remembered_;  // by the number of a call less 1: what it returned
  Flattener flattener_;
  std::array<StreamView, kEnvironment> views_;
  std::size_t shown_ = 0;           // streams that were printed
  std::size_t printed_tokens_ = 0;  // of Answer::printed
};

}  // namespace trm
