#include "engine/machine/machine_question.h"

namespace trm {

void QuestionRun::act(MachineFrame& frame, std::int32_t token) {
  if (++answer_->own_tokens == 1) answer_->first_token_ns = core_.now - started_ns_;
  const bool allowed = frame.allows(token, core_.control, core_.kinds);
  frame.append(token, true);
  if (!allowed) return finish(Verdict::malformed);
  const TokenKind kind = core_.kinds.kind(token);
  if (frame.writing == Writing::ret && kind == TokenKind::end) return end(frame);
  if (frame.text->tokens.size() >= core_.frame_limit) return finish(Verdict::frame_too_long);
  switch (frame.writing) {
    case Writing::ret:
      return;
    case Writing::emit:
      frame.writing = Writing::nothing;
      return emit(frame, token);
    case Writing::call:
    case Writing::spawn:
      if (kind == TokenKind::argument || kind == TokenKind::spawned) ++frame.written_streams;
      if (kind == TokenKind::end) call(frame, frame.writing == Writing::spawn);
      return;
    case Writing::nothing:
      break;
  }
  frame.written_from = frame.text->tokens.size();
  frame.written_streams = 0;
  if (kind == TokenKind::call) frame.writing = Writing::call;
  if (kind == TokenKind::spawn) frame.writing = Writing::spawn;
  if (kind == TokenKind::ret) frame.writing = Writing::ret;
  if (kind == TokenKind::emit) frame.writing = Writing::emit;
  if (kind == TokenKind::read) frame.phase = Phase::reading;
}

/// Appends `value END`.
void QuestionRun::give(MachineFrame& frame, std::span<const std::int32_t> value) {
  for (const std::int32_t token : value) frame.append(token, false);
  frame.append(core_.control.end, false);
  answer_->fed_tokens += value.size() + 1;
  if (frame.text->tokens.size() >= core_.frame_limit) finish(Verdict::frame_too_long);
}

/// Appends the next tokens of all arguments, if they are there and nobody before this frame can take them.
void QuestionRun::read(MachineFrame& frame) {
  for (std::size_t i = 0; i < frame.argument_count; ++i) {
    StreamArgument& argument = frame.arguments[i];
    if (!argument.has_turn()) return;
    std::size_t at = argument.handle->at;
    for (std::size_t j = 0; j < i; ++j) at += frame.arguments[j].handle == argument.handle ? 1 : 0;
    const TokenStream& stream = argument.stream.get();
    if (at >= stream.tokens.size() && !stream.closed) return;
  }
  for (std::size_t i = 0; i < frame.argument_count; ++i) {
    const TokenStream& stream = frame.arguments[i].stream.get();
    std::size_t& at = frame.arguments[i].handle->at;
    frame.append(at < stream.tokens.size() ? stream.tokens[at++] : core_.control.end_of_stream, false);
  }
  answer_->fed_tokens += frame.argument_count;
  frame.phase = Phase::ready;
  if (frame.text->tokens.size() >= core_.frame_limit) finish(Verdict::frame_too_long);
}

/// Counts all that was ever written, not what is held at a time, which would depend on scheduling.
bool QuestionRun::count_stream_tokens(std::size_t tokens) {
  stream_tokens_ += tokens;
  if (stream_tokens_ <= core_.options.max_stream_tokens) return true;
  finish(Verdict::streams_too_long);
  return false;
}

void QuestionRun::emit(MachineFrame& frame, std::int32_t token) {
  if (!frame.output) frame.output = StreamRef::make(core_.streams);
  frame.output.get().tokens.push_back(token);
  count_stream_tokens(1);
}

/// Fills the callee's prompt and arguments from what the caller wrote.
void QuestionRun::write_prompt(MachineFrame& caller, MachineFrame& callee) {
  callee.prompt.clear();
  bool fresh = false;
  const std::span<const std::int32_t> args = caller.written().first(caller.written().size() - 1);
  for (const std::int32_t token : args) {
    const TokenKind kind = core_.kinds.kind(token);
    if (kind == TokenKind::fresh) {
      fresh = true;
      continue;
    }
    if (kind == TokenKind::output && callee.own_output) {
      if (!caller.output) caller.output = StreamRef::make(core_.streams);
      callee.output = caller.output;
      callee.own_output = false;
    }
    if (kind != TokenKind::argument && kind != TokenKind::spawned) {
      callee.prompt.push_back(token);
      continue;
    }
    StreamArgument& argument = callee.arguments[callee.argument_count];
    callee.prompt.push_back(core_.control.arguments[callee.argument_count++]);
    if (kind == TokenKind::spawned || fresh) {
      argument.open(&callee, *caller.find(token, core_.kinds), core_.handles);
    } else {
      argument.share(&callee, caller.arguments[core_.kinds.index(token)]);
    }
    fresh = false;
  }
  callee.hash = hash_tokens(callee.prompt);
  for (std::size_t i = 0; i < callee.argument_count; ++i) {
    for (std::size_t j = i + 1; j < callee.argument_count; ++j) {
      if (callee.arguments[i].handle == callee.arguments[j].handle) callee.one_handle |= 1u << (i + j - 1);
    }
  }
}

void QuestionRun::call(MachineFrame& caller, bool spawned) {
  caller.writing = Writing::nothing;
  MachineFrame& callee = make_frame(&caller);
  write_prompt(caller, callee);
  if (core_.options.memo && use_memo(caller, callee, spawned)) return;
  Verdict verdict = Verdict::answered;
  for (MachineFrame* at = &caller; at != nullptr; at = at->parent) {
    if (at->repeats(callee)) verdict = Verdict::endless_loop;
  }
  if (verdict == Verdict::answered && callee.depth >= core_.options.recursion_limit) verdict = Verdict::recursion_limit;
  if (verdict == Verdict::answered && made_ >= core_.options.max_frames) verdict = Verdict::too_many_frames;
  if (verdict != Verdict::answered) {
    if (verdict == Verdict::endless_loop) answer_->repeated = callee.prompt;
    discard(callee);
    return finish(verdict);
  }
  insert(callee);
  if (spawned) {
    callee.promise = StreamRef::make(core_.streams);
    if (callee.own_output) callee.output = callee.promise;
  }
  // A stream has one writer at a time: a callee that was handed the output is waited for, spawned or not.
  callee.waited_for = !spawned || !callee.own_output;
  if (callee.waited_for) {
    caller.phase = Phase::calling;
    --awake_;
  } else {
    give_name(caller, callee.promise);
  }
}

/// Appends the name of what a SPAWN returned.
void QuestionRun::give_name(MachineFrame& caller, const StreamRef& stream) {
  const std::int32_t name = core_.control.spawned[caller.spawned_count];
  caller.spawned[caller.spawned_count++] = stream;
  give(caller, std::span(&name, 1));
}

/// Answers a call from the memo table instead of running the callee.
bool QuestionRun::use_memo(MachineFrame& caller, MachineFrame& callee, bool spawned) {
  if (!callee.memo_key(key_)) return false;
  const std::optional<MemoTable::Tokens> value = memo_.find(hash_tokens(key_), key_);
  if (!value) return false;
  ++answer_->memo_hits;
  if (core_.observer->memo_hit) core_.observer->memo_hit(index_, caller.id, callee.depth, callee.prompt, *value);
  discard(callee);
  if (!spawned) {
    give(caller, *value);
  } else if (count_stream_tokens(value->size())) {
    StreamRef stream = StreamRef::make(core_.streams);
    stream.get().tokens.assign(value->begin(), value->end());
    stream.get().closed = true;
    give_name(caller, stream);
  }
  return true;
}

void QuestionRun::save_memo(MachineFrame& frame, std::span<const std::int32_t> value) {
  if (!frame.memo_key(key_)) return;
  for (std::size_t i = 0; i < frame.argument_count; ++i) {
    const StreamArgument& argument = frame.arguments[i];
    // What a frame took from its caller's streams, a saved frame would not take.
    if (argument.shared && (!argument.has_turn() || argument.handle->at != argument.start)) return;
  }
  memo_.insert(hash_tokens(key_), key_, value);
}

/// Puts what the frame returns into value_ or, if it is a stream, into the stream that is given back.
StreamRef QuestionRun::take_result(MachineFrame& frame) {
  const std::span<const std::int32_t> written = frame.written().first(frame.written().size() - 1);
  StreamRef result;
  value_.clear();
  if (StreamRef* named = written.size() == 1 ? frame.find(written[0], core_.kinds) : nullptr; named != nullptr) {
    result = *named;
    if (frame.promise) frame.promise.become(result);
    return result;
  }
  if (frame.has_emitted()) {
    result = frame.output;
  } else if (frame.promise || frame.parent == nullptr) {
    result = frame.promise ? frame.promise : StreamRef::make(core_.streams);
    result.get().tokens.assign(written.begin(), written.end());
    stream_tokens_ += written.size();
  } else {
    value_.assign(written.begin(), written.end());
    return result;
  }
  result.get().closed = true;
  return result;
}

void QuestionRun::end(MachineFrame& frame) {
  StreamRef result = take_result(frame);
  const bool whole = !result || result.get().closed;
  if (core_.options.memo && whole) save_memo(frame, result ? result.get().tokens : value_);
  report_closed(frame, true);
  if (frame.parent == nullptr) result_ = result;
  MachineFrame* caller = frame.waited_for ? frame.parent : nullptr;
  const StreamRef promise = frame.promise;
  remove(frame);
  if (!count_stream_tokens(0)) return;
  if (caller == nullptr) {
    if (first_ == nullptr) finish(Verdict::answered);
    return;
  }
  caller->phase = Phase::ready;
  ++awake_;
  if (promise) {
    give_name(*caller, promise);
  } else if (whole) {
    give(*caller, result ? result.get().tokens : value_);
  } else {
    caller->awaited = result;
    caller->phase = Phase::collecting;
  }
}

}  // namespace trm
