#include "tasks/python/fold.h"

#include <utility>

#include "tasks/python/whole.h"

namespace trm::tasks::python {
namespace {

constexpr std::size_t kMaxItems = 10'000;  ///< of a list that is made by * or +

std::optional<Value> value_of(const Whole& number) {
  if (number.limbs() * 9 > kMaxDigits + 9) return {};
  std::string digits = number.decimal();
  if (digits.size() > kMaxDigits) return {};
  return Value::integer(std::move(digits));
}

bool spend(FoldBudget& budget, std::size_t work) {
  if (budget.left < work) return false;
  budget.left -= work;
  return true;
}

std::optional<Whole> power(Whole base, Whole exponent, FoldBudget& budget) {
  if (exponent.negative()) return {};
  Whole out(1);
  while (!exponent.zero()) {
    const std::size_t limbs = base.limbs() + exponent.limbs() * 30;
    if (!spend(budget, limbs * limbs)) return {};
    if (exponent.odd()) out = out * base;
    exponent = Whole::divide(exponent, Whole(2)).quotient;
    if (!exponent.zero()) base = base * base;
    if (out.limbs() * 9 > kMaxDigits + 9 || base.limbs() * 9 > 2 * kMaxDigits) return {};
  }
  return out;
}

std::optional<Value> numbers(const std::string& sign, const Whole& a, const Whole& b, FoldBudget& budget) {
  if (!spend(budget, sign == "//" || sign == "%" ? 30 * a.limbs() * (b.limbs() + 1) : a.limbs() * b.limbs())) return {};
  if (sign == "+") return value_of(a + b);
  if (sign == "-") return value_of(a - b);
  if (sign == "*") return value_of(a * b);
  if ((sign == "//" || sign == "%") && b.zero()) return {};
  if (sign == "//") return value_of(Whole::divide(a, b).quotient);
  if (sign == "%") return value_of(Whole::divide(a, b).remainder);
  const std::optional<Whole> result = power(a, b, budget);
  if (!result) return {};
  return value_of(*result);
}

std::optional<Value> binary(const std::string& sign, const Value& a, const Value& b, FoldBudget& budget) {
  using Kind = Value::Kind;
  if (a.kind == Kind::integer && b.kind == Kind::integer) {
    return numbers(sign, Whole::from_decimal(a.digits), Whole::from_decimal(b.digits), budget);
  }
  if (sign == "+" && a.kind == Kind::text && b.kind == Kind::text) return Value::string(a.text + b.text);
  if (sign == "+" && a.kind == Kind::list && b.kind == Kind::list) {
    Value out = a;
    out.items.insert(out.items.end(), b.items.begin(), b.items.end());
    return count_of(out) <= kMaxItems ? std::optional<Value>(std::move(out)) : std::nullopt;
  }
  if (sign == "*" && a.kind == Kind::list && b.kind == Kind::integer && b.digits.size() < 6) {
    const long times = std::stol(b.digits);
    Value out = Value::list({});
    if (times > 0 && static_cast<std::size_t>(times) * (count_of(a) - 1) > kMaxItems) return {};
    for (long i = 0; i < times; ++i) out.items.insert(out.items.end(), a.items.begin(), a.items.end());
    return out;
  }
  return {};
}

}  // namespace

std::optional<Value> fold(const Expression& expression, const std::map<std::string, Value>& constants,
                          FoldBudget& budget) {
  std::vector<Value> parts;
  if (expression.kind == ExpressionKind::list || expression.kind == ExpressionKind::binary ||
      expression.kind == ExpressionKind::negate) {
    for (const Expression& part : expression.parts) {
      std::optional<Value> value = fold(part, constants, budget);
      if (!value || !spend(budget, count_of(*value))) return {};
      parts.push_back(*std::move(value));
    }
  }
  switch (expression.kind) {
    case ExpressionKind::constant:
      return expression.value;
    case ExpressionKind::name: {
      const auto found = constants.find(expression.text);
      if (found == constants.end()) return {};
      return found->second;
    }
    case ExpressionKind::list:
      return Value::list(std::move(parts));
    case ExpressionKind::negate:
      if (parts[0].kind != Value::Kind::integer) return {};
      return value_of(-Whole::from_decimal(parts[0].digits));
    case ExpressionKind::binary:
      return binary(expression.text, parts[0], parts[1], budget);
    default:
      return {};
  }
}

}  // namespace trm::tasks::python
