// Checks proofs line by line, one checker for each subject.
#pragma once

#include <memory>

#include "tasks/induction/form.h"
#include "tasks/induction/statement.h"

namespace trm::tasks::induction {

class Checker {
 public:
  virtual ~Checker() = default;
  /// Does the next line follow from the lines before? The lines are in order; not to be asked again after a wrong one.
  bool follows(const Statement& line);

 protected:
  virtual bool claim(const Statement& line) = 0;
  virtual bool base(const Statement& line) = 0;
  virtual bool hypothesis(const Statement& line) = 0;
  virtual bool step(const Statement& line) = 0;
  virtual bool next(const std::vector<Tree>& values) = 0;
  virtual bool bound(const Statement&) { return false; }
  virtual bool conclusion(const Statement&) { return false; }
  virtual bool row(const Statement& line) = 0;

  [[nodiscard]] MaybeForm form(const Tree& tree) const { return form_of(tree, names_); }
  [[nodiscard]] bool is(const std::optional<Tree>& index, std::int64_t value) const;
  [[nodiscard]] bool is_next_k(const std::optional<Tree>& index) const;
  /// Is each of them worth this?
  [[nodiscard]] bool all(const std::vector<Tree>& values, const MaybeForm& worth) const;
  /// The same where base^k is what the hypothesis says.
  [[nodiscard]] bool all_by_hypothesis(const std::vector<Tree>& values, std::int64_t base, const Form& power_of_base,
                                       const Form& worth) const;

  Names names_;
};

std::unique_ptr<Checker> checker_of(Subject subject);
std::unique_ptr<Checker> sum_checker();
std::unique_ptr<Checker> divisibility_checker();
std::unique_ptr<Checker> inequality_checker();

}  // namespace trm::tasks::induction
