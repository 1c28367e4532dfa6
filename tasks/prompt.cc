#include "tasks/prompt.h"

#include <algorithm>
#include <array>
#include <string>

#include "tasks/digits.h"
#include "tasks/vocabulary.h"

namespace trm::tasks {
namespace {

struct Shape {
  Token head;
  std::size_t arguments;
  std::size_t first_digits;  ///< most digits of the first argument: a counter or a single digit
  const char* form;
};

constexpr std::array<Shape, 3> shapes = {
    {{token::fact, 2, 2, "FACT n , c"}, {token::fib, 3, 2, "FIB n , a , b"}, {token::mul, 2, 1, "MUL d , x"}}};

Error malformed(std::span<const Token> prompt, const std::string& message, const char* form) {
  constexpr std::size_t shown = 40;
  std::string text = to_text(prompt.first(std::min(prompt.size(), shown)));
  if (prompt.size() > shown) text += " ...";
  return Error{ErrorCode::bad_input, "frame prompt \"" + text + "\"", "", message, std::string("write ") + form};
}

}  // namespace

Result<FramePrompt> read_frame_prompt(std::span<const Token> prompt) {
  if (prompt.empty()) return malformed(prompt, "is empty", "FACT, FIB or MUL with its arguments");
  const Shape* shape = nullptr;
  for (const Shape& candidate : shapes)
    if (candidate.head == prompt[0]) shape = &candidate;
  if (shape == nullptr)
    return malformed(prompt, "starts with no known function", "FACT, FIB or MUL with its arguments");

  FramePrompt out;
  out.head = prompt[0];
  std::span<const Token> rest = prompt.subspan(1);
  for (;;) {
    std::size_t length = 0;
    while (length < rest.size() && rest[length] != token::comma) ++length;
    out.arguments.push_back(rest.first(length));
    if (length == rest.size()) break;
    rest = rest.subspan(length + 1);
  }
  if (out.arguments.size() != shape->arguments)
    return malformed(
        prompt,
        "has " + std::to_string(out.arguments.size()) + " arguments instead of " + std::to_string(shape->arguments),
        shape->form);
  for (std::size_t i = 0; i < out.arguments.size(); ++i)
    if (!is_number(out.arguments[i]))
      return malformed(prompt, "argument " + std::to_string(i + 1) + " is not a number without leading zeros",
                       shape->form);
  if (out.arguments[0].size() > shape->first_digits)
    return malformed(prompt, "argument 1 has more than " + std::to_string(shape->first_digits) + " digit(s)",
                     shape->form);
  return out;
}

std::uint32_t counter_of(std::span<const Token> digits) {
  std::uint32_t value = 0;
  for (std::size_t i = digits.size(); i-- > 0;) value = value * 10 + static_cast<std::uint32_t>(digits[i]);
  return value;
}

}  // namespace trm::tasks
