#include "tasks/induction/checker.h"

namespace trm::tasks::induction {
namespace {

class InequalityChecker final : public Checker {
  /// "Claim: a^n > c n + e for all n >= s"
  bool claim(const Statement& line) override {
    const MaybeForm left = form(line.equal[0]), right = form(line.than[0]);
    const MaybeForm next_left = left ? shifted(*left) : std::nullopt;
    const MaybeForm next_right = right ? shifted(*right) : std::nullopt;
    if (!next_left || !next_right || left->size() != 1 || left->begin()->second != Rational{1, 1}) return false;
    base_ = left->begin()->first.base;
    if (left->begin()->first != Monomial{0, 0, 0, base_} || base_ < 2) return false;
    left_ = *left;
    right_ = *right;
    next_left_ = *next_left;
    next_right_ = *next_right;
    start_ = line.numbers[0];
    const MaybeForm slope = difference(*next_right, right_);
    const std::optional<std::int64_t> steepness = slope ? integer_of(*slope) : std::nullopt;
    return steepness && *steepness > 0 && set_power() && holds(*steepness);
  }

  /// Numbers are tried until the step works; from there on it works for all, as the right side only grows.
  [[nodiscard]] bool holds(std::int64_t steepness) const {
    for (std::int64_t n = start_;; ++n) {
      const std::optional<std::int64_t> left = number(at(left_, n)), right = number(at(right_, n));
      if (!left || !right || *left <= *right) return false;
      if (Int{base_ - 1} * *right >= steepness) return true;
    }
  }
  static std::optional<std::int64_t> number(const MaybeForm& form) { return form ? integer_of(*form) : std::nullopt; }

  /// a^k by the hypothesis, and from it a^(k+1).
  bool set_power() {
    const MaybeForm power_of_base = sum(right_, {{Monomial{0, 0, 1, 1}, Rational{1, 1}}});
    const MaybeForm next = power_of_base ? product(constant(base_), *power_of_base) : std::nullopt;
    if (!next) return false;
    power_of_base_ = *power_of_base;
    next_ = *next;
    return true;
  }

  bool base(const Statement& line) override { return compared(line, at(left_, start_), at(right_, start_)); }

  bool hypothesis(const Statement& line) override {
    return form(line.equal[0]) == left_ && form(line.equal[1]) == power_of_base_;
  }

  bool step(const Statement& line) override {
    const auto second = line.equal.begin() + 1;
    return line.equal.size() > 1 && form(line.equal[0]) == next_left_ && next({second, line.equal.end()});
  }
  bool next(const std::vector<Tree>& values) override {
    return all_by_hypothesis(values, base_, power_of_base_, next_);
  }

  /// a^(k+1) is a g more than what the claim says for k + 1, and some more that grows with k: "Bound: THAT >= its
  /// value at the start for k >= START".
  bool bound(const Statement& line) override {
    const MaybeForm more = form(line.equal[0]);
    const MaybeForm g = product(constant(base_), {{Monomial{0, 0, 1, 1}, Rational{1, 1}}});
    const MaybeForm known = g ? sum(next_right_, *g) : std::nullopt;
    if (!more || !known || difference(next_, *known) != more) return false;
    const MaybeForm least = at(*more, start_);
    const std::optional<std::int64_t> value = number(least);
    return value && *value >= 0 && all(line.than, least) && line.numbers[0] == start_;
  }

  bool conclusion(const Statement& line) override {
    last_ = start_;
    left_value_ = at(left_, start_);
    right_value_ = at(right_, start_);
    return line.equal.size() == 1 && line.than.size() == 1 && form(line.equal[0]) == next_left_ &&
           form(line.than[0]) == next_right_;
  }

  /// "n = 6: 2*32 = 64 > 20 + 3 = 23", from the values of the line before.
  bool row(const Statement& line) override {
    const MaybeForm slope = difference(next_right_, right_);
    left_value_ = left_value_ ? product(constant(base_), *left_value_) : std::nullopt;
    right_value_ = right_value_ && slope ? sum(*slope, *right_value_) : std::nullopt;
    ++last_;
    return is(line.index, last_) && compared(line, left_value_, right_value_);
  }

  /// "A = B > C = D"
  [[nodiscard]] bool compared(const Statement& line, const MaybeForm& left, const MaybeForm& right) const {
    const std::optional<std::int64_t> more = number(left), less = number(right);
    return all(line.equal, left) && all(line.than, right) && more && less && *more > *less;
  }

  Form left_, right_, next_left_, next_right_, power_of_base_, next_;
  std::int64_t base_ = 0;
  std::int64_t start_ = 0;
  std::int64_t last_ = 0;  ///< row of the table
  MaybeForm left_value_, right_value_;
};

}  // namespace

std::unique_ptr<Checker> inequality_checker() {
  return std::make_unique<InequalityChecker>();
}

}  // namespace trm::tasks::induction
