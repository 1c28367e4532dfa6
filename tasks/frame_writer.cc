#include "tasks/frame_writer.h"

#include <utility>

#include "tasks/vocabulary.h"

namespace trm::tasks {

FrameWriter::FrameWriter(std::span<const Token> prompt, const Callee& callee) : callee_(callee) {
  frame_.tokens.reserve(max_frame_tokens);
  frame_.own.reserve(max_frame_tokens);
  given(prompt);
  frame_.prompt = frame_.tokens.size();
}

void FrameWriter::own(Token token) {
  frame_.tokens.push_back(token);
  frame_.own.push_back(1);
}

void FrameWriter::own(std::span<const Token> tokens) {
  for (const Token token : tokens) own(token);
}

void FrameWriter::given(std::span<const Token> tokens) {
  frame_.tokens.insert(frame_.tokens.end(), tokens.begin(), tokens.end());
  frame_.tokens.push_back(token::end);
  frame_.own.resize(frame_.tokens.size(), 0);
}

Result<Digits> FrameWriter::call(Token head, std::initializer_list<std::span<const Token>> arguments) {
  own(token::call);
  const std::size_t start = frame_.tokens.size();
  own(head);
  bool first = true;
  for (const std::span<const Token> argument : arguments) {
    if (!first) own(token::comma);
    first = false;
    own(argument);
  }
  Digits value = callee_(std::span(frame_.tokens).subspan(start));
  own(token::end);
  if (!is_number(value)) {
    return Error{ErrorCode::bad_input, "", "value of a call", "\"" + to_text(value) + "\" is not a number",
                 "return digits, least significant first, without leading zeros"};
  }
  given(value);
  return value;
}

Frame FrameWriter::ret(std::span<const Token> value) {
  own(token::ret);
  own(value);
  own(token::end);
  return std::move(frame_);
}

}  // namespace trm::tasks
