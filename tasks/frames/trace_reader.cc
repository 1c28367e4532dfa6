#include "tasks/frames/trace_reader.h"

#include <algorithm>
#include <utility>

#include "tasks/frames/vocabulary.h"

namespace trm::tasks {
namespace {

/// Tokens that begin or end a part of a frame; none of them stands inside a part.
bool is_control(Token token) {
  return (token >= token::call && token <= token::fresh) || token < 0;
}

}  // namespace

TraceReader::TraceReader(const Question& question, TraceEvents events) : events_(std::move(events)) {
  open(FrameStreams(question));
}

TraceReader::State TraceReader::next(Token token) {
  OpenFrame& frame = open_.back();
  const bool by_machine = frame.part == Part::given || frame.part == Part::value;
  frame.frame.tokens.push_back(token);
  frame.frame.own.push_back(by_machine ? 0 : 1);
  switch (frame.part) {
    case Part::body:
      return state_ = body(frame, token);
    case Part::call:
    case Part::spawn:
      return state_ = arguments(frame, token);
    case Part::given:
    case Part::value:
      return state_ = given(frame, token);
    case Part::emitted:
      if (!token::is_data(token)) return state_ = State::malformed;
      frame.streams.emit(token);
      frame.part = Part::body;
      return state_;
    case Part::returned:
      return state_ = returned(frame, token);
  }
  return state_;
}

TraceReader::State TraceReader::body(OpenFrame& frame, Token token) {
  frame.begin = frame.frame.tokens.size();
  if (token < 0) return State::malformed;
  if (token == token::end) return repeat(frame);
  if (token == token::call) frame.part = Part::call;
  if (token == token::spawn) frame.part = Part::spawn;
  if (token == token::ret) frame.part = Part::returned;
  if (token == token::emit) frame.part = Part::emitted;
  if (token == token::read) {
    frame.unread = frame.streams.arguments();
    if (frame.unread > 0) frame.part = Part::given;
  }
  return State::open;
}

/// END where the body of a callee begins.
TraceReader::State TraceReader::repeat(OpenFrame& frame) {
  if (open_.size() == 1 || frame.frame.tokens.size() != frame.frame.prompt + 1) return State::malformed;
  repeated_ = frame.streams.prompt();
  return State::complete;
}

TraceReader::State TraceReader::arguments(OpenFrame& frame, Token token) {
  if (token != token::end) return is_control(token) && token != token::fresh ? State::malformed : State::open;
  const auto all = std::span<const Token>(frame.frame.tokens);
  std::optional<FrameStreams> callee = frame.streams.callee(all.subspan(frame.begin, all.size() - 1 - frame.begin));
  if (!callee) return State::malformed;
  open(*std::move(callee));
  return State::open;
}

TraceReader::State TraceReader::given(OpenFrame& frame, Token token) {
  if (frame.part == Part::value && token == token::end) {
    frame.part = Part::body;
    return State::open;
  }
  if (is_control(token)) return State::malformed;
  if (frame.part == Part::given && --frame.unread == 0) frame.part = Part::body;
  return State::open;
}

TraceReader::State TraceReader::returned(OpenFrame& frame, Token token) {
  if (token != token::end) return is_control(token) ? State::malformed : State::open;
  const auto all = std::span<const Token>(frame.frame.tokens);
  const auto value = all.subspan(frame.begin, all.size() - 1 - frame.begin);
  const bool first = open_.size() == 1;
  const FrameStreams::Stream stream = first ? frame.streams.answer(value) : frame.streams.returned(value);
  if (!stream) return State::malformed;
  close(true);
  if (first) {
    value_ = *stream;
    return State::complete;
  }
  OpenFrame& caller = open_.back();
  if (caller.part == Part::spawn) caller.streams.add_spawned(stream);
  caller.part = Part::value;
  return State::open;
}

void TraceReader::open(FrameStreams streams) {
  ++frames_;
  if (events_.opened) events_.opened(open_.size(), streams.prompt());
  Frame frame;
  frame.tokens = streams.prompt();
  frame.tokens.push_back(token::end);
  frame.prompt = frame.tokens.size();
  frame.own.assign(frame.prompt, 0);
  open_.push_back({std::move(streams), std::move(frame)});
  max_depth_ = std::max(max_depth_, open_.size());
}

void TraceReader::close(bool complete) {
  if (events_.closed) events_.closed(open_.size() - 1, open_.back().frame, complete);
  open_.pop_back();
}

void TraceReader::close_all() {
  while (!open_.empty()) close(false);
}

}  // namespace trm::tasks
