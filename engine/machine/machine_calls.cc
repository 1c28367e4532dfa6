#include <algorithm>

#include "engine/machine/machine_question.h"

namespace trm {

/// Fills the callee's prompt, arguments and environment from what the caller wrote.
void QuestionRun::write_prompt(MachineFrame& caller, MachineFrame& callee) {
  callee.prompt.clear();
  bool fresh = false;
  const std::span<const std::int32_t> args = caller.written().first(caller.written().size() - 1);
  const std::size_t list = caller.listing == Listing::nothing ? args.size() : args.size() - caller.listed - 1;
  for (const std::int32_t token : args.first(list)) {
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
    if (!core_.kinds.names_stream(token)) {
      callee.prompt.push_back(token);
      continue;
    }
    StreamArgument& argument = callee.arguments[callee.argument_count];
    callee.prompt.push_back(core_.control.arguments[callee.argument_count++]);
    if (kind != TokenKind::argument || fresh) {
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
  write_environment(caller, callee, args.last(caller.listing == Listing::nothing ? 0 : caller.listed));
}

void QuestionRun::write_environment(MachineFrame& caller, MachineFrame& callee, std::span<const std::int32_t> list) {
  callee.is_call = caller.listing == Listing::with;
  if (caller.listing == Listing::nothing) {
    callee.environment = caller.environment;
    return;
  }
  callee.environment = EnvironmentRef::make(core_.environments);
  if (caller.listing == Listing::push && caller.environment) {
    for (std::size_t i = 0; i < caller.environment->size; ++i) {
      callee.environment->add(caller.environment->streams[i]);
    }
  }
  for (const std::int32_t name : list) callee.environment->add(*caller.find(name, core_.kinds));
}

void QuestionRun::call(MachineFrame& caller, Writing how) {
  caller.writing = Writing::nothing;
  MachineFrame& callee = make_frame(how == Writing::tail ? caller.parent : &caller);
  write_prompt(caller, callee);
  callee.calls = calls_.hold(caller.calls);
  callee.outer_calls = how == Writing::tail ? caller.outer_calls : caller.calls;
  callee.id = made_;
  if (how == Writing::tail) {
    callee.continues = caller.id;
    callee.output = caller.output;
    callee.own_output = caller.own_output;
  }
  callee.identified = !callee.is_call || identify(callee);
  if (remembers_ && use_memo(caller, callee, how)) return;
  Verdict verdict = Verdict::answered;
  if (callee.identified) {
    for (MachineFrame* at = callee.environment ? nullptr : &caller; at != nullptr; at = at->parent) {
      if (at->repeats(callee)) verdict = Verdict::endless_loop;
    }
    if (repeats(callee)) verdict = Verdict::endless_loop;
    if (verdict == Verdict::answered && callee.depth >= core_.options.recursion_limit) {
      verdict = Verdict::recursion_limit;
    }
  }
  if (verdict == Verdict::answered && made_ >= core_.options.max_frames) verdict = Verdict::too_many_frames;
  if (verdict != Verdict::answered) {
    if (verdict == Verdict::endless_loop) note_repeated(callee);
    discard(callee);
    return finish(verdict);
  }
  insert(callee, &caller);
  if (how == Writing::tail) return take_place(caller, callee);
  callee.spawned = how == Writing::spawn;
  callee.to_the_end = how == Writing::await;
  if (how != Writing::call) {
    callee.promise = StreamRef::make(core_.streams);
    if (callee.own_output) callee.output = callee.promise;
  }
  // A stream has one writer at a time: a callee that was handed the output is waited for, spawned or not.
  callee.waited_for = !callee.spawned || !callee.own_output;
  if (callee.waited_for) {
    caller.phase = Phase::calling;
    --awake_;
  } else {
    give_letter(caller, callee.promise);
  }
}

/// The frame ends, and the callee, which has its output, returns and is waited for in its stead.
void QuestionRun::take_place(MachineFrame& frame, MachineFrame& callee) {
  callee.promise = frame.promise;
  callee.waited_for = frame.waited_for;
  callee.to_the_end = frame.to_the_end;
  report_closed(frame, true);
  remove(frame);
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
  return_from(frame, take_result(frame));
}

/// Ends a frame that returns `result` or, if there is none, value_.
void QuestionRun::return_from(MachineFrame& frame, StreamRef result) {
  const bool whole = !result || result.get().closed;
  if (remembers_ && whole && !frame.environment) save_memo(frame, result ? result.get().tokens : value_);
  report_closed(frame, true);
  calls_returned(frame, result, whole);
  if (frame.parent == nullptr) result_ = result;
  MachineFrame* caller = frame.waited_for ? frame.parent : nullptr;
  const bool to_the_end = frame.to_the_end;
  StreamRef promise = frame.promise;
  remove(frame);
  if (!count_stream_tokens(0)) return;
  if (caller == nullptr) {
    if (first_ == nullptr) finish(Verdict::answered);
    return;
  }
  caller->phase = Phase::ready;
  ++awake_;
  const bool complete = promise ? !to_the_end || promise.get().closed : whole;
  if (!complete) {
    caller->awaited = promise ? promise : result;
    caller->wants_letter = static_cast<bool>(promise);
    caller->phase = Phase::collecting;
  } else if (promise) {
    give_letter(*caller, promise);
  } else {
    give(*caller, result ? std::span<const std::int32_t>(result.get().tokens) : value_);
  }
}

}  // namespace trm
