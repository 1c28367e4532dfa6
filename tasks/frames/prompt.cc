#include "tasks/frames/prompt.h"

#include <algorithm>
#include <string>

#include "tasks/frames/digits.h"
#include "tasks/frames/function.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks {
namespace {

constexpr std::size_t kCounterDigits = 4;  // max_counter has as many

Error malformed(std::span<const Token> prompt, const std::string& message, const std::string& fix) {
  constexpr std::size_t shown = 40;
  std::string text = to_text(prompt.first(std::min(prompt.size(), shown)));
  if (prompt.size() > shown) text += " ...";
  return Error{ErrorCode::bad_input, "frame prompt \"" + text + "\"", "", message, fix};
}

/// "FIB number , stream , stream"
std::string form_of(const Function& function) {
  std::string out = to_text(std::span(&function.head, 1));
  for (const Argument& argument : function.arguments) {
    constexpr const char* kinds[] = {"number", "digit", "letter", "operation", "relation", "path", "stream", "O"};
    out +=
        (&argument == function.arguments.data() ? " " : " , ") + std::string(kinds[static_cast<std::size_t>(argument)]);
  }
  return out;
}

bool fits(std::span<const Token> tokens, Argument argument, std::size_t streams) {
  const bool one = tokens.size() == 1;
  switch (argument) {
    case Argument::counter:
      return is_number(tokens) && tokens.size() <= kCounterDigits;
    case Argument::digit:
      return one && token::is_digit(tokens[0]);
    case Argument::letter:
      return one && tokens[0] >= token::first_peg && tokens[0] <= token::last_peg;
    case Argument::operation:
      return one && (tokens[0] == token::max || tokens[0] == token::min || tokens[0] == token::sum);
    case Argument::relation:
      return one && (token::is_form(tokens[0]) || tokens[0] == token::parent_of);
    case Argument::path:
      return !tokens.empty() && tokens.size() <= kMaxPathDigits &&
             std::all_of(tokens.begin(), tokens.end(), [](Token t) { return t >= 0 && t <= 2; });
    case Argument::stream:
      return one && tokens[0] == token::x + static_cast<Token>(streams);
    case Argument::output:
      return one && tokens[0] == token::out;
  }
  return false;
}

}  // namespace

Result<FramePrompt> read_frame_prompt(std::span<const Token> prompt) {
  if (prompt.empty()) return malformed(prompt, "is empty", "write a function with its arguments");
  FramePrompt out;
  out.tokens = prompt;
  out.function = find_function(prompt[0]);
  if (out.function == nullptr) {
    return malformed(prompt, "starts with no known function", "write FACT, FIB or another function");
  }
  std::span<const Token> rest = prompt.subspan(1);
  for (;;) {
    const auto comma = std::find(rest.begin(), rest.end(), token::comma);
    const auto length = static_cast<std::size_t>(comma - rest.begin());
    out.arguments.push_back(rest.first(length));
    if (length == rest.size()) break;
    rest = rest.subspan(length + 1);
  }
  const std::span<const Argument> wanted = out.function->arguments;
  const std::string fix = "write " + form_of(*out.function);
  if (out.arguments.size() != wanted.size()) {
    return malformed(
        prompt,
        "has " + std::to_string(out.arguments.size()) + " arguments instead of " + std::to_string(wanted.size()), fix);
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!fits(out.arguments[i], wanted[i], out.streams)) {
      return malformed(prompt, "argument " + std::to_string(i + 1) + " is of another kind", fix);
    }
    if (wanted[i] == Argument::stream) ++out.streams;
  }
  return out;
}

std::uint32_t counter_of(std::span<const Token> digits) {
  std::uint32_t value = 0;
  for (std::size_t i = digits.size(); i-- > 0;) value = value * 10 + static_cast<std::uint32_t>(digits[i]);
  return value;
}

}  // namespace trm::tasks
