// Expressions of proofs as tokens that frames can calculate.
//
//   value        12 ; | n | m | PLUS value value | TIMES small value | POW base power value
//                | AT small value          the value for another n; POW b e v is b^e v
//   base, power  12 ; | n
//   small        12 ; | n | PLUS small small | TIMES 3 ; small
//
// n is k of the proof, m the other symbol (m or g). Frames know no numbers below zero: a value is what is added to it
// and what is taken away from it, and no frame subtracts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "tasks/frames/frame.h"
#include "tasks/recursion/induction/tree.h"

namespace trm::tasks::induction {

/// Numbers that frames count with: coefficients, the other symbol.
inline constexpr std::int64_t kMostSmall = 9999;
/// Of values.
inline constexpr std::int64_t kMostDen = 1'000'000'000;
/// k, exponents, bases of powers, divisors.
inline constexpr std::int64_t kMostCounter = 99;

/// More k than that no line asks for.
inline constexpr std::int64_t kMostPoints = 24;

/// The terms c k^j b^k that a function of k may have, whatever their coefficients are: for each b the powers j, as
/// bits.
class Shape {
 public:
  /// A constant.
  Shape() : powers_{{1, 1}} {}
  /// k, b^k
  static Shape of_k();
  static Shape of_power(std::int64_t base);

  /// Of the sum and the difference.
  [[nodiscard]] Shape with(const Shape& other) const;
  /// Nothing: it has higher powers of k than 8, or larger bases than 10^9.
  [[nodiscard]] std::optional<Shape> times(const Shape& other) const;
  /// Of f(k + 1) and of f(k + 1) - f(k).
  [[nodiscard]] Shape moved() const;
  [[nodiscard]] Shape grown() const;

  /// Where a function of this shape has to be 0 to be 0 for all k, `first` (above 0) among them: b^k p(k) has at most
  /// as many positive zeros as p has terms, less one (Descartes), and 0 tells whether p has a constant; a sum of such,
  /// p of degree d, has at most as many zeros as all d + 1 together, less one (Polya and Szego, Problems and Theorems
  /// in Analysis II, V 75).
  [[nodiscard]] std::vector<std::int64_t> deciding_points(std::int64_t first) const;
  /// As many values in a row, if they are multiples of a number, show that all later ones are: they follow from those
  /// before by the recurrence that has the product of (x - b)^(d + 1), whose coefficients are integers.
  [[nodiscard]] std::int64_t deciding_in_a_row() const;
  [[nodiscard]] bool is_linear() const;
  [[nodiscard]] bool is_constant() const;

 private:
  std::map<std::int64_t, std::uint32_t> powers_;
};

/// (positive - negative) / den. No tokens: 0.
struct Value {
  Tokens positive, negative;
  std::int64_t den = 1;
  Shape shape;

  [[nodiscard]] std::size_t size() const { return positive.size() + negative.size(); }
};

/// "12" is 2 1 ;
Tokens constant_tokens(std::int64_t value);
bool is_small(std::int64_t value);
/// An integer that is not negative.
Value number_value(std::int64_t value);
Value k_value();

Value plus(const Value& a, const Value& b);
Value minus(const Value& a, const Value& b);
/// by: a product of numbers up to most_small.
Value scaled(const Value& value, std::int64_t by);
/// For k + 1, and for a number in place of k.
Value at_next(const Value& value);
Value at(std::int64_t k, const Value& value);

/// What an expression comes to for small k; nothing: it holds names or quotients, or comes to 10^18 or more.
std::optional<std::int64_t> integer_at(const Tree& tree, std::int64_t k);

class Encoder {
 public:
  /// Nothing: frames cannot calculate it, and why() tells the reason. A value that is not
  /// defined so far (a name, a quotient by 0) makes undefined() true.
  std::optional<Value> value(const Tree& tree);
  [[nodiscard]] std::string_view why() const { return why_; }
  [[nodiscard]] bool undefined() const { return undefined_; }
  void forget_undefined() { undefined_ = false; }

  /// What S(k) or D(k) is worth, and S(4) or R(4), of which last_index is the number. Nothing: not yet said.
  std::optional<Value> of_k, of_number;
  std::int64_t last_index = 0;
  /// The letters of these.
  char name_of_k = '\0', name_of_number = '\0';
  /// The other symbol, and what it is worth.
  Tree::Kind other_kind = Tree::Kind::m;
  std::optional<Value> other;
  /// Indices that values named, each with what it has to be worth.
  std::vector<std::pair<Value, Value>> indices;

 private:
  std::optional<Value> refused(std::string_view why);
  std::optional<Value> unknown();
  /// slope k + offset
  struct Line {
    std::int64_t slope, offset;
  };
  std::optional<Line> line_of(const Tree& tree);
  std::optional<Value> named(const Tree& tree);
  std::optional<Value> times(const Tree& tree, const Value& by);
  std::optional<Value> times_sum(const Tree& sum, const Value& by);
  std::optional<Value> times_product(const Tree& product, const Value& by);
  std::optional<Value> times_power(const Tree& power, const Value& by);
  std::optional<Value> divided(Value value, std::int64_t by);

  std::string_view why_;
  bool undefined_ = false;
};

}  // namespace trm::tasks::induction
