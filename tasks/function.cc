#include "tasks/function.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <string>

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

}  // namespace trm::tasks
