#include "tasks/recursion/induction/checker.h"

namespace trm::tasks::induction {
namespace {

class SumChecker final : public Checker {
  /// The closed form is right when it is right at 1 and grows by the next term.
  bool claim(const Statement& line) override {
    const MaybeForm term = form(line.equal[0]), closed = form(line.equal[1]);
    if (!term || !closed) return false;
    const MaybeForm next_term = decided(shifted(*term)), next = decided(shifted(*closed));
    if (!next_term || !next) return false;
    term_ = *term;
    closed_ = *closed;
    next_ = *next;
    start_ = line.numbers[2];
    const Form first = constant(line.numbers[0]);
    return decided(at(*term, 1)) == first && decided(at(*term, 2)) == constant(line.numbers[1]) &&
           decided(at(*closed, 1)) == first && decided(difference(*next, *closed)) == next_term;
  }

  bool base(const Statement& line) override {
    const MaybeForm value = decided(at(term_, 1));
    if (!is(line.index, 1) || start_ != 1 || !all(line.equal, value)) return false;
    names_.of_number[{'S', 1}] = *value;
    return true;
  }

  bool hypothesis(const Statement& line) override {
    if (!is_k(line.index) || !all(line.equal, closed_)) return false;
    names_.of_k['S'] = closed_;
    return true;
  }

  bool step(const Statement& line) override { return is_next_k(line.index) && next(line.equal); }
  bool next(const std::vector<Tree>& values) override { return all(values, next_); }

  bool row(const Statement& line) override {
    const std::int64_t index = last_ + 1;
    const MaybeForm added = decided(at(term_, index));
    const MaybeForm value = added ? decided(sum(names_.of_number[{'S', last_}], *added)) : std::nullopt;
    if (!value || !is(line.index, index) || !all(line.equal, value)) return false;
    names_.of_number = {{{'S', index}, *value}};  // the next line follows from this one alone
    last_ = index;
    return true;
  }

  Form term_, closed_, next_;
  std::int64_t start_ = 0;
  std::int64_t last_ = 1;  ///< row of the table
};

}  // namespace

std::unique_ptr<Checker> sum_checker() {
  return std::make_unique<SumChecker>();
}

}  // namespace trm::tasks::induction
