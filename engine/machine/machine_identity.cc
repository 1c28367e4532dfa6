#include "engine/machine/machine_question.h"

namespace trm {

/// Finds out what a call is asked: equal calls get equal numbers. False: a stream of it grows, or a frame before it may
/// still move a place that it was handed. The call is then asked again when that may have changed.
bool QuestionRun::identify(MachineFrame& frame) {
  if (frame.awaited && !frame.awaited.get().closed) return false;
  frame.awaited.reset();
  key_.assign(frame.prompt.begin(), frame.prompt.end());
  key_.push_back(-1 - frame.one_handle);
  for (std::size_t i = 0; i < frame.argument_count; ++i) {
    StreamArgument& argument = frame.arguments[i];
    if (!argument.has_turn()) return false;
    argument.start = argument.handle->at;
    argument.exact = true;
    const std::uint32_t content = contents_.number(argument.stream, frame.awaited);
    if (content == 0) return false;
    key_.push_back(static_cast<std::int32_t>(content));
    key_.push_back(static_cast<std::int32_t>(argument.start));
  }
  for (std::size_t i = 0; i < frame.environment->size; ++i) {
    const std::uint32_t content = contents_.number(frame.environment->streams[i], frame.awaited);
    if (content == 0) return false;
    key_.push_back(static_cast<std::int32_t>(content));
  }
  frame.calls = calls_.open({.frame = frame.id,
                             .shown = shown_,
                             .number = static_cast<std::uint32_t>(call_keys_.number(hash_tokens(key_), key_)),
                             .outer = frame.calls,
                             .may_be_saved = may_be_saved(frame)});
  frame.identified = true;
  return true;
}

/// An equal call has not returned.
bool QuestionRun::repeats(MachineFrame& frame) const {
  return frame.is_call && calls_.repeats(frame.calls);
}

void QuestionRun::note_repeated(MachineFrame& frame) {
  answer_->repeated = frame.prompt;
  if (!frame.is_call) return;
  if (frame.argument_count > 0) answer_->repeated_stream = frame.arguments[0].stream.get().given;
  for (std::size_t i = 0; i < frame.environment->size; ++i) {
    std::vector<std::int32_t>& value = answer_->repeated_environment.emplace_back();
    flattener_.add(frame.environment->streams[i].get(), core_.control.end_of_part, core_.options.max_stream_tokens,
                   false, value);
  }
}

/// Only what a call returns is saved, not what it takes from its caller's streams or writes to its caller's output.
bool QuestionRun::may_be_saved(MachineFrame& frame) const {
  if (!frame.own_output || frame.has_emitted()) return false;
  for (std::size_t i = 0; i < frame.argument_count; ++i) {
    if (frame.arguments[i].shared) return false;
  }
  return true;
}

/// Answers a call from the memo table instead of running the callee.
bool QuestionRun::use_memo(MachineFrame& caller, MachineFrame& callee, Writing how) {
  if (callee.environment) return use_memo_of_calls(caller, callee, how);
  if (!callee.memo_key(key_)) return false;
  const std::optional<MemoTable::Tokens> value = memo_.find(hash_tokens(key_), key_);
  if (!value) return false;
  ++answer_->memo_hits;
  if (core_.observer->memo_hit) report_memo_hit(caller, callee, *value);
  discard(callee);
  if (how == Writing::call) {
    give(caller, *value);
  } else if (count_stream_tokens(value->size())) {
    StreamRef stream = StreamRef::make(core_.streams);
    stream.get().tokens.assign(value->begin(), value->end());
    stream.get().closed = true;
    give_letter(caller, stream);
  }
  return true;
}

bool QuestionRun::use_memo_of_calls(MachineFrame& caller, MachineFrame& callee, Writing how) {
  if (!callee.is_call || !callee.identified || !calls_.at(callee.calls).may_be_saved) return false;
  const std::uint32_t number = calls_.at(callee.calls).number;
  if (number >= remembered_.size() || !remembered_[number]) return false;
  StreamRef value = remembered_[number];
  ++answer_->memo_hits;
  if (core_.observer->memo_hit) {
    value_.clear();
    flattener_.add(value.get(), core_.control.end_of_part, core_.options.max_stream_tokens, false, value_);
    report_memo_hit(caller, callee, value_);
  }
  discard(callee);
  if (how == Writing::call) {
    give(caller, value.get().tokens);
  } else if (how == Writing::tail) {
    if (caller.promise) caller.promise.become(value);
    return_from(caller, value);
  } else {
    give_letter(caller, value);
  }
  return true;
}

void QuestionRun::save_memo(MachineFrame& frame, std::span<const std::int32_t> value) {
  if (frame.shown_before != shown_ || !frame.memo_key(key_)) return;
  for (std::size_t i = 0; i < frame.argument_count; ++i) {
    const StreamArgument& argument = frame.arguments[i];
    // What a frame took from its caller's streams, a saved frame would not take.
    if (argument.shared && (!argument.has_turn() || argument.handle->at != argument.start)) return;
  }
  memo_.insert(hash_tokens(key_), key_, value);
}

/// The frame, which ends, returns for all calls that ended with TAIL on the way to it.
void QuestionRun::calls_returned(MachineFrame& frame, StreamRef& result, bool whole) {
  if (frame.calls == frame.outer_calls) return;
  const bool save = remembers_ && whole;
  if (!save && !core_.observer->returned) return;
  if (!result) {
    result = StreamRef::make(core_.streams);
    result.get().tokens.assign(value_.begin(), value_.end());
    result.get().closed = true;
  }
  for (OpenCalls::Id id = frame.calls; id != frame.outer_calls; id = calls_.at(id).outer) {
    const OpenCalls::Call& call = calls_.at(id);
    // What it printed, a saved call would not print again.
    if (save && call.may_be_saved && call.shown == shown_) {
      if (call.number >= remembered_.size()) remembered_.resize(call_keys_.size());
      remembered_[call.number] = result;
    }
    if (core_.observer->returned) core_.observer->returned({index_, call.frame, view(result)});
  }
}

}  // namespace trm
