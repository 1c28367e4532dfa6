#include "tasks/induction/checker.h"

#include <algorithm>

namespace trm::tasks::induction {

bool Checker::is(const std::optional<Tree>& index, std::int64_t value) const {
  return index && form(*index) == constant(value);
}

bool Checker::is_next_k(const std::optional<Tree>& index) const {
  return index && form(*index) == sum({{Monomial{1, 0, 0, 1}, Rational{1, 1}}}, constant(1));
}

bool Checker::all(const std::vector<Tree>& values, const MaybeForm& worth) const {
  return worth && std::all_of(values.begin(), values.end(), [&](const Tree& tree) { return form(tree) == worth; });
}

bool Checker::all_by_hypothesis(const std::vector<Tree>& values, std::int64_t base, const Form& power_of_base,
                                const Form& worth) const {
  return std::all_of(values.begin(), values.end(), [&](const Tree& tree) {
    const MaybeForm value = form(tree);
    return value && substituted(*value, base, power_of_base) == worth;
  });
}

bool Checker::follows(const Statement& line) {
  switch (line.kind) {
    case Statement::Kind::claim:
      return claim(line);
    case Statement::Kind::base:
      return base(line);
    case Statement::Kind::hypothesis:
      return hypothesis(line);
    case Statement::Kind::step:
      return step(line);
    case Statement::Kind::next:
      return next(line.equal);
    case Statement::Kind::bound:
      return bound(line);
    case Statement::Kind::conclusion:
      return conclusion(line);
    case Statement::Kind::row:
      return row(line);
  }
  return false;
}

std::unique_ptr<Checker> checker_of(Subject subject) {
  switch (subject) {
    case Subject::sum:
      return sum_checker();
    case Subject::divisibility:
      return divisibility_checker();
    default:
      return inequality_checker();
  }
}

}  // namespace trm::tasks::induction
