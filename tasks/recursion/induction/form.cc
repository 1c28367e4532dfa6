#include "tasks/recursion/induction/form.h"

#include <cstdlib>

namespace trm::tasks::induction {
namespace {

// Texts come from outside: bounds keep any of them cheap. Proofs stay far below.
constexpr std::int64_t kLargest = std::int64_t{1} << 62;
constexpr int kLargestDegree = 8;
constexpr std::size_t kMostTerms = 64;
constexpr std::int64_t kLargestWritten = 64;

bool add_term(Form& form, const Monomial& monomial, const Rational& by) {
  Rational& coefficient = form[monomial];
  const std::optional<Rational> total =
      rational(Int{coefficient.num} * by.den + Int{by.num} * coefficient.den, Int{coefficient.den} * by.den);
  if (!total || form.size() > kMostTerms) return false;
  if (total->num == 0) {
    form.erase(monomial);
  } else {
    coefficient = *total;
  }
  return true;
}

MaybeForm power(const Form& base, std::int64_t exponent) {
  if (exponent < 0 || exponent > kLargestWritten) return std::nullopt;
  MaybeForm out = constant(1);
  for (; out && exponent > 0; --exponent) out = product(*out, base);
  return out;
}

Form of_k() {
  return {{Monomial{1, 1}, Rational{1, 1}}};
}

/// What the name of this stands for.
MaybeForm named(char name, const Form& index, const Names& names) {
  if (index == of_k()) {
    const auto found = names.of_k.find(name);
    return found == names.of_k.end() ? std::nullopt : MaybeForm(found->second);
  }
  const std::optional<std::int64_t> number = integer_of(index);
  const auto found = number ? names.of_number.find({name, *number}) : names.of_number.end();
  return found == names.of_number.end() ? std::nullopt : MaybeForm(found->second);
}

}  // namespace

std::optional<Rational> rational(Int num, Int den) {
  if (den == 0) return std::nullopt;
  if (den < 0) {
    num = -num;
    den = -den;
  }
  Int a = num < 0 ? -num : num, b = den;
  while (b != 0) {
    const Int rest = a % b;
    a = b;
    b = rest;
  }
  num /= a;
  den /= a;
  if (num >= kLargest || num <= -kLargest || den >= kLargest) return std::nullopt;
  return Rational{static_cast<std::int64_t>(num), static_cast<std::int64_t>(den)};
}

Form constant(std::int64_t value) {
  if (value == 0) return {};
  return {{Monomial{}, Rational{value, 1}}};
}

Form free_symbol() {
  return {{Monomial{0, 2'147'483'647}, Rational{1, 1}}};
}

std::optional<Rational> constant_of(const Form& form) {
  if (form.empty()) return Rational{};
  if (form.size() > 1 || form.begin()->first != Monomial{}) return std::nullopt;
  return form.begin()->second;
}

std::optional<std::int64_t> integer_of(const Form& form) {
  const std::optional<Rational> value = constant_of(form);
  if (!value || value->den != 1) return std::nullopt;
  return value->num;
}

MaybeForm sum(const Form& left, const Form& right) {
  Form out = left;
  for (const auto& [monomial, coefficient] : right)
    if (!add_term(out, monomial, coefficient)) return std::nullopt;
  return out;
}

MaybeForm difference(const Form& left, const Form& right) {
  Form out = left;
  for (const auto& [monomial, coefficient] : right)
    if (!add_term(out, monomial, {-coefficient.num, coefficient.den})) return std::nullopt;
  return out;
}

MaybeForm product(const Form& left, const Form& right) {
  Form out;
  for (const auto& [a, x] : left) {
    for (const auto& [b, y] : right) {
      const Int base = Int{a.base} * b.base;
      if (base >= kLargest) return std::nullopt;
      const Monomial monomial = {a.k + b.k, static_cast<std::int64_t>(base)};
      const std::optional<Rational> coefficient = rational(Int{x.num} * y.num, Int{x.den} * y.den);
      if (monomial.k > kLargestDegree || !coefficient || !add_term(out, monomial, *coefficient)) return std::nullopt;
    }
  }
  return out;
}

MaybeForm quotient(const Form& left, const Form& right) {
  const std::optional<Rational> by = constant_of(right);
  if (!by) return std::nullopt;
  const std::optional<Rational> inverse = rational(by->den, by->num);
  if (!inverse) return std::nullopt;
  return product(left, {{Monomial{}, *inverse}});
}

MaybeForm power(const Form& base, const Form& exponent) {
  if (const std::optional<std::int64_t> natural = integer_of(exponent)) return power(base, *natural);
  const std::optional<std::int64_t> number = integer_of(base), start = integer_of(at(exponent, 0).value_or(of_k()));
  const MaybeForm growth = difference(shifted(exponent).value_or(of_k()), exponent);
  const std::int64_t slope = growth ? integer_of(*growth).value_or(-1) : -1;
  if (!number || *number <= 0 || !start || slope < 0 || std::abs(*start) > kLargestWritten) return std::nullopt;
  const MaybeForm factor = power(base, std::abs(*start)), power_of_slope = power(base, slope);
  if (!factor || !power_of_slope) return std::nullopt;
  const std::optional<std::int64_t> growing = integer_of(*power_of_slope);
  const Form exponential = {{Monomial{0, growing.value_or(1)}, Rational{1, 1}}};
  return *start < 0 ? quotient(exponential, *factor) : product(exponential, *factor);
}

MaybeForm shifted(const Form& form) {
  const Form next = {{Monomial{}, Rational{1, 1}}, {Monomial{1, 1}, Rational{1, 1}}};
  Form out;
  for (const auto& [monomial, coefficient] : form) {
    const MaybeForm power_of_next = power(next, monomial.k);
    if (!power_of_next) return std::nullopt;
    const MaybeForm scaled = product({{Monomial{0, monomial.base}, coefficient}}, constant(monomial.base));
    const MaybeForm term = scaled ? product(*scaled, *power_of_next) : std::nullopt;
    const MaybeForm total = term ? sum(out, *term) : std::nullopt;
    if (!total) return std::nullopt;
    out = *total;
  }
  return out;
}

MaybeForm at(const Form& form, std::int64_t value) {
  Form out;
  for (const auto& [monomial, coefficient] : form) {
    const MaybeForm left = power(constant(value), monomial.k);
    const MaybeForm right = monomial.base == 1 ? constant(1) : power(constant(monomial.base), value);
    if (!left || !right) return std::nullopt;
    const MaybeForm both = product(*left, *right);
    const MaybeForm term = both ? product(*both, {{Monomial{}, coefficient}}) : std::nullopt;
    const MaybeForm total = term ? sum(out, *term) : std::nullopt;
    if (!total) return std::nullopt;
    out = *total;
  }
  return out;
}

MaybeForm form_of(const Tree& tree, const Names& names) {
  switch (tree.kind) {
    case Tree::Kind::number:
      return constant(tree.number);
    case Tree::Kind::k:
      return of_k();
    case Tree::Kind::m:
    case Tree::Kind::g: {
      const auto found = names.symbols.find(tree.kind);
      return found == names.symbols.end() ? std::nullopt : MaybeForm(found->second);
    }
    case Tree::Kind::name: {
      const MaybeForm index = form_of(tree.parts[0], names);
      return index ? named(tree.name, *index, names) : std::nullopt;
    }
    case Tree::Kind::power: {
      const MaybeForm base = form_of(tree.parts[0], names), exponent = form_of(tree.parts[1], names);
      return base && exponent ? power(*base, *exponent) : std::nullopt;
    }
    case Tree::Kind::sum:
    case Tree::Kind::product:
      break;
  }
  const bool adds = tree.is(Tree::Kind::sum);
  MaybeForm out = constant(adds ? 0 : 1);
  for (std::size_t i = 0; out && i < tree.parts.size(); ++i) {
    const MaybeForm part = form_of(tree.parts[i], names);
    if (!part) return std::nullopt;
    if (adds) {
      out = tree.flipped[i] ? difference(*out, *part) : sum(*out, *part);
    } else {
      out = tree.flipped[i] ? quotient(*out, *part) : product(*out, *part);
    }
  }
  return out;
}

bool is_defined(const Tree& tree, const Names& names) {
  for (std::size_t i = 0; i < tree.parts.size(); ++i) {
    if (!is_defined(tree.parts[i], names)) return false;
    const bool divides = tree.is(Tree::Kind::product) && tree.flipped[i];
    if (divides && form_of(tree.parts[i], names) == constant(0)) return false;
  }
  const bool symbol = tree.is(Tree::Kind::name) || tree.is(Tree::Kind::m) || tree.is(Tree::Kind::g);
  return !symbol || form_of(tree, names).has_value();
}

}  // namespace trm::tasks::induction
