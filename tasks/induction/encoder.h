// Expressions of proofs as tokens that frames can calculate.
//
//   value        12 ; | n | m | PLUS value value | MINUS value value | TIMES small value | POW base power value
//                | AT small value          the value for another n; POW b e v is b^e v; MINUS gives 0 for what is less
//   base, power  12 ; | n
//   small        an expression of programs with n, which is not above most_small
//
// n is k of the proof, m the other symbol.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "tasks/frame.h"
#include "tasks/induction/tree.h"

namespace trm::tasks::induction {

/// Numbers that frames count with: coefficients, k and the other symbol (m or g).
inline constexpr std::int64_t most_small = 9999;
/// Divisors, bases that are not coefficients, exponents.
inline constexpr std::int64_t most_divisor = 99;

/// natural / den
struct Fraction {
  Tokens natural;
  std::int64_t den = 1;
};

bool is_small(std::int64_t value);
/// "12" is 2 1 ;
Tokens constant_tokens(std::int64_t value);
/// n + 1
Tokens next_n();
/// Nothing: it holds more than small numbers, k, sums, and products with a digit.
std::optional<Tokens> small_tokens(const Tree& tree);

/// `by` times the value, of the same denominator.
Fraction scaled(const Fraction& value, std::int64_t by);
Fraction plus(const Fraction& a, const Fraction& b);
/// The value for another n.
Fraction at(const Tokens& n, const Fraction& value);
Fraction at(std::int64_t n, const Fraction& value);

class Encoder {
 public:
  /// Nothing: frames cannot calculate it. Fractions are multiplied out.
  std::optional<Fraction> value(const Tree& tree);

  /// What S(k) is worth, and S(4) or R(4), of which last_index is the number.
  Fraction of_k, of_number;
  std::int64_t last_index = 0;
  /// Indices that values named, each with what it has to be.
  std::vector<std::pair<Tokens, Tokens>> indices;

 private:
  std::optional<Fraction> named(const Tree& index);
  std::optional<Fraction> sum(const Tree& tree);
  std::optional<Fraction> product(const std::vector<Tree>& parts, const std::vector<bool>& flipped);
};

}  // namespace trm::tasks::induction
