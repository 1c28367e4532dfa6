#include "engine/machine/machine_question.h"

namespace trm {

/// Does what the frame wrote, unless it has to wait.
void QuestionRun::perform(MachineFrame& frame) {
  switch (frame.writing) {
    case Writing::take:
    case Writing::drop:
    case Writing::move:
      next_item(frame);
      break;
    case Writing::rest:
      rest(frame);
      break;
    case Writing::show:
      show(frame);
      break;
    case Writing::raise:
      raise(frame);
      break;
    default:
      read(frame);
      break;
  }
  if (!active() || frame.phase == Phase::acting) return;
  frame.writing = Writing::nothing;
  if (frame.text->tokens.size() >= core_.frame_limit) finish(Verdict::frame_too_long);
}

/// Appends the next items of all arguments, if they are there and nobody before this frame can take them.
void QuestionRun::read(MachineFrame& frame) {
  for (std::size_t i = 0; i < frame.argument_count; ++i) {
    StreamArgument& argument = frame.arguments[i];
    if (!argument.has_turn()) return;
    std::size_t at = argument.handle->at;
    for (std::size_t j = 0; j < i; ++j) at += frame.arguments[j].handle == argument.handle ? 1 : 0;
    const TokenStream& stream = argument.stream.get();
    if (at >= stream.tokens.size() && !stream.closed) return;
  }
  frame.phase = Phase::ready;
  for (std::size_t i = 0; i < frame.argument_count && active(); ++i) {
    TokenStream& stream = frame.arguments[i].stream.get();
    std::size_t& at = frame.arguments[i].handle->at;
    if (at < stream.tokens.size()) {
      give_item(frame, stream, at++);
    } else {
      give(frame, core_.control.end_of_stream);
    }
  }
}

/// Appends a token, or a letter for a part.
void QuestionRun::give_item(MachineFrame& frame, TokenStream& stream, std::size_t at) {
  const std::int32_t item = stream.tokens[at];
  if (item >= 0) return give(frame, item);
  if (!frame.has_letter(core_.control)) return finish(Verdict::malformed);
  give(frame, core_.control.letters[frame.letter_count]);
  frame.letters[frame.letter_count++] = stream.part(item);
}

/// TAKE, DROP and MOVE: what they do with the next item of the stream that was named.
void QuestionRun::next_item(MachineFrame& frame) {
  const std::int32_t name = frame.text->tokens.back();
  if (!frame.has_turn(name, core_.kinds)) return;
  TokenStream& stream = frame.find(name, core_.kinds)->get();
  std::size_t& place = frame.place(name, core_.kinds);
  if (place >= stream.tokens.size()) {
    if (!stream.closed) return;
    frame.phase = Phase::ready;
    return give(frame, core_.control.end_of_stream);
  }
  frame.phase = Phase::ready;
  const std::size_t at = place++;
  if (frame.writing == Writing::take) return give_item(frame, stream, at);
  if (frame.writing == Writing::move) {
    output(frame).add_item(stream, at);
    if (!count_stream_tokens(1)) return;
  }
  give(frame, core_.control.there);
}

void QuestionRun::rest(MachineFrame& frame) {
  const std::int32_t name = frame.text->tokens.back();
  if (!frame.has_turn(name, core_.kinds)) return;
  TokenStream& stream = frame.find(name, core_.kinds)->get();
  if (!stream.closed) return;
  frame.phase = Phase::ready;
  std::size_t& place = frame.place(name, core_.kinds);
  const std::size_t items = stream.tokens.size() - place;
  if (!count_stream_tokens(items) || items == 0) return;
  TokenStream& out = output(frame);
  for (; place < stream.tokens.size(); ++place) out.add_item(stream, place);
}

/// Prints when all frames before this one have ended, so that the order is that of a run one frame at a time. What the
/// frame can name is then complete.
void QuestionRun::show(MachineFrame& frame) {
  if (&frame != first_) return;
  frame.phase = Phase::ready;
  ++shown_;
  std::vector<std::int32_t>& line = answer_->printed.emplace_back();
  TokenStream& stream = frame.find(frame.text->tokens.back(), core_.kinds)->get();
  // A line counts as its tokens and one more, so that empty lines are bounded too.
  const std::size_t room = core_.options.max_stream_tokens - printed_tokens_;
  if (room == 0 || !flattener_.add(stream, core_.control.end_of_part, room - 1, false, line)) {
    answer_->printed.pop_back();
    return finish(Verdict::streams_too_long);
  }
  printed_tokens_ += line.size() + 1;
}

/// Ends the question, in the same order as show().
void QuestionRun::raise(MachineFrame& frame) {
  if (&frame != first_) return;
  answer_->value.assign(1, frame.written().front());
  report_closed(frame, true);
  remove(frame);
  finish(Verdict::raised);
}

/// Counts all that was ever written, not what is held at a time, which would depend on scheduling.
bool QuestionRun::count_stream_tokens(std::size_t tokens) {
  stream_tokens_ += tokens;
  if (stream_tokens_ <= core_.options.max_stream_tokens) return true;
  finish(Verdict::streams_too_long);
  return false;
}

TokenStream& QuestionRun::output(MachineFrame& frame) {
  if (!frame.output) frame.output = StreamRef::make(core_.streams);
  return frame.output.get();
}

/// A token as it is, a stream as a part.
void QuestionRun::emit(MachineFrame& frame, std::int32_t token) {
  if (const StreamRef* part = frame.find(token, core_.kinds); part != nullptr) {
    output(frame).add_part(*part);
  } else {
    output(frame).tokens.push_back(token);
  }
  count_stream_tokens(1);
}

}  // namespace trm
