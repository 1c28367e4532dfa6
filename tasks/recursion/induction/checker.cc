#include "tasks/recursion/induction/checker.h"

#include <algorithm>

namespace trm::tasks::induction {

MaybeForm Checker::decided(MaybeForm form) {
  decided_ = decided_ && form;
  return form;
}

bool Checker::undecided() {
  decided_ = false;
  return false;
}

MaybeForm Checker::form(const Tree& tree) {
  MaybeForm out = form_of(tree, names_);
  return out || !is_defined(tree, names_) ? out : decided(std::nullopt);
}

bool Checker::is_k(const std::optional<Tree>& index) {
  return is(index, Form{{Monomial{1, 1}, Rational{1, 1}}});
}

bool Checker::is_next_k(const std::optional<Tree>& index) {
  return is(index, Form{{Monomial{}, Rational{1, 1}}, {Monomial{1, 1}, Rational{1, 1}}});
}

bool Checker::all(const std::vector<Tree>& values, const MaybeForm& worth) {
  return worth && std::all_of(values.begin(), values.end(), [&](const Tree& tree) { return form(tree) == worth; });
}

std::optional<bool> Checker::follows(const Statement& line) {
  decided_ = true;
  const bool out = holds(line);
  return out || decided_ ? std::optional(out) : std::nullopt;
}

bool Checker::holds(const Statement& line) {
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
