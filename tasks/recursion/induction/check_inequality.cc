#include "tasks/recursion/induction/checker.h"

namespace trm::tasks::induction {
namespace {

class InequalityChecker final : public Checker {
  /// "Claim: a^n > c n + e for all n >= s"
  bool claim(const Statement& line) override {
    const MaybeForm left = form(line.equal[0]), right = form(line.than[0]);
    const MaybeForm next_left = left ? decided(shifted(*left)) : std::nullopt;
    const MaybeForm next_right = right ? decided(shifted(*right)) : std::nullopt;
    if (!next_left || !next_right) return false;
    const MaybeForm slope = decided(difference(*next_right, *right));
    const std::int64_t steepness = slope ? integer_of(*slope).value_or(0) : 0;
    if (left->size() != 1 || left->begin()->second != Rational{1, 1} || left->begin()->first.k > 0) return undecided();
    base_ = left->begin()->first.base;
    if (base_ < 2 || steepness <= 0) return undecided();
    left_ = *left;
    right_ = *right;
    next_left_ = *next_left;
    next_right_ = *next_right;
    start_ = last_ = line.numbers[0];
    left_value_ = decided(at(left_, start_));
    right_value_ = decided(at(right_, start_));
    return holds(steepness);
  }

  /// Numbers are tried until the left side grows at least as fast as the right one, and so for ever.
  bool holds(std::int64_t steepness) {
    for (std::int64_t n = start_;; ++n) {
      const std::optional<std::int64_t> left = number(decided(at(left_, n))), right = number(decided(at(right_, n)));
      if (!left || !right) return undecided();
      if (*left <= *right) return false;
      if (Int{base_ - 1} * *left >= steepness) return true;
    }
  }
  static std::optional<std::int64_t> number(const MaybeForm& form) { return form ? integer_of(*form) : std::nullopt; }

  bool base(const Statement& line) override { return compared(line, left_value_, right_value_); }

  /// "2^k = 3k + 5 + g": from here on g is the difference.
  bool hypothesis(const Statement& line) override {
    const MaybeForm g = decided(difference(left_, right_)), more = decided(sum(right_, free_symbol()));
    if (!g || form(line.equal[0]) != left_) return false;
    names_.symbols[Tree::Kind::g] = free_symbol();
    if (form(line.equal[1]) != more) return false;
    names_.symbols[Tree::Kind::g] = *g;
    return true;
  }

  bool step(const Statement& line) override { return line.equal.size() > 1 && next(line.equal); }
  bool next(const std::vector<Tree>& values) override { return all(values, next_left_); }

  /// By the hypothesis a^(k + 1) is a(c k + e) + a g. That is what the claim says for k + 1, and a g, and some more
  /// that grows with k: "Bound: THAT >= its value at the start for k >= START".
  bool bound(const Statement& line) override {
    const MaybeForm more = form(line.equal[0]), made = decided(product(constant(base_), right_));
    if (!more || !made || decided(difference(*made, next_right_)) != more) return false;
    const MaybeForm least = decided(at(*more, start_));
    const std::optional<std::int64_t> value = number(least);
    return value && *value >= 0 && all(line.than, least) && line.numbers[0] == start_;
  }

  bool conclusion(const Statement& line) override { return all(line.equal, next_left_) && all(line.than, next_right_); }

  /// "n = 6: 2*32 = 64 > 20 + 3 = 23", from the values of the line before.
  bool row(const Statement& line) override {
    const MaybeForm slope = decided(difference(next_right_, right_));
    left_value_ = left_value_ ? decided(product(constant(base_), *left_value_)) : std::nullopt;
    right_value_ = right_value_ && slope ? decided(sum(*slope, *right_value_)) : std::nullopt;
    ++last_;
    return is(line.index, last_) && compared(line, left_value_, right_value_);
  }

  /// "A = B > C = D"
  bool compared(const Statement& line, const MaybeForm& left, const MaybeForm& right) {
    const std::optional<std::int64_t> more = number(left), less = number(right);
    return all(line.equal, left) && all(line.than, right) && more && less && *more > *less;
  }

  Form left_, right_, next_left_, next_right_;
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
