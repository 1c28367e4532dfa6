#include "tasks/frame.h"

#include <algorithm>

#include "tasks/digits.h"
#include "tasks/factorial/factorial.h"
#include "tasks/fibonacci/fibonacci.h"
#include "tasks/product/product.h"
#include "tasks/prompt.h"
#include "tasks/vocabulary.h"

namespace trm::tasks {
namespace {

/// Where the values that the machine appended to a recorded frame start and end.
struct Appended {
  std::size_t begin, end;
};

std::vector<Appended> appended_values(std::span<const Token> frame, std::size_t prompt) {
  const auto find_end = [&](std::size_t from) {
    return static_cast<std::size_t>(
        std::find(frame.begin() + static_cast<std::ptrdiff_t>(from), frame.end(), token::end) - frame.begin());
  };
  std::vector<Appended> values;
  std::size_t at = prompt;
  while (at < frame.size() && frame[at] == token::call) {
    const std::size_t call_end = find_end(at);
    if (call_end == frame.size()) break;
    const std::size_t value_end = find_end(call_end + 1);
    if (value_end == frame.size()) break;
    values.push_back({call_end + 1, value_end});
    at = value_end + 1;
  }
  return values;
}

}  // namespace

Result<Frame> write_frame(std::span<const Token> prompt, const Callee& callee) {
  const Result<FramePrompt> parts = read_frame_prompt(prompt);
  if (!parts) return parts.error();
  if (parts->head == token::fact) return factorial::write(prompt, *parts, callee);
  if (parts->head == token::fib) return fibonacci::write(prompt, *parts, callee);
  return product::write(prompt, *parts, callee);
}

Result<std::vector<Token>> true_value(std::span<const Token> prompt) {
  const Result<FramePrompt> parts = read_frame_prompt(prompt);
  if (!parts) return parts.error();
  const std::uint32_t counter = counter_of(parts->arguments[0]);
  const Natural first = Natural::from_tokens(parts->arguments[1]);
  if (parts->head == token::fact) return factorial::solve(counter, first).tokens();
  if (parts->head == token::fib)
    return fibonacci::solve(counter, first, Natural::from_tokens(parts->arguments[2])).tokens();
  return product::solve(counter, first).tokens();
}

Result<std::optional<std::size_t>> first_wrong_token(std::span<const Token> frame) {
  const auto prompt_end = std::find(frame.begin(), frame.end(), token::end);
  const std::span<const Token> prompt = frame.first(static_cast<std::size_t>(prompt_end - frame.begin()));
  if (prompt.size() == frame.size())
    return Error{ErrorCode::bad_input, "", "frame", "has no END after its prompt", "give the whole frame"};

  const std::vector<Appended> appended = appended_values(frame, prompt.size() + 1);
  std::size_t calls = 0;
  std::size_t judged = frame.size();  // tokens after an appended value that is no number cannot be judged
  const Result<Frame> right = write_frame(prompt, [&](std::span<const Token>) -> std::vector<Token> {
    if (calls == appended.size()) return {0};  // the frame made fewer calls: it is wrong before this value
    const Appended& place = appended[calls++];
    const std::span<const Token> value = frame.subspan(place.begin, place.end - place.begin);
    if (is_number(value)) return {value.begin(), value.end()};
    judged = std::min(judged, place.begin);
    return {0};
  });
  if (!right) return right.error();

  const std::size_t common = std::min(judged, right->tokens.size());
  for (std::size_t i = prompt.size() + 1; i < common; ++i)
    if (frame[i] != right->tokens[i]) return std::optional(i);
  if (judged < frame.size())
    return Error{ErrorCode::bad_input, "", "frame", "an appended value is not a number",
                 "judge only frames whose callees returned numbers"};
  if (frame.size() != right->tokens.size()) return std::optional(common);
  return std::optional<std::size_t>();
}

}  // namespace trm::tasks
