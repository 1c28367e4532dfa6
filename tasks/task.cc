#include "tasks/task.h"

#include <algorithm>
#include <array>

#include "engine/base/utf8.h"
#include "tasks/ackermann/ackermann.h"
#include "tasks/digits.h"
#include "tasks/factorial/factorial.h"
#include "tasks/fibonacci/fibonacci.h"
#include "tasks/gcd/gcd.h"
#include "tasks/hanoi/hanoi.h"
#include "tasks/induction/induction.h"
#include "tasks/infinite_loop/infinite_loop.h"
#include "tasks/list_sum/list_sum.h"
#include "tasks/mccarthy91/mccarthy91.h"
#include "tasks/multi_step_qa/multi_step_qa.h"
#include "tasks/mutual/mutual.h"
#include "tasks/nested_expression/nested_expression.h"
#include "tasks/power/power.h"
#include "tasks/recursive_flow/recursive_flow.h"
#include "tasks/tak/tak.h"
#include "tasks/tree_traversal/tree_traversal.h"
#include "tasks/vocabulary.h"
#include "tasks/words.h"

namespace trm::tasks {

std::size_t TaskInfo::cost(std::string_view slice) const {
  for (const SliceCost& entry : costs)
    if (entry.slice == slice) return entry.times;
  return 1;
}

std::span<const Task* const> all_tasks() {
  static const std::array<const Task*, 16> tasks = {&factorial::task(),
                                                    &power::task(),
                                                    &list_sum::task(),
                                                    &gcd::task(),
                                                    &fibonacci::task(),
                                                    &tree_traversal::task(),
                                                    &nested_expression::task(),
                                                    &hanoi::task(),
                                                    &ackermann::task(),
                                                    &mccarthy91::task(),
                                                    &tak::task(),
                                                    &mutual::task(),
                                                    &recursive_flow::task(),
                                                    &infinite_loop::task(),
                                                    &induction::task(),
                                                    &multi_step_qa::task()};
  return tasks;
}

const Task* find_task(std::string_view name) {
  for (const Task* task : all_tasks())
    if (task->name() == name) return task;
  return nullptr;
}

Result<Item> parse_prompt(std::string_view prompt) {
  if (prompt.starts_with(utf8_byte_order_mark)) prompt.remove_prefix(utf8_byte_order_mark.size());
  const Result<std::vector<std::string_view>> words = prompt_words(prompt);
  if (!words) return words.error();
  std::string known;
  for (const Task* task : all_tasks()) {
    for (const std::string_view word : task->info().words) {
      if ((*words)[0] == word) return task->parse(prompt);
      known += (known.empty() ? "" : ", ") + std::string(word);
    }
  }
  return prompt_error(prompt, "first word", in_quotes((*words)[0]) + " is not a known function",
                      "start with one of " + known);
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
