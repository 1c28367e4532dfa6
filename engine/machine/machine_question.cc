#include "engine/machine/machine_question.h"

#include <algorithm>

namespace trm {

void QuestionRun::start(std::size_t index, const Question& question, Answer& answer) {
  answer_ = &answer;
  index_ = index;
  started_ns_ = core_.now;
  made_ = 0;
  stream_tokens_ = 0;
  memo_.clear();
  MachineFrame& root = make_frame(nullptr);
  root.prompt.assign(question.prompt.begin(), question.prompt.end());
  root.hash = hash_tokens(root.prompt);
  for (const std::vector<std::int32_t>& tokens : question.streams) {
    StreamRef stream = StreamRef::make(core_.streams);
    stream.get().tokens.assign(tokens.begin(), tokens.end());
    stream.get().closed = true;
    root.arguments[root.argument_count++].open(&root, stream, core_.handles);
  }
  insert(root);
}

MachineFrame& QuestionRun::make_frame(MachineFrame* parent) {
  MachineFrame& frame = *core_.frames.take();
  frame.depth = parent != nullptr ? parent->depth + 1 : 0;
  frame.parent = parent;
  frame.children = 0;
  frame.phase = Phase::pending;
  frame.argument_count = 0;
  frame.one_handle = 0;
  frame.spawned_count = 0;
  frame.own_output = true;
  frame.waited_for = false;
  frame.fed = 0;
  frame.writing = Writing::nothing;
  return frame;
}

void QuestionRun::insert(MachineFrame& frame) {
  frame.id = made_++;
  frame.after = frame.parent;
  frame.before = frame.parent != nullptr ? frame.parent->before : nullptr;
  (frame.before != nullptr ? frame.before->after : first_) = &frame;
  if (frame.parent != nullptr) {
    frame.parent->before = &frame;
    ++frame.parent->children;
  }
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
  frame.opened_ns = core_.now;
  frame.phase = Phase::ready;
  ++answer_->frames;
  if (frame.promise) ++answer_->spawned;
  answer_->fed_tokens += frame.text->tokens.size();
  answer_->max_depth = std::max(answer_->max_depth, frame.depth + 1);
  core_.deepest = std::max(core_.deepest, frame.depth + 1);
  if (core_.observer->opened) {
    const std::size_t parent = frame.parent != nullptr ? frame.parent->id : kNoFrame;
    core_.observer->opened(index_, frame.id, parent, frame.depth, frame.prompt);
  }
  if (frame.text->tokens.size() >= core_.frame_limit) finish(Verdict::frame_too_long);
  return {};
}

Status QuestionRun::wake(MachineFrame& frame) {
  if (frame.phase == Phase::pending && may_open(frame)) return open(frame);
  if (frame.phase == Phase::reading) read(frame);
  if (frame.phase == Phase::collecting && frame.awaited.get().closed) {
    frame.phase = Phase::ready;
    const StreamRef result = std::move(frame.awaited);
    give(frame, StreamRef(result).get().tokens);
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
    if (core_.options.memo) return {};
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
  for (std::size_t i = 0; i < frame.spawned_count; ++i) frame.spawned[i].reset();
  frame.output.reset();
  frame.promise.reset();
  frame.awaited.reset();
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

void QuestionRun::report_closed(const MachineFrame& frame, bool complete) {
  if (!core_.observer->closed) return;
  FrameRecord record;
  record.question = index_;
  record.id = frame.id;
  if (frame.parent != nullptr) record.parent = frame.parent->id;
  record.depth = frame.depth;
  record.tokens = frame.text->tokens;
  record.own = frame.text->own;
  record.prompt = frame.prompt.size() + 1;
  record.complete = complete;
  record.elapsed_ns = core_.now - frame.opened_ns;
  core_.observer->closed(record);
}

void QuestionRun::finish(Verdict verdict) {
  while (first_ != nullptr) {
    if (first_->text != nullptr) report_closed(*first_, false);
    remove(*first_);
  }
  if (verdict == Verdict::answered) {
    const std::vector<std::int32_t>& value = result_.get().tokens;
    answer_->value.assign(value.begin(), value.end());
  }
  result_.reset();
  answer_->verdict = verdict;
  answer_->elapsed_ns = core_.now - started_ns_;
  if (core_.observer->answered) core_.observer->answered(index_);
}

void QuestionRun::drop() {
  while (first_ != nullptr) remove(*first_);
  result_.reset();
}

}  // namespace trm
