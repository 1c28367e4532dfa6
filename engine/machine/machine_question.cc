#include "engine/machine/machine_question.h"

#include <algorithm>
#include <utility>

namespace trm {

void QuestionRun::start(std::size_t index, const Question& question, Answer& answer) {
  answer_ = &answer;
  index_ = index;
  remembers_ = core_.options.memo || question.memo;
  started_ns_ = core_.now;
  made_ = 0;
  stream_tokens_ = 0;
  shown_ = 0;
  printed_tokens_ = 0;
  memo_.clear();
  contents_.clear();
  call_keys_.clear();
  MachineFrame& root = make_frame(nullptr);
  root.prompt.assign(question.prompt.begin(), question.prompt.end());
  root.hash = hash_tokens(root.prompt);
  give_streams(question);
  const std::size_t arguments = question.arguments.value_or(given_.size());
  for (std::size_t i = 0; i < arguments; ++i) {
    root.arguments[root.argument_count++].open(&root, given_[i], core_.handles);
  }
  if (question.arguments) {
    root.environment = EnvironmentRef::make(core_.environments);
  } else {
    given_.clear();  // they have no parts, and go when nobody needs them
  }
  insert(root, nullptr);
}

void QuestionRun::give_streams(const Question& question) {
  for (std::size_t i = 0; i < question.streams.size(); ++i) {
    given_.push_back(StreamRef::make(core_.streams));
    TokenStream& stream = given_.back().get();
    stream.closed = true;
    stream.given = i;
  }
  for (std::size_t i = 0; i < question.streams.size(); ++i) {
    TokenStream& stream = given_[i].get();
    for (const std::int32_t item : question.streams[i]) {
      item < 0 ? stream.add_part(given_[static_cast<std::size_t>(-(item + 1))]) : stream.tokens.push_back(item);
    }
  }
}

MachineFrame& QuestionRun::make_frame(MachineFrame* parent) {
  MachineFrame& frame = *core_.frames.take();
  frame.depth = parent != nullptr ? parent->depth + 1 : 0;
  frame.parent = parent;
  frame.continues = kNoFrame;
  frame.children = 0;
  frame.phase = Phase::pending;
  frame.argument_count = 0;
  frame.one_handle = 0;
  frame.letter_count = 0;
  frame.own_output = true;
  frame.wants_letter = false;
  frame.waited_for = false;
  frame.to_the_end = false;
  frame.spawned = false;
  frame.is_call = false;
  frame.identified = true;
  frame.calls = frame.outer_calls = OpenCalls::kNone;
  frame.fed = 0;
  frame.writing = Writing::nothing;
  return frame;
}

/// Puts the frame before another one in the order of frames.
void QuestionRun::insert(MachineFrame& frame, MachineFrame* before) {
  frame.id = made_++;
  frame.after = before;
  frame.before = before != nullptr ? before->before : nullptr;
  (frame.before != nullptr ? frame.before->after : first_) = &frame;
  if (before != nullptr) before->before = &frame;
  if (frame.parent != nullptr) ++frame.parent->children;
  ++awake_;
}

bool QuestionRun::may_open(const MachineFrame& frame) const {
  // The first frame always may: it never waits for one that stands behind it, so the question always gets on. The open
  // frames that were first when they were opened are one stack; memory grows beyond it by those opened ahead alone.
  const std::size_t limit = std::min(core_.options.concurrency * core_.deepest, core_.states_to_spare(core_.active));
  return &frame == first_ || (core_.ahead < limit && !core_.memory_full);
}

/// There is no state for a frame. One that was to run ahead waits for its turn.
Status QuestionRun::refuse(const MachineFrame& frame, const Error& error) {
  if (error.code != ErrorCode::io) return error;
  core_.memory_full = true;
  if (&frame != first_) return {};
  answer_->out_of_memory = true;
  finish(Verdict::recursion_limit);
  return {};
}

Status QuestionRun::open(MachineFrame& frame) {
  Result<StateId> state = core_.stepper->acquire();
  if (!state.ok()) return refuse(frame, state.error());
  answer_->peak_states = std::max(answer_->peak_states, ++states_);
  frame.ahead = &frame != first_;
  if (frame.ahead) ++core_.ahead;
  frame.state = *state;
  frame.text = core_.texts.take();
  frame.text->tokens.assign(frame.prompt.begin(), frame.prompt.end());
  frame.text->tokens.push_back(core_.control.end);
  frame.text->own.assign(frame.text->tokens.size(), 0);
  frame.text->letter_places.fill(0);
  frame.text->environment_places.fill(0);
  frame.shown_before = shown_;
  frame.opened_ns = core_.now;
  frame.phase = Phase::ready;
  ++answer_->frames;
  if (frame.spawned) ++answer_->spawned;
  answer_->fed_tokens += frame.text->tokens.size();
  answer_->max_depth = std::max(answer_->max_depth, frame.depth + 1);
  core_.deepest = std::max(core_.deepest, frame.depth + 1);
  if (core_.observer->opened) report_opened(frame);
  if (frame.text->tokens.size() >= core_.frame_limit) finish(Verdict::frame_too_long);
  return {};
}

/// A frame that has not started. A call starts only when its streams are complete, so that it is known whether an equal
/// one is open; with concurrency 1 they always are.
Status QuestionRun::start_frame(MachineFrame& frame) {
  if (!frame.identified) {
    if (!identify(frame)) return {};
    if (repeats(frame)) {
      note_repeated(frame);
      finish(Verdict::endless_loop);
      return {};
    }
    if (frame.depth >= core_.options.recursion_limit) {
      finish(Verdict::recursion_limit);
      return {};
    }
  }
  return may_open(frame) ? open(frame) : Status();
}

Status QuestionRun::wake(MachineFrame& frame) {
  if (frame.phase == Phase::pending) return start_frame(frame);
  if (frame.phase == Phase::acting) perform(frame);
  if (active() && frame.phase == Phase::collecting && frame.awaited.get().closed) {
    frame.phase = Phase::ready;
    StreamRef result = std::move(frame.awaited);
    if (frame.wants_letter) {
      give_letter(frame, result);
    } else {
      give(frame, result.get().tokens);
    }
  }
  return {};
}

Status QuestionRun::select(std::vector<Turn>& turns) {
  if (core_.options.max_elapsed_ns > 0 && core_.now - started_ns_ >= core_.options.max_elapsed_ns) {
    finish(Verdict::out_of_time);
    return {};
  }
  const std::size_t before = turns.size();
  std::size_t seen = 0;
  for (MachineFrame* frame = first_; frame != nullptr && seen < awake_; frame = frame->after) {
    if (turns.size() == core_.options.concurrency) return {};
    if (frame->phase == Phase::calling) continue;
    ++seen;
    if (Status s = wake(*frame); !s.ok()) return s;
    if (!active()) {
      turns.resize(before);
      return {};
    }
    if (frame->phase != Phase::ready) continue;
    turns.push_back({this, frame});
    // Side by side frames would do the same work twice, since none finds the value of one that has not ended.
    if (remembers_) return {};
  }
  if (turns.size() == before) finish(Verdict::deadlock);
  return {};
}

/// Gives back what only a frame that has not ended needs.
void QuestionRun::leave(MachineFrame& frame) {
  if (frame.text != nullptr) {
    core_.stepper->release(frame.state);
    --states_;
    if (frame.ahead) --core_.ahead;
    core_.texts.give(frame.text);
    frame.text = nullptr;
  }
  for (std::size_t i = 0; i < frame.argument_count; ++i) frame.arguments[i].leave(core_.handles);
  for (std::size_t i = 0; i < frame.letter_count; ++i) frame.letters[i].reset();
  frame.environment.reset();
  frame.output.reset();
  frame.promise.reset();
  frame.awaited.reset();
  calls_.drop(std::exchange(frame.calls, OpenCalls::kNone));
}

/// A frame that was never inserted.
void QuestionRun::discard(MachineFrame& frame) {
  leave(frame);
  for (std::size_t i = 0; i < frame.argument_count; ++i) frame.arguments[i].stream.reset();
  core_.frames.give(&frame);
}

/// Takes a frame off the list. Its prompt and streams stay while frames that it made live: they are ancestors still.
void QuestionRun::remove(MachineFrame& frame) {
  leave(frame);
  if (frame.phase != Phase::calling) --awake_;
  frame.phase = Phase::ended;
  (frame.before != nullptr ? frame.before->after : first_) = frame.after;
  if (frame.after != nullptr) frame.after->before = frame.before;
  MachineFrame* at = &frame;
  while (at != nullptr && at->phase == Phase::ended && at->children == 0) {
    MachineFrame* parent = at->parent;
    for (std::size_t i = 0; i < at->argument_count; ++i) at->arguments[i].stream.reset();
    core_.frames.give(at);
    if (parent != nullptr) --parent->children;
    at = parent;
  }
}

/// What the first frame returned becomes the value of the answer. False: it is too long.
bool QuestionRun::flatten_result() {
  TokenStream& result = result_.get();
  if (result.parts.empty()) {
    answer_->value.assign(result.tokens.begin(), result.tokens.end());
    return true;
  }
  const std::size_t room = core_.options.max_stream_tokens - printed_tokens_;
  if (flattener_.add(result, core_.control.end_of_part, room, false, answer_->value)) return true;
  answer_->value.clear();
  return false;
}

void QuestionRun::finish(Verdict verdict) {
  while (first_ != nullptr) {
    if (first_->text != nullptr) report_closed(*first_, false);
    remove(*first_);
  }
  if (verdict == Verdict::answered && !flatten_result()) verdict = Verdict::streams_too_long;
  forget();
  answer_->verdict = verdict;
  answer_->elapsed_ns = core_.now - started_ns_;
  if (core_.observer->answered) core_.observer->answered(index_);
}

/// Lets go of all streams.
void QuestionRun::forget() {
  result_.reset();
  remembered_.clear();
  for (StreamRef& stream : given_) stream.get().parts.clear();  // they may hold each other
  given_.clear();
}

void QuestionRun::drop() {
  while (first_ != nullptr) remove(*first_);
  forget();
}

}  // namespace trm
