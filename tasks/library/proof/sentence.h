// What sentences of a proof are for, and the formulas in them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "tasks/library/proof/expression.h"
#include "tasks/library/proof/text.h"

namespace trm::tasks::library::proof {

enum class Role : unsigned char {
  claim,
  base,
  hypothesis,
  goal,  ///< "We must show S(k + 1) = ...": says what comes, and is no step
  step,
  conclusion,  ///< "Hence ... for all n"
  row,         ///< of a table behind the step: "S(3) = S(2) + 3 = 6", "n = 6: 64 > 23"
  words        ///< no formula
};
std::string_view role_name(Role role);

/// "n = k", "k >= 5", "g > 0"
struct Condition {
  std::string letter;  ///< empty: the variable
  std::string relation;
  Expr value;
};

struct Formula {
  Chain chain;
  bool is_chain = false;  ///< it states something; else it is a single expression, such as "k + 1"
  std::optional<Condition> condition;
};

struct Said {
  std::size_t line = 1;
  Role role = Role::words;
  std::string text;
  std::vector<Formula> formulas;
  bool for_all = false;                             ///< says "for all", "for every" or "by induction"
  bool whole_from_0 = false, whole_from_1 = false;  ///< says which numbers n is of
  bool says_goal = false;                           ///< what is to be shown is the claim at k + 1
  bool says_bound = false;                          ///< begins with "Bound"
  bool says_definition = false;                     ///< is a definition: "Let ...", "Define ..."
  bool says_fibonacci = false;
  bool names_hypothesis = false;  ///< as in "by the hypothesis"
};

/// Error: names the first line with a formula that is not read.
Result<std::vector<Said>> read_roles(const std::vector<Sentence>& sentences, const std::string& place);

}  // namespace trm::tasks::library::proof
