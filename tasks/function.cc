#include "tasks/function.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "tasks/ackermann/ackermann.h"
#include "tasks/arithmetic/functions.h"
#include "tasks/draw.h"
#include "tasks/factorial/factorial.h"
#include "tasks/fibonacci/fibonacci.h"
#include "tasks/gcd/gcd.h"
#include "tasks/hanoi/hanoi.h"
#include "tasks/induction/functions.h"
#include "tasks/list_sum/list_sum.h"
#include "tasks/mccarthy91/mccarthy91.h"
#include "tasks/multi_step_qa/multi_step_qa.h"
#include "tasks/mutual/mutual.h"
#include "tasks/nested_expression/nested_expression.h"
#include "tasks/power/power.h"
#include "tasks/program/functions.h"
#include "tasks/tak/tak.h"
#include "tasks/tree_traversal/tree_traversal.h"
#include "tasks/vocabulary.h"

namespace trm::tasks {

Tokens nothing(Rng& /*rng*/, std::span<const Token> /*args*/) {
  return {};
}

Tokens yes_or_no(Rng& rng, std::span<const Token> /*args*/) {
  return {rng.below(2) == 0 ? token::yes : token::no};
}

Tokens short_number(Rng& rng, std::span<const Token> /*args*/) {
  return random_value(rng, random_length(rng, 4));
}

std::span<const Function* const> all_functions() {
  static const std::array functions = {
      &factorial::function,
      &arithmetic::multiply,
      &arithmetic::shift,
      &arithmetic::add,
      &arithmetic::multiply_on,
      &arithmetic::copy,
      &arithmetic::add_on,
      &power::function,
      &list_sum::function,
      &arithmetic::plus,
      &gcd::function,
      &arithmetic::minus,
      &arithmetic::less,
      &arithmetic::same,
      &fibonacci::function,
      &tree_traversal::preorder,
      &tree_traversal::inorder,
      &tree_traversal::postorder,
      &tree_traversal::level_order,
      &tree_traversal::at_level,
      &tree_traversal::skip,
      &tree_traversal::height,
      &tree_traversal::total,
      &nested_expression::expression,
      &nested_expression::median,
      &nested_expression::rest,
      &hanoi::function,
      &ackermann::function,
      &mccarthy91::function,
      &tak::function,
      &mutual::even,
      &mutual::odd,
      &program::run,
      &program::evaluate,
      &program::trace,
      &program::walk,
      &program::over,
      &program::order,
      &program::calls,
      &program::ends,
      &program::length,
      &program::multiply,
      &program::modulo,
      &multi_step_qa::find,
      &multi_step_qa::who,
      &multi_step_qa::room_of,
      &multi_step_qa::link,
      &induction::prove,
      &induction::check,
      &induction::value_of,
      &induction::number,
      &arithmetic::raise,
      &arithmetic::scale,
      &arithmetic::subtract,
      &arithmetic::subtract_on,
      &arithmetic::equal,
      &arithmetic::below,
      &arithmetic::remainder,
  };
  return functions;
}

const Function* find_function(Token head) {
  const auto functions = all_functions();
  const auto at = std::find_if(functions.begin(), functions.end(), [&](const Function* f) { return f->head == head; });
  return at == functions.end() ? nullptr : *at;
}

std::string function_name(const Function& function) {
  std::string name(token::names[static_cast<std::size_t>(function.head)]);
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return name;
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

namespace {

std::uint32_t number_of(std::span<const Token> digits) {
  return digits.size() <= std::numeric_limits<std::uint32_t>::digits10 ? counter_of(digits)
                                                                       : std::numeric_limits<std::uint32_t>::max();
}

std::optional<Untrained> outside(const Function& function, const Range& range, std::span<const Token> digits) {
  const std::uint32_t value = number_of(digits);
  return range.holds(value) ? std::nullopt : std::optional(Untrained{&function, range, value});
}

/// Numbers of a stream, token by token.
class NumberReader {
 public:
  explicit NumberReader(const Function& function) : function_(function) {}
  std::optional<Untrained> read(Token token) {
    if (token::is_digit(token)) {
      digits_.push_back(token);
      return std::nullopt;
    }
    const Digits digits = std::exchange(digits_, {});
    if (digits.empty() || function_.numbers.most == 0) return std::nullopt;
    return outside(function_, function_.numbers, digits);
  }

 private:
  const Function& function_;
  Digits digits_;
};

}  // namespace

std::optional<Untrained> untrained_argument(const FramePrompt& prompt) {
  const Function& function = *prompt.function;
  std::size_t number = 0;
  for (std::size_t i = 0; i < function.arguments.size(); ++i) {
    if (function.arguments[i] != Argument::counter && function.arguments[i] != Argument::digit) continue;
    if (const auto found = outside(function, function.ranges[number++], prompt.arguments[i])) return found;
  }
  return std::nullopt;
}

Result<std::optional<Untrained>> untrained_number(const Frame& frame) {
  const std::span<const Token> tokens = frame.tokens;
  const Result<FramePrompt> prompt = read_frame_prompt(tokens.first(frame.prompt - 1));
  if (!prompt) return prompt.error();
  if (const auto found = untrained_argument(*prompt)) return std::optional(*found);
  NumberReader numbers(*prompt->function);
  for (std::size_t i = frame.prompt; i < tokens.size(); ++i) {
    if (frame.own[i] == 0) continue;
    if (tokens[i] == token::read && prompt->streams == 1) {
      if (const auto found = numbers.read(tokens[i + 1])) return std::optional(*found);
    }
    if (tokens[i] != token::call) continue;
    const Function& callee = *find_function(tokens[i + 1]);
    while (tokens[i] != token::end) ++i;
    const std::size_t begin = ++i;
    while (tokens[i] != token::end) ++i;
    const std::span<const Token> value = tokens.subspan(begin, i - begin);
    if (!is_number(value)) continue;
    if (const auto found = outside(callee, callee.values, value)) return std::optional(*found);
  }
  return std::optional<Untrained>();
}

}  // namespace trm::tasks
