#include "tasks/interpreter/writer.h"

namespace trm::tasks::interpreter {

Writer::Writer(std::span<const Token> prompt, World& world) : prompt_(prompt), world_(world) {
  frame_.tokens.reserve(kMaxFrameTokens);
  frame_.own.reserve(kMaxFrameTokens);
  for (const Token token : prompt) {
    given(token);
    streams_ += token::is_argument(token) ? 1 : 0;
  }
  given(token::end);
  frame_.prompt = frame_.tokens.size();
}

void Writer::own(Token token) {
  frame_.tokens.push_back(token);
  frame_.own.push_back(1);
}

void Writer::own(std::span<const Token> tokens) {
  for (const Token token : tokens) own(token);
}

void Writer::given(Token token) {
  frame_.tokens.push_back(token);
  frame_.own.push_back(0);
}

/// The next letter.
Token Writer::name_next() {
  if (letters_ == kLetters) {
    fail("a frame names more than " + std::to_string(kLetters) + " streams");
    return token::last_letter;
  }
  return token::first_letter + static_cast<Token>(letters_++);
}

Token Writer::give_item(Token item) {
  const Token shown = item == kPart ? name_next() : item;
  given(shown);
  return shown;
}

Tokens Writer::call_with(const Tokens& args) {
  own(token::call);
  own(args);
  own(token::end);
  Tokens value = failed() ? Tokens{} : world_.call(args, frame_.tokens.size());
  for (const Token token : value) given(token);
  given(token::end);
  return value;
}

Token Writer::open_with(Token how, const Tokens& args) {
  own(how);
  own(args);
  own(token::end);
  if (!failed()) world_.open(args, frame_.tokens.size());
  const Token letter = name_next();
  given(letter);
  given(token::end);
  return letter;
}

std::vector<Token> Writer::read_all() {
  own(token::read);
  std::vector<Token> out(streams_ == 0 ? 1 : streams_, token::eos);
  if (streams_ == 0) fail("a frame without streams reads");
  for (std::size_t s = 0; s < streams_; ++s) {
    const Token name = token::x + static_cast<Token>(s);
    out[s] = give_item(failed() ? token::eos : world_.take(name, frame_.tokens.size()));
  }
  return out;
}

Token Writer::take(Token name) {
  own(token::take);
  own(name);
  return give_item(failed() ? token::eos : world_.take(name, frame_.tokens.size()));
}

bool Writer::drop(Token name) {
  own(token::drop);
  own(name);
  const bool there = !failed() && world_.drop(name, frame_.tokens.size());
  given(there ? token::item : token::eos);
  return there;
}

bool Writer::move(Token name) {
  own(token::move);
  own(name);
  const bool there = !failed() && world_.move(name, frame_.tokens.size());
  given(there ? token::item : token::eos);
  return there;
}

void Writer::rest(Token name) {
  own(token::rest);
  own(name);
  if (!failed()) world_.rest(name);
}

void Writer::emit(Token token) {
  own(token::emit);
  own(token);
  if (!failed()) world_.emit(token);
}

void Writer::show(Token name) {
  own(token::show);
  own(name);
  if (!failed()) world_.show(name);
}

void Writer::finish_with(Token how, Ending ending, Tokens words) {
  own(how);
  own(words);
  own(token::end);
  ending_ = ending;
  last_ = std::move(words);
}

bool Writer::check_flag(const Tokens& value) {
  if (value.size() != 1 || !token::is_truth(value[0])) fail("\"" + to_text(value) + "\" is neither YES nor NO");
  return !failed() && value[0] == token::yes;
}

void Writer::check_nothing(const Tokens& value) {
  if (!value.empty()) fail("\"" + to_text(value) + "\" where nothing is returned");
}

void Writer::fail(std::string message) {
  if (failed()) return;
  failure_ = std::move(message);
  stuck_at_ = frame_.tokens.size();
}

Result<Frame> Writer::finish() && {
  if (!failed()) return std::move(frame_);
  return Error{ErrorCode::bad_input, "frame of \"" + to_text(prompt_) + "\"", "", failure_,
               "give what the function can return or read"};
}

}  // namespace trm::tasks::interpreter
