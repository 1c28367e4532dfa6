#include <algorithm>
#include <map>
#include <numeric>

#include "tasks/recursion/induction/checker.h"

namespace trm::tasks::induction {
namespace {

constexpr std::int64_t kLargestModulus = 1'000'000'000;

class DivisibilityChecker final : public Checker {
  bool claim(const Statement& line) override {
    divisor_ = line.numbers[0];
    start_ = line.numbers[1];
    const MaybeForm value = form(line.equal[0]);
    const MaybeForm next = value ? decided(shifted(*value)) : std::nullopt;
    if (!next || divisor_ == 0) return false;
    value_ = *value;
    next_ = *next;
    base_ = leading_base(line.equal[0]).value_or(0);
    return base_ > 1 ? always_divisible() : undecided();
  }

  /// Values of c k^j b^k come from those before by the recurrence with the product of (x - b)^(j + 1), whose
  /// coefficients are integers: where as many in a row as it is long are multiples, all are.
  bool always_divisible() {
    std::int64_t den = 1;
    std::map<std::int64_t, int> powers;
    for (const auto& [monomial, coefficient] : value_) {
      den = std::lcm(den, coefficient.den);
      if (den > kLargestModulus || divisor_ > kLargestModulus / den) return undecided();
      powers[monomial.base] = std::max(powers[monomial.base], monomial.k + 1);
    }
    std::int64_t length = 0;
    for (const auto& entry : powers) length += entry.second;
    const std::int64_t modulus = divisor_ * den;
    for (std::int64_t n = start_; n < start_ + length; ++n) {
      Int total = 0;
      for (const auto& [monomial, coefficient] : value_) {
        const Int term = power_modulo(n, monomial.k, modulus) * power_modulo(monomial.base, n, modulus) % modulus;
        total += Int{coefficient.num} * (den / coefficient.den) % modulus * term;
      }
      if (total % modulus != 0) return false;
    }
    return true;
  }
  static Int power_modulo(std::int64_t base, std::int64_t exponent, std::int64_t modulus) {
    Int out = 1 % modulus, square = base % modulus;
    for (; exponent > 0; exponent /= 2) {
      if (exponent % 2 == 1) out = out * square % modulus;
      square = square * square % modulus;
    }
    return out;
  }

  bool base(const Statement& line) override {
    if (!is(line.index, 1) || start_ != 1 || !all(line.equal, decided(at(value_, 1)))) return false;
    return is_multiple(line.equal.back());
  }
  /// "7*4"
  [[nodiscard]] bool is_multiple(const Tree& tree) const {
    return tree.is(Tree::Kind::product) && tree.parts.size() == 2 && !tree.flipped[1] &&
           tree.parts[0].is(Tree::Kind::number) && tree.parts[0].number == divisor_ &&
           tree.parts[1].is(Tree::Kind::number);
  }

  /// "D(k) = 11^k - 4^k = 7m": from here on m is D(k)/7.
  bool hypothesis(const Statement& line) override {
    const MaybeForm multiple = decided(product(constant(divisor_), free_symbol()));
    const MaybeForm m = decided(quotient(value_, constant(divisor_)));
    if (!m || !is_k(line.index) || line.equal.size() != 2 || form(line.equal[0]) != value_) return false;
    names_.symbols[Tree::Kind::m] = free_symbol();
    if (form(line.equal[1]) != multiple) return false;
    names_.of_k['D'] = value_;
    names_.symbols[Tree::Kind::m] = *m;
    return true;
  }

  bool step(const Statement& line) override { return is_next_k(line.index) && next(line.equal); }
  bool next(const std::vector<Tree>& values) override { return all(values, next_); }

  /// "R(2) = 2, as 11*R(1) = 11*4 = 44 = 7*6 + 2"
  bool row(const Statement& line) override {
    const std::int64_t index = last_ + 1, remainder = line.numbers[0];
    if (!is(line.index, index) || remainder >= divisor_) return false;
    const Form whole = constant(base_);
    if (!all(line.equal, index == 1 ? whole : decided(product(whole, names_.of_number[{'R', last_}])))) return false;
    names_.of_number = {{{'R', index}, constant(remainder)}};  // the next line follows from this one alone
    last_ = index;
    const Tree& last = line.equal.back();
    return last.is(Tree::Kind::sum) && last.parts.size() == 2 && is_multiple(last.parts[0]) &&
           last.parts[1].is(Tree::Kind::number) && last.parts[1].number == remainder &&
           (!last.flipped[1] || remainder == 0);
  }

  Form value_, next_;
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
