#include "tasks/induction/checker.h"
#include "tasks/induction/reader.h"

namespace trm::tasks::induction {
namespace {

constexpr std::int64_t largest_divisor = 100'000;

class DivisibilityChecker final : public Checker {
 public:
  bool follows(std::string_view line) override {
    Reader reader(line, names_);
    switch (stage_) {
      case Stage::claim:
        stage_ = Stage::base;
        return claim(reader);
      case Stage::base:
        stage_ = Stage::hypothesis;
        return base(line, reader);
      case Stage::hypothesis:
        stage_ = Stage::step;
        return hypothesis(reader);
      case Stage::step:
        stage_ = Stage::after;
        return reader.eat("Step: D(k + 1) = ") && next_values(reader);
      default:
        if (last_ == 0 && reader.eat("= ")) return next_values(reader);
        return remainder(line, reader);
    }
  }
  [[nodiscard]] bool complete() const override { return stage_ == Stage::after; }

 private:
  enum class Stage { claim, base, hypothesis, step, after };

  bool claim(Reader& reader) {
    if (!reader.eat("Claim: ")) return false;
    const std::optional<std::int64_t> divisor = reader.number();
    if (!divisor || *divisor < 1 || *divisor > largest_divisor || !reader.eat(" divides D(n) = ")) return false;
    const MaybeForm value = reader.expression();
    if (!value || !reader.eat(" for all n >= ")) return false;
    const std::optional<std::int64_t> start = reader.number();
    const MaybeForm next = shifted(*value);
    if (!start || !next || !reader.done() || value->empty()) return false;
    divisor_ = *divisor;
    value_ = *value;
    start_ = *start;
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

  bool base(std::string_view line, Reader& reader) {
    if (!reader.eat("Base: D(") || reader.number() != 1 || start_ != 1 || !reader.eat(") = ")) return false;
    const MaybeForm value = at(value_, 1);
    if (!value || !chain(reader, [&](const Form& part) { return part == *value; }) || !reader.done()) return false;
    Reader last = last_part(line);
    return last.number() == divisor_ && last.eat("*") && last.number().has_value() && last.done();
  }

  bool hypothesis(Reader& reader) {
    if (!reader.eat("Hypothesis: D(k) = ")) return false;
    const MaybeForm value = reader.expression();
    if (value != value_ || !reader.eat(" = ")) return false;
    return reader.expression() == multiple() && reader.done();
  }

  bool next_values(Reader& reader) {
    return chain(reader, [&](const Form& part) { return substituted(part, base_, power_of_base_) == next_; }) &&
           reader.done();
  }

  /// "R(2) = 2, as 11*R(1) = 11*4 = 44 = 7*6 + 2"
  bool remainder(std::string_view line, Reader& reader) {
    const std::int64_t index = last_ + 1;
    if (!reader.eat("R(") || reader.number() != index || !reader.eat(") = ")) return false;
    const std::optional<std::int64_t> value = reader.number();
    if (!value || *value >= divisor_ || !reader.eat(", as ")) return false;
    const MaybeForm whole = index == 1 ? constant(base_) : product(constant(base_), names_.of_number[{'R', last_}]);
    if (!whole || !chain(reader, [&](const Form& part) { return part == *whole; }) || !reader.done()) return false;
    names_.of_number = {{{'R', index}, constant(*value)}};  // the next line follows from this one alone
    last_ = index;
    Reader last = last_part(line);
    return last.number() == divisor_ && last.eat("*") && last.number().has_value() && last.eat(" + ") &&
           last.number() == value && last.done();
  }

  [[nodiscard]] Reader last_part(std::string_view line) const {
    constexpr std::string_view equals = " = ";
    return {line.substr(line.rfind(equals) + equals.size()), names_};
  }

  Stage stage_ = Stage::claim;
  Names names_;
  Form value_, power_of_base_, next_;
  std::int64_t divisor_ = 1;
  std::int64_t start_ = 0;
  std::int64_t base_ = 0;  ///< a of a^n - b
  std::int64_t last_ = 0;  ///< remainder
};

}  // namespace

std::unique_ptr<Checker> divisibility_checker() {
  return std::make_unique<DivisibilityChecker>();
}

}  // namespace trm::tasks::induction
