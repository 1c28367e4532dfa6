#include "tasks/registry.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "engine/base/utf8.h"
#include "tasks/base/words.h"
#include "tasks/frames/arithmetic/functions.h"
#include "tasks/frames/function.h"
#include "tasks/recursion/ackermann/ackermann.h"
#include "tasks/recursion/factorial/factorial.h"
#include "tasks/recursion/fibonacci/fibonacci.h"
#include "tasks/recursion/gcd/gcd.h"
#include "tasks/recursion/hanoi/hanoi.h"
#include "tasks/recursion/induction/functions.h"
#include "tasks/recursion/induction/induction.h"
#include "tasks/recursion/infinite_loop/infinite_loop.h"
#include "tasks/recursion/list_sum/list_sum.h"
#include "tasks/recursion/mccarthy91/mccarthy91.h"
#include "tasks/recursion/multi_step_qa/multi_step_qa.h"
#include "tasks/recursion/mutual/mutual.h"
#include "tasks/recursion/nested_expression/nested_expression.h"
#include "tasks/recursion/power/power.h"
#include "tasks/recursion/program/functions.h"
#include "tasks/recursion/recursive_flow/recursive_flow.h"
#include "tasks/recursion/tak/tak.h"
#include "tasks/recursion/tree_traversal/tree_traversal.h"

namespace trm::tasks {

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
  if (prompt.starts_with(kByteOrderMark)) prompt.remove_prefix(kByteOrderMark.size());
  const Result<std::vector<std::string_view>> words = prompt_words(prompt);
  if (!words) return words.error();
  std::string known;
  for (const Task* task : all_tasks()) {
    for (const std::string_view word : task->info().words) {
      if ((*words)[0] == word) {
        Result<Item> item = task->parse(prompt);
        if (!item.ok()) return item;
        if (const Status admitted = task->admit(*item); !admitted.ok()) return admitted.error();
        return item;
      }
      known += (known.empty() ? "" : ", ") + std::string(word);
    }
  }
  return prompt_error(prompt, "first word", in_quotes((*words)[0]) + " is not a known function",
                      "start with one of " + known);
}

std::span<const Function* const> all_functions() {
  static const std::array functions = {
      &factorial::kFunction,
      &arithmetic::kMultiply,
      &arithmetic::kShift,
      &arithmetic::kAdd,
      &arithmetic::kMultiplyOn,
      &arithmetic::kCopy,
      &arithmetic::kAddOn,
      &power::kFunction,
      &list_sum::kFunction,
      &arithmetic::kPlus,
      &gcd::kFunction,
      &arithmetic::kMinus,
      &arithmetic::kLess,
      &arithmetic::kSame,
      &fibonacci::kFunction,
      &tree_traversal::kPreorder,
      &tree_traversal::kInorder,
      &tree_traversal::kPostorder,
      &tree_traversal::kLevelOrder,
      &tree_traversal::kAtLevel,
      &tree_traversal::kSkip,
      &tree_traversal::kHeight,
      &tree_traversal::kTotal,
      &nested_expression::kExpression,
      &nested_expression::kMedian,
      &nested_expression::kRest,
      &hanoi::kFunction,
      &ackermann::kFunction,
      &mccarthy91::kFunction,
      &tak::kFunction,
      &mutual::kEven,
      &mutual::kOdd,
      &program::kRun,
      &program::kEvaluate,
      &program::kTrace,
      &program::kWalk,
      &program::kOver,
      &program::kOrder,
      &program::kCalls,
      &program::kEnds,
      &program::kLength,
      &program::kMultiply,
      &program::kModulo,
      &multi_step_qa::kFind,
      &multi_step_qa::kWho,
      &multi_step_qa::kRoomOf,
      &multi_step_qa::kLink,
      &induction::kProve,
      &induction::kCheck,
      &induction::kValueOf,
      &induction::kNumber,
      &arithmetic::kRaise,
      &arithmetic::kScale,
      &arithmetic::kSubtract,
      &arithmetic::kSubtractOn,
      &arithmetic::kEqual,
      &arithmetic::kBelow,
      &arithmetic::kRemainder,
  };
  return functions;
}

const Function* find_function(Token head) {
  const auto functions = all_functions();
  const auto at = std::find_if(functions.begin(), functions.end(), [&](const Function* f) { return f->head == head; });
  return at == functions.end() ? nullptr : *at;
}

std::optional<std::size_t> function_index(std::string_view name) {
  // Every training sample asks for each entry of its mix.
  static const std::map<std::string, std::size_t, std::less<>> index = [] {
    std::map<std::string, std::size_t, std::less<>> out;
    const auto functions = all_functions();
    for (std::size_t i = 0; i < functions.size(); ++i) out.emplace(function_name(*functions[i]), i);
    return out;
  }();
  const auto at = index.find(name);
  return at == index.end() ? std::nullopt : std::optional(at->second);
}

}  // namespace trm::tasks
