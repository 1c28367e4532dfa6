#include "tasks/task/task.h"

#include <utility>

#include "tasks/base/words.h"
#include "tasks/frames/digits.h"
#include "tasks/frames/function.h"
#include "tasks/frames/prompt.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks {

std::size_t TaskInfo::cost(std::string_view slice) const {
  for (const SliceCost& entry : costs)
    if (entry.slice == slice) return entry.times;
  return 1;
}

Status Task::admit(const Item& item) const {
  const Question question = encode(item);
  const Result<FramePrompt> first = read_frame_prompt(question.prompt);
  if (!first.ok()) return first.error();
  const std::optional<Untrained> found = untrained_argument(*first);
  if (!found) return {};
  return out_of_range(item.prompt, field_of(found->range), std::to_string(found->value));
}

Result<std::string> Task::decode(const Item&, std::span<const Token> value) const {
  return decode_number(value);
}

Result<std::string> Task::decode_loop(const Item&, std::span<const Token> repeated) const {
  return Error{ErrorCode::bad_input, "", "answer", "endless loop: \"" + to_text(repeated) + "\" calls itself again",
               "use a model that was trained for this task"};
}

Result<std::string> decode_number(std::span<const Token> tokens) {
  const auto error = [](std::string message) {
    return Error{ErrorCode::bad_input, "", "number", std::move(message),
                 "give digits, least significant first, without leading zeros"};
  };
  if (tokens.empty()) return error("is empty");
  std::string text;
  for (std::size_t i = tokens.size(); i-- > 0;) {
    if (!token::is_digit(tokens[i])) {
      return error("token " + std::to_string(tokens[i]) + " (" + to_text(tokens.subspan(i, 1)) + ") at position " +
                   std::to_string(i) + " is not a digit");
    }
    text += static_cast<char>('0' + tokens[i]);
  }
  if (!is_number(tokens)) return error("\"" + text + "\" has a leading zero");
  return text;
}

}  // namespace trm::tasks
