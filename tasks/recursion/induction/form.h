// Exact values of expressions: sums of c k^i b^k with rational c. Functions of different (i, b) are linearly
// independent, so two expressions agree for all k exactly when their forms are equal.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "tasks/recursion/induction/tree.h"

namespace trm::tasks::induction {

__extension__ typedef __int128 Int;

/// Lowest terms, den > 0, both below 2^62 in magnitude, so that no sum or product of two overflows an Int.
struct Rational {
  std::int64_t num = 0;
  std::int64_t den = 1;
  bool operator==(const Rational&) const = default;
};
/// Nothing: den is 0, or a part is too large.
std::optional<Rational> rational(Int num, Int den);

struct Monomial {
  int k = 0;
  std::int64_t base = 1;                              ///< of base^k
  auto operator<=>(const Monomial&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14 sees a 0 in it
};

/// Coefficients, none of them 0.
using Form = std::map<Monomial, Rational>;
/// What is too large for exact arithmetic here, or not defined, is nothing.
using MaybeForm = std::optional<Form>;

Form constant(std::int64_t value);
/// A second symbol beside k: an exponential whose base no proof has.
Form free_symbol();
/// The constant that a form is; nothing: it depends on k.
std::optional<Rational> constant_of(const Form& form);
/// The same if it is an integer.
std::optional<std::int64_t> integer_of(const Form& form);

MaybeForm sum(const Form& left, const Form& right);
MaybeForm difference(const Form& left, const Form& right);
MaybeForm product(const Form& left, const Form& right);
/// By a constant other than 0.
MaybeForm quotient(const Form& left, const Form& right);
/// exponent: a natural number; or k, 2k, ... + integer, where the base is a positive integer.
MaybeForm power(const Form& base, const Form& exponent);

/// k + 1 in place of k.
MaybeForm shifted(const Form& form);
/// `value` in place of k.
MaybeForm at(const Form& form, std::int64_t value);

/// What S(...), D(...), R(...), m and g stand for.
struct Names {
  std::map<char, Form> of_k;                                ///< S(k)
  std::map<std::pair<char, std::int64_t>, Form> of_number;  ///< S(3)
  std::map<Tree::Kind, Form> symbols;                       ///< m, g
};
MaybeForm form_of(const Tree& tree, const Names& names);
/// Is it known what all names in it stand for, and nothing divided by 0? If so, form_of() is nothing only where an
/// expression is beyond this algebra.
bool is_defined(const Tree& tree, const Names& names);

}  // namespace trm::tasks::induction
