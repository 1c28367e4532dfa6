#include "tasks/induction/checker.h"
#include "tasks/induction/reader.h"

namespace trm::tasks::induction {
namespace {

class InequalityChecker final : public Checker {
 public:
  bool follows(std::string_view line) override {
    Reader reader(line, names_);
    switch (stage_) {
      case Stage::claim:
        stage_ = Stage::base;
        return claim(reader);
      case Stage::base:
        stage_ = Stage::hypothesis;
        return reader.eat("Base: ") && compared(reader, at(left_, start_), at(right_, start_));
      case Stage::hypothesis:
        stage_ = Stage::step;
        return hypothesis(reader);
      case Stage::step:
        stage_ = Stage::bound;
        return step(reader);
      case Stage::bound:
        if (reader.eat("= ")) return next_values(reader);
        stage_ = Stage::conclusion;
        return bound(reader);
      case Stage::conclusion:
        stage_ = Stage::table;
        return conclusion(reader);
      default:
        return table(reader);
    }
  }
  [[nodiscard]] bool complete() const override { return stage_ == Stage::table; }

 private:
  enum class Stage { claim, base, hypothesis, step, bound, conclusion, table };

  /// "Claim: a^n > c n + e for all n >= s"
  bool claim(Reader& reader) {
    if (!reader.eat("Claim: ")) return false;
    const MaybeForm left = reader.expression();
    if (!left || !reader.eat(" > ")) return false;
    const MaybeForm right = reader.expression();
    if (!right || !reader.eat(" for all n >= ")) return false;
    const std::optional<std::int64_t> start = reader.number();
    if (!start || !reader.done()) return false;
    const MaybeForm next_left = shifted(*left), next_right = shifted(*right);
    if (left->size() != 1 || left->begin()->second != Rational{1, 1} || !next_left || !next_right) return false;
    base_ = left->begin()->first.base;
    if (left->begin()->first != Monomial{0, 0, 0, base_} || base_ < 2) return false;
    left_ = *left;
    right_ = *right;
    next_left_ = *next_left;
    next_right_ = *next_right;
    start_ = *start;
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

  bool hypothesis(Reader& reader) {
    if (!reader.eat("Hypothesis: ") || reader.expression() != left_ || !reader.eat(" = ")) return false;
    return reader.expression() == power_of_base_ && reader.eat(" with g > 0") && reader.done();
  }

  bool step(Reader& reader) {
    if (!reader.eat("Step: ") || reader.expression() != next_left_ || !reader.eat(" = ")) return false;
    return next_values(reader);
  }
  bool next_values(Reader& reader) {
    return chain(reader, [&](const Form& part) { return substituted(part, base_, power_of_base_) == next_; }) &&
           reader.done();
  }

  /// a^(k+1) is a g more than what the claim says for k + 1, and some more that grows with k: "Bound: THAT >= its
  /// value at the start for k >= START".
  bool bound(Reader& reader) {
    if (!reader.eat("Bound: ")) return false;
    const MaybeForm more = reader.expression();
    const MaybeForm g = more ? product(constant(base_), {{Monomial{0, 0, 1, 1}, Rational{1, 1}}}) : std::nullopt;
    const MaybeForm known = g ? sum(next_right_, *g) : std::nullopt;
    if (!known || difference(next_, *known) != more || !reader.eat(" >= ")) return false;
    const MaybeForm least = at(*more, start_);
    const std::optional<std::int64_t> value = number(least);
    if (!value || *value < 0) return false;
    return chain(reader, [&](const Form& part) { return part == *least; }) && reader.eat(" for k >= ") &&
           reader.number() == start_ && reader.done();
  }

  bool conclusion(Reader& reader) {
    if (!reader.eat("Conclusion: ") || reader.expression() != next_left_ || !reader.eat(" > ")) return false;
    last_ = start_;
    left_value_ = at(left_, start_);
    right_value_ = at(right_, start_);
    return reader.expression() == next_right_ && reader.done();
  }

  /// "n = 6: 2*32 = 64 > 20 + 3 = 23", from the values of the line before.
  bool table(Reader& reader) {
    if (!reader.eat("n = ") || reader.number() != last_ + 1 || !reader.eat(": ")) return false;
    const MaybeForm slope = difference(next_right_, right_);
    left_value_ = left_value_ ? product(constant(base_), *left_value_) : std::nullopt;
    right_value_ = right_value_ && slope ? sum(*slope, *right_value_) : std::nullopt;
    ++last_;
    return compared(reader, left_value_, right_value_);
  }

  /// "A = B > C = D"
  static bool compared(Reader& reader, const MaybeForm& left, const MaybeForm& right) {
    if (!chain(reader, [&](const Form& part) { return part == left; }) || !reader.eat(" > ")) return false;
    if (!chain(reader, [&](const Form& part) { return part == right; }) || !reader.done()) return false;
    const std::optional<std::int64_t> more = number(left), less = number(right);
    return more && less && *more > *less;
  }

  Stage stage_ = Stage::claim;
  Names names_;
  Form left_, right_, next_left_, next_right_, power_of_base_, next_;
  std::int64_t base_ = 0;
  std::int64_t start_ = 0;
  std::int64_t last_ = 0;  ///< line of the table
  MaybeForm left_value_, right_value_;
};

}  // namespace

std::unique_ptr<Checker> inequality_checker() {
  return std::make_unique<InequalityChecker>();
}

}  // namespace trm::tasks::induction
