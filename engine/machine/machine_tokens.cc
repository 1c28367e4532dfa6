#include "engine/machine/machine_question.h"

namespace trm {
namespace {

/// What a frame begins to write with a token of this kind.
MachineFrame::Writing writing_of(TokenKind kind) {
  using Writing = MachineFrame::Writing;
  switch (kind) {
    case TokenKind::call:
      return Writing::call;
    case TokenKind::spawn:
      return Writing::spawn;
    case TokenKind::await:
      return Writing::await;
    case TokenKind::tail:
      return Writing::tail;
    case TokenKind::ret:
      return Writing::ret;
    case TokenKind::raise:
      return Writing::raise;
    case TokenKind::emit:
      return Writing::emit;
    case TokenKind::take:
      return Writing::take;
    case TokenKind::drop:
      return Writing::drop;
    case TokenKind::move:
      return Writing::move;
    case TokenKind::rest:
      return Writing::rest;
    case TokenKind::show:
      return Writing::show;
    default:
      return Writing::nothing;
  }
}

}  // namespace

void QuestionRun::act(MachineFrame& frame, std::int32_t token) {
  if (++answer_->own_tokens == 1) answer_->first_token_ns = core_.now - started_ns_;
  const bool allowed = frame.allows(token, core_.control, core_.kinds);
  frame.append(token, true);
  if (!allowed) return finish(Verdict::malformed);
  const TokenKind kind = core_.kinds.kind(token);
  const bool is_end = kind == TokenKind::end;
  // Nothing comes behind these, so that the frame may be full.
  if (is_end && frame.writing == Writing::ret) return end(frame);
  if (is_end && frame.writing == Writing::tail) return call(frame, Writing::tail);
  if (is_end && frame.writing == Writing::raise) {
    frame.phase = Phase::acting;
    return;
  }
  if (frame.text->tokens.size() >= core_.frame_limit) return finish(Verdict::frame_too_long);
  switch (frame.writing) {
    case Writing::ret:
    case Writing::raise:
      return;
    case Writing::emit:
      frame.writing = Writing::nothing;
      return emit(frame, token);
    case Writing::take:
    case Writing::drop:
    case Writing::move:
    case Writing::rest:
    case Writing::show:
      frame.phase = Phase::acting;
      return;
    case Writing::call:
    case Writing::spawn:
    case Writing::await:
    case Writing::tail:
      if (kind == TokenKind::with) frame.listing = Listing::with;
      if (kind == TokenKind::push) frame.listing = Listing::push;
      if (core_.kinds.names_stream(token)) ++(frame.listing == Listing::nothing ? frame.written_streams : frame.listed);
      if (is_end) call(frame, frame.writing);
      return;
    case Writing::nothing:
      return begin(frame, kind);
  }
}

void QuestionRun::begin(MachineFrame& frame, TokenKind kind) {
  frame.written_from = frame.text->tokens.size();
  frame.written_streams = 0;
  frame.listing = Listing::nothing;
  frame.listed = 0;
  frame.writing = writing_of(kind);
  if (kind == TokenKind::read) frame.phase = Phase::acting;
}

/// Appends `token`.
void QuestionRun::give(MachineFrame& frame, std::int32_t token) {
  frame.append(token, false);
  ++answer_->fed_tokens;
}

/// Appends `value END`.
void QuestionRun::give(MachineFrame& frame, std::span<const std::int32_t> value) {
  for (const std::int32_t token : value) {
    if (token < 0) return finish(Verdict::malformed);  // a part has no name in this frame
    give(frame, token);
  }
  give(frame, core_.control.end);
  if (frame.text->tokens.size() >= core_.frame_limit) finish(Verdict::frame_too_long);
}

/// Gives a stream the next letter of the frame, and appends it and END.
void QuestionRun::give_letter(MachineFrame& frame, const StreamRef& stream) {
  const std::int32_t name = core_.control.letters[frame.letter_count];
  frame.letters[frame.letter_count++] = stream;
  give(frame, std::span(&name, 1));
}

}  // namespace trm
