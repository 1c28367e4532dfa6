// Expressions as quotients of whole numbers, as Python prints them, and how they grow.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tasks/library/proof/expression.h"

namespace trm::tasks::library::proof {

__extension__ typedef __int128 Wide;

/// base^k times a polynomial, times k! so often, times terms of Fibonacci numbers F(a k + b) for each a.
struct GrowthKey {
  std::int64_t base = 1;
  int factorials = 0;
  std::vector<std::int64_t> fibonacci;
  bool operator==(const GrowthKey&) const = default;
  bool operator<(const GrowthKey& other) const {
    return std::tie(base, factorials, fibonacci) < std::tie(other.base, other.factorials, other.fibonacci);
  }
};
/// Which terms c k^j base^k a function of k may have, whatever their coefficients are: the largest j for each kind.
using Growth = std::map<GrowthKey, int>;
Growth growth_sum(const Growth& a, const Growth& b);
/// Nothing: too many or too large.
std::optional<Growth> growth_product(const Growth& a, const Growth& b);
/// A function of this growth that is 0 at so many k in a row is 0 for all k: it follows a recurrence of this order with
/// constant coefficients (of k! as a letter of its own).
std::size_t order_of(const Growth& growth);

/// num / (constant * product of factors)
struct Ratio {
  Expr num;
  std::int64_t constant = 1;                  ///< 0: divided by 0
  std::vector<std::pair<Expr, int>> factors;  ///< of the denominator, with k in them
};

/// What letters and names are worth while an expression is taken apart.
struct Meaning {
  std::map<std::string, Expr> numbers_of_symbol;  ///< unused letters that a text gives a number, as x = 2
  std::map<std::string, Growth> growths;          ///< of the letters that functions of the program calculate
  std::string fibonacci;                          ///< the name of Fibonacci numbers; may be empty
  std::set<std::int64_t>* powers = nullptr;       ///< where to note bases whose powers are printed as calls
};

/// Nothing: `why` says what is not calculated. The tree holds numbers, k, letters, Fibonacci names, sums, products,
/// powers and factorials.
std::optional<Ratio> ratio_of(const Expr& tree, const Meaning& meaning, std::string& why);
std::optional<Growth> growth_of(const Expr& tree, const Meaning& meaning, std::string& why);

/// Both sides of a = b, or of a - b, without quotients.
struct Sides {
  Expr left, right;
};
std::optional<Sides> sides_of(const Ratio& a, const Ratio& b);
Expr denominator_of(const Ratio& ratio);

/// As Python writes it. `k`: the text in place of k. `factorial`: of k!, as in "fact(k)" or "f".
std::string python_text(const Expr& tree, const std::string& k, const std::string& factorial, const Meaning& meaning);

/// The name of the function that is base^n.
std::string power_name(std::int64_t base);

/// What it comes to, for a reader who chooses k. Nothing: it is not defined, or too large.
struct Values {
  std::map<std::string, Sides> letters;  ///< letter = left / right
  std::string fibonacci;
};
std::optional<Wide> value_of(const Expr& tree, std::int64_t k, const Values& values);

/// Is it above 0 for all k from `start`, by the look of it?
bool is_visibly_positive(const Expr& tree, std::int64_t start);

}  // namespace trm::tasks::library::proof
