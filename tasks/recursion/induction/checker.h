// Checks proofs line by line, one checker for each subject, by algebra for all k at once. Neither the numbers that
// frames calculate nor those of evaluation.h are used.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "tasks/recursion/induction/form.h"
#include "tasks/recursion/induction/statement.h"

namespace trm::tasks::induction {

class Checker {
 public:
  virtual ~Checker() = default;
  /// Does the next line follow from the lines before? The lines are in order; not to be asked again after a wrong one.
  /// Nothing: it is beyond what the algebra here decides.
  std::optional<bool> follows(const Statement& line);

 protected:
  virtual bool claim(const Statement& line) = 0;
  virtual bool base(const Statement& line) = 0;
  virtual bool hypothesis(const Statement& line) = 0;
  virtual bool step(const Statement& line) = 0;
  virtual bool next(const std::vector<Tree>& values) = 0;
  virtual bool bound(const Statement&) { return false; }
  virtual bool conclusion(const Statement&) { return false; }
  virtual bool row(const Statement& line) = 0;

  /// The form as it is; where there is none, the line is not decided.
  MaybeForm decided(MaybeForm form);
  /// false; the line is not decided.
  bool undecided();
  /// Nothing: not defined, or not decided.
  MaybeForm form(const Tree& tree);
  bool is(const std::optional<Tree>& index, const Form& value) { return index && form(*index) == value; }
  bool is(const std::optional<Tree>& index, std::int64_t value) { return is(index, constant(value)); }
  bool is_k(const std::optional<Tree>& index);
  bool is_next_k(const std::optional<Tree>& index);
  /// Is each of them worth this?
  bool all(const std::vector<Tree>& values, const MaybeForm& worth);

  Names names_;

 private:
  bool holds(const Statement& line);

  bool decided_ = true;
};

std::unique_ptr<Checker> checker_of(Subject subject);
std::unique_ptr<Checker> sum_checker();
std::unique_ptr<Checker> divisibility_checker();
std::unique_ptr<Checker> inequality_checker();

}  // namespace trm::tasks::induction
