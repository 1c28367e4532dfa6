// Constants of a module and defaults of parameters: expressions whose value is known before the program runs.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "tasks/python/tree.h"

namespace trm::tasks::python {

/// How much work and memory constants may take, so that a short source cannot ask for hours.
struct FoldBudget {
  std::size_t left = 2'000'000;  ///< products of 9 digits, values
};

/// Integers, texts, lists, + - * // % ** and names of constants. Nothing: it is no such expression, has an error, or a
/// value of more than
/// kMaxDigits digits; or the budget is used up.
std::optional<Value> fold(const Expression& expression, const std::map<std::string, Value>& constants,
                          FoldBudget& budget);

}  // namespace trm::tasks::python
