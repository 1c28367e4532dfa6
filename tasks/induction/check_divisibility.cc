#include "tasks/induction/checker.h"

namespace trm::tasks::induction {
namespace {

constexpr std::int64_t largest_divisor = 100'000;

class DivisibilityChecker final : public Checker {
  bool claim(const Statement& line) override {
    divisor_ = line.numbers[0];
    start_ = line.numbers[1];
    const MaybeForm value = form(line.equal[0]);
    const MaybeForm next = value ? shifted(*value) : std::nullopt;
    if (!next || value->empty() || divisor_ < 1 || divisor_ > largest_divisor) return false;
    value_ = *value;
    base_ = value_.rbegin()->first.base;
    return base_ > 1 && value_.rbegin()->second == Rational{1, 1} && always_divisible() && set_next(*next);
  }

  /// Powers modulo d repeat: after at most log2(d) of them with a period below d, the same for all bases. So a few more
  /// than d values show all that there are.
  [[nodiscard]] bool always_divisible() const {
    for (const auto& [monomial, coefficient] : value_)
      if (monomial.k > 0 || monomial.m > 0 || monomial.g > 0 || coefficient.den != 1) return false;
    for (std::int64_t n = 0; n < divisor_ + 64; ++n) {
      Int total = 0;
      for (const auto& [monomial, coefficient] : value_)
        total += Int{coefficient.num} * power_modulo(monomial.base, start_ + n);
      if (total % divisor_ != 0) return false;
    }
    return true;
  }
  [[nodiscard]] Int power_modulo(std::int64_t base, std::int64_t exponent) const {
    Int out = 1 % divisor_, square = base % divisor_;
    for (; exponent > 0; exponent /= 2) {
      if (exponent % 2 == 1) out = out * square % divisor_;
      square = square * square % divisor_;
    }
    return out;
  }

  /// With the hypothesis, a^k is d m and what else D(k) has, with the other sign.
  bool set_next(const Form& next) {
    Form rest = value_;
    rest.erase(Monomial{0, 0, 0, base_});
    const MaybeForm power_of_base = difference(multiple(), rest);
    if (!power_of_base) return false;
    power_of_base_ = *power_of_base;
    const MaybeForm reduced = substituted(next, base_, power_of_base_);
    if (!reduced) return false;
    next_ = *reduced;
    return true;
  }
  [[nodiscard]] Form multiple() const { return {{Monomial{0, 1, 0, 1}, Rational{divisor_, 1}}}; }

  bool base(const Statement& line) override {
    if (!is(line.index, 1) || start_ != 1 || !all(line.equal, at(value_, 1))) return false;
    return is_multiple(line.equal.back());
  }
  /// "7*4"
  [[nodiscard]] bool is_multiple(const Tree& tree) const {
    return tree.is(Tree::Kind::product) && tree.parts.size() == 2 && !tree.flipped[1] &&
           tree.parts[0].is(Tree::Kind::number) && tree.parts[0].number == divisor_ &&
           tree.parts[1].is(Tree::Kind::number);
  }

  bool hypothesis(const Statement& line) override {
    return line.index->is(Tree::Kind::k) && line.equal.size() == 2 && form(line.equal[0]) == value_ &&
           form(line.equal[1]) == multiple();
  }

  bool step(const Statement& line) override { return is_next_k(line.index) && next(line.equal); }

  bool next(const std::vector<Tree>& values) override {
    return all_by_hypothesis(values, base_, power_of_base_, next_);
  }

  /// "R(2) = 2, as 11*R(1) = 11*4 = 44 = 7*6 + 2"
  bool row(const Statement& line) override {
    const std::int64_t index = last_ + 1, remainder = line.numbers[0];
    if (!is(line.index, index) || remainder >= divisor_) return false;
    const MaybeForm whole = index == 1 ? constant(base_) : product(constant(base_), names_.of_number[{'R', last_}]);
    if (!whole || !all(line.equal, whole)) return false;
    names_.of_number = {{{'R', index}, constant(remainder)}};  // the next line follows from this one alone
    last_ = index;
    const Tree& last = line.equal.back();
    return last.is(Tree::Kind::sum) && last.parts.size() == 2 && !last.flipped[0] && !last.flipped[1] &&
           is_multiple(last.parts[0]) && last.parts[1].is(Tree::Kind::number) && last.parts[1].number == remainder;
  }

  Form value_, power_of_base_, next_;
  std::int64_t divisor_ = 1;
  std::int64_t start_ = 0;
  std::int64_t base_ = 0;  ///< a of a^n - b
  std::int64_t last_ = 0;  ///< row of the table
};

}  // namespace

std::unique_ptr<Checker> divisibility_checker() {
  return std::make_unique<DivisibilityChecker>();
}

}  // namespace trm::tasks::induction
