#include "tasks/frames/frame_writer.h"

#include <utility>

#include "tasks/frames/vocabulary.h"

namespace trm::tasks {

FrameWriter::FrameWriter(const FramePrompt& prompt, FrameWorld& world) : prompt_(prompt), world_(world) {
  frame_.tokens.reserve(kMaxFrameTokens);
  frame_.own.reserve(kMaxFrameTokens);
  for (const Token token : prompt.tokens) given(token);
  given(token::end);
  frame_.prompt = frame_.tokens.size();
}

void FrameWriter::own(Token token) {
  frame_.tokens.push_back(token);
  frame_.own.push_back(1);
}

void FrameWriter::own(std::span<const Token> tokens) {
  for (const Token token : tokens) own(token);
}

void FrameWriter::given(Token token) {
  frame_.tokens.push_back(token);
  frame_.own.push_back(0);
}

Tokens FrameWriter::call_with(const Tokens& args) {
  own(token::call);
  own(args);
  own(token::end);
  Tokens value = failed() ? Tokens{} : world_.call(args, frame_.tokens.size());
  for (const Token token : value) given(token);
  given(token::end);
  return value;
}

Token FrameWriter::spawn_with(const Tokens& args) {
  own(token::spawn);
  own(args);
  own(token::end);
  if (!failed()) world_.spawn(args, frame_.tokens.size());
  const Token letter = token::first_result + static_cast<Token>(results_++);
  given(letter);
  given(token::end);
  return letter;
}

std::vector<Token> FrameWriter::read_all() {
  own(token::read);
  std::vector<Token> out(prompt_.streams, token::eos);
  for (std::size_t s = 0; s < out.size(); ++s) {
    if (!failed()) out[s] = world_.read(s, frame_.tokens.size());
    given(out[s]);
  }
  return out;
}

void FrameWriter::emit(Token token) {
  own(token::emit);
  own(token);
  if (!failed()) world_.emit(token);
}

void FrameWriter::ret_with(const Tokens& value) {
  own(token::ret);
  own(value);
  own(token::end);
}

bool FrameWriter::check_flag(const Tokens& value) {
  if (value.size() != 1 || (value[0] != token::yes && value[0] != token::no)) {
    fail("\"" + to_text(value) + "\" is neither YES nor NO");
  }
  return !failed() && value[0] == token::yes;
}

void FrameWriter::check_nothing(const Tokens& value) {
  if (!value.empty()) fail("\"" + to_text(value) + "\" where nothing is returned");
}

Digits FrameWriter::check_number(Tokens value) {
  if (!failed() && (!is_number(value) || value.size() > kMaxValueDigits)) {
    fail("\"" + to_text(value) + "\" is not a number of at most " + std::to_string(kMaxValueDigits) + " digits");
  }
  return failed() ? Digits{0} : std::move(value);
}

void FrameWriter::fail(std::string message) {
  if (failed()) return;
  failure_ = std::move(message);
  stuck_at_ = frame_.tokens.size();
}

Result<Frame> FrameWriter::finish() && {
  if (!failed()) return std::move(frame_);
  return Error{ErrorCode::bad_input, "frame of \"" + to_text(prompt_.tokens) + "\"", "", failure_,
               "give what the function can return or read"};
}

}  // namespace trm::tasks
