// What the proofs of all sums share: the table of first values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tasks/recursion/induction/claim.h"

namespace trm::tasks::induction {

/// Appends lines S(2), S(3), ... until there are `count`. term(i) is the i-th term, > 0.
template <class Term>
void append_sum_table(std::vector<Line>& lines, std::size_t count, const Slip& slip, const Term& term) {
  std::int64_t value = term(1);
  for (std::int64_t i = 2; lines.size() < count; ++i) {
    const std::string before = std::to_string(value), added = std::to_string(term(i)), last = std::to_string(i - 1);
    value += term(i);
    if (slip.line == lines.size()) value += slip.by;
    Line line;
    line.rigid("S(" + std::to_string(i) + ") = S(" + last + ") + " + added + " = " + before + " + " + added + " = " +
               std::to_string(value));
    lines.push_back(line);
  }
}

}  // namespace trm::tasks::induction
