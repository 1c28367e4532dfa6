#include "tasks/recursion/induction/encoder.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <string>

#include "tasks/frames/frame_writer.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks::induction {
namespace {

using MaybeValue = std::optional<Value>;

constexpr int kLargestPower = 8;
constexpr std::int64_t kLargestBase = 1'000'000'000;
constexpr std::int64_t kLargestPart = 1'000'000'000'000'000'000;
/// Of a value. Brackets that are multiplied out grow fast.
constexpr std::size_t kMostTokens = 1000;

/// Bits below the highest one, and that one.
std::uint32_t filled(std::uint32_t powers) {
  return (std::uint32_t{1} << std::bit_width(powers)) - 1;
}

std::optional<std::int64_t> in_range(std::int64_t value) {
  return value < kLargestPart && value > -kLargestPart ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> product_in_range(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  return __builtin_mul_overflow(a, b, &out) ? std::nullopt : in_range(out);
}

/// What EVAL calculates: a number up to most_small for every k up to most_counter.
struct Small {
  Tokens tokens;
  std::int64_t most = 0;
  Shape shape;
};
using MaybeSmall = std::optional<Small>;

MaybeSmall small_of(const Tree& tree) {
  Small out;
  switch (tree.kind) {
    case Tree::Kind::number:
      out = {constant_tokens(tree.number), tree.number, Shape()};
      break;
    case Tree::Kind::k:
      out = {{token::n}, kMostCounter, Shape::of_k()};
      break;
    case Tree::Kind::product: {
      const bool digit = tree.parts.size() == 2 && !tree.flipped[1] && tree.parts[0].is(Tree::Kind::number) &&
                         tree.parts[0].number >= 1 && tree.parts[0].number <= 9;
      const MaybeSmall rest = digit ? small_of(tree.parts[1]) : std::nullopt;
      if (!rest) return std::nullopt;
      out = {tokens_of(token::times, constant_tokens(tree.parts[0].number), rest->tokens),
             tree.parts[0].number * rest->most, rest->shape};
      break;
    }
    case Tree::Kind::sum:
      for (std::size_t i = tree.parts.size(); i-- > 0;) {
        const MaybeSmall part = tree.flipped[i] ? std::nullopt : small_of(tree.parts[i]);
        if (!part || out.tokens.size() > kMostTokens) return std::nullopt;
        const bool first = out.tokens.empty();
        out = {first ? part->tokens : tokens_of(token::plus, part->tokens, out.tokens), out.most + part->most,
               first ? part->shape : out.shape.with(part->shape)};
      }
      break;
    default:
      return std::nullopt;
  }
  return is_small(out.most) && out.tokens.size() <= kMostTokens ? MaybeSmall(out) : std::nullopt;
}

bool tokens_depend_on_k(const Tokens& value) {
  return std::find(value.begin(), value.end(), token::n) != value.end();
}

/// What makes the value behind it that for k + 1.
Tokens to_next() {
  return tokens_of(token::at, token::plus, constant_tokens(1), token::n);
}

bool is_one(const Value& value) {
  return value.positive == constant_tokens(1) && value.negative.empty() && value.den == 1;
}

/// Puts the tokens before what is added and what is taken away.
Value behind(const Tokens& head, Value value) {
  for (Tokens* side : {&value.positive, &value.negative})
    if (!side->empty()) side->insert(side->begin(), head.begin(), head.end());
  return value;
}

Tokens sum_of(const Tokens& a, const Tokens& b) {
  return a.empty() ? b : b.empty() ? a : tokens_of(token::plus, a, b);
}

Value negated(Value value) {
  std::swap(value.positive, value.negative);
  return value;
}

/// (k + 1)^4 times what is the same for all k: n^4 for another n.
MaybeValue power_of_bracket(const Tree& base, std::int64_t exponent, const Value& by) {
  const MaybeSmall small = small_of(base);
  const std::optional<std::int64_t> most = integer_at(base, kMostPoints);
  std::optional<Shape> shape = by.shape;
  for (std::int64_t i = 0; shape && small && i < exponent; ++i) shape = shape->times(small->shape);
  if (!small || !most || *most > kMostCounter || !shape || !by.shape.is_constant()) return std::nullopt;
  Value out = behind(tokens_of(token::at, small->tokens, token::pow, token::n, constant_tokens(exponent)), by);
  out.shape = *shape;
  return out;
}

bool holds_names(const Tree& tree) {
  return tree.is(Tree::Kind::name) || tree.is(Tree::Kind::m) || tree.is(Tree::Kind::g) ||
         std::any_of(tree.parts.begin(), tree.parts.end(), holds_names);
}

}  // namespace

Shape Shape::of_k() {
  Shape out;
  out.powers_ = {{1, 2}};
  return out;
}

Shape Shape::of_power(std::int64_t base) {
  Shape out;
  out.powers_ = {{base, 1}};
  return out;
}

Shape Shape::with(const Shape& other) const {
  Shape out = *this;
  for (const auto& [base, powers] : other.powers_) out.powers_[base] |= powers;
  return out;
}

std::optional<Shape> Shape::times(const Shape& other) const {
  Shape out;
  out.powers_.clear();
  for (const auto& [base, powers] : powers_) {
    for (const auto& [other_base, other_powers] : other.powers_) {
      std::uint32_t& product = out.powers_[base * other_base];
      for (int i = 0; i <= kLargestPower; ++i)
        if ((other_powers >> i & 1) != 0) product |= powers << i;
      if (base * other_base > kLargestBase || product >= std::uint32_t{2} << kLargestPower) return std::nullopt;
    }
  }
  return out;
}

Shape Shape::moved() const {
  Shape out = *this;
  for (auto& entry : out.powers_) entry.second = filled(entry.second);
  return out;
}

Shape Shape::grown() const {
  Shape out = moved();
  out.powers_[1] >>= 1;
  return out;
}

std::vector<std::int64_t> Shape::deciding_points(std::int64_t first) const {
  std::int64_t terms = 0, bases = 0;
  bool zero = false;
  for (const auto& [base, powers] : powers_) {
    terms += std::popcount(powers);
    bases += powers == 0 ? 0 : 1;
    zero = zero || (powers & 1) != 0;
  }
  const std::int64_t points = bases > 1 ? deciding_in_a_row() : terms;
  std::vector<std::int64_t> out = {first};
  for (std::int64_t k = zero ? 0 : 1; std::ssize(out) < points; ++k)
    if (k != first) out.push_back(k);
  return out;
}

std::int64_t Shape::deciding_in_a_row() const {
  std::int64_t out = 0;
  for (const auto& entry : powers_) out += std::bit_width(entry.second);
  return std::max<std::int64_t>(out, 1);
}

bool Shape::is_linear() const {
  return powers_.size() == 1 && powers_.begin()->first == 1 && powers_.begin()->second < 4;
}

bool Shape::is_constant() const {
  return powers_.size() == 1 && powers_.begin()->first == 1 && powers_.begin()->second < 2;
}

bool is_small(std::int64_t value) {
  return value >= 0 && value <= kMostSmall;
}

Tokens constant_tokens(std::int64_t value) {
  const std::string digits = std::to_string(value);
  Tokens out;
  for (std::size_t i = digits.size(); i-- > 0;) out.push_back(digits[i] - '0');
  out.push_back(token::stop);
  return out;
}

Value number_value(std::int64_t value) {
  return {constant_tokens(value), {}, 1, Shape()};
}

Value k_value() {
  return {{token::n}, {}, 1, Shape::of_k()};
}

Value scaled(const Value& value, std::int64_t by) {
  Value out = value;
  while (by != 1) {
    std::int64_t factor = std::min(by, kMostSmall);
    while (by != 0 && by % factor != 0) --factor;
    out = behind(tokens_of(token::times, constant_tokens(factor)), std::move(out));
    by = by == 0 ? 1 : by / factor;
  }
  return out;
}

Value plus(const Value& a, const Value& b) {
  const std::int64_t den = std::lcm(a.den, b.den);
  const Value x = scaled(a, den / a.den), y = scaled(b, den / b.den);
  return {sum_of(x.positive, y.positive), sum_of(x.negative, y.negative), den, a.shape.with(b.shape)};
}

Value minus(const Value& a, const Value& b) {
  return plus(a, negated(b));
}

Value at_next(const Value& value) {
  const Tokens next = to_next();
  Value out = value;
  for (Tokens* side : {&out.positive, &out.negative})
    if (tokens_depend_on_k(*side)) side->insert(side->begin(), next.begin(), next.end());
  out.shape = value.shape.moved();
  return out;
}

Value at(std::int64_t k, const Value& value) {
  const Tokens next = to_next();
  Value out = value;
  for (Tokens* side : {&out.positive, &out.negative}) {
    if (!tokens_depend_on_k(*side)) continue;
    const bool moved = side->size() > next.size() && std::equal(next.begin(), next.end(), side->begin());
    if (moved) side->erase(side->begin(), side->begin() + std::ssize(next));
    *side = tokens_of(token::at, constant_tokens(moved ? k + 1 : k), *side);
  }
  out.shape = Shape();
  return out;
}

std::optional<std::int64_t> integer_at(const Tree& tree, std::int64_t k) {
  switch (tree.kind) {
    case Tree::Kind::number:
      return tree.number;
    case Tree::Kind::k:
      return k;
    case Tree::Kind::sum:
    case Tree::Kind::product: {
      std::optional<std::int64_t> out = tree.is(Tree::Kind::sum) ? 0 : 1;
      for (std::size_t i = 0; out && i < tree.parts.size(); ++i) {
        const std::optional<std::int64_t> part = integer_at(tree.parts[i], k);
        if (!part || (tree.flipped[i] && tree.is(Tree::Kind::product))) return std::nullopt;
        out = tree.is(Tree::Kind::product) ? product_in_range(*out, *part)
                                           : in_range(*out + (tree.flipped[i] ? -*part : *part));
      }
      return out;
    }
    case Tree::Kind::power: {
      const std::optional<std::int64_t> base = integer_at(tree.parts[0], k), exponent = integer_at(tree.parts[1], k);
      if (!base || !exponent || *exponent < 0 || *exponent > kMostCounter) return std::nullopt;
      std::optional<std::int64_t> out = 1;
      for (std::int64_t i = 0; out && i < *exponent; ++i) out = product_in_range(*out, *base);
      return out;
    }
    default:
      return std::nullopt;
  }
}

MaybeValue Encoder::refused(std::string_view why) {
  why_ = why;
  return std::nullopt;
}

MaybeValue Encoder::unknown() {
  undefined_ = true;
  return number_value(0);
}

MaybeValue Encoder::value(const Tree& tree) {
  return times(tree, number_value(1));
}

MaybeValue Encoder::times(const Tree& tree, const Value& by) {
  MaybeValue out;
  const MaybeSmall small = is_one(by) ? std::nullopt : small_of(tree);
  if (small) {
    const std::optional<Shape> shape = by.shape.times(small->shape);
    if (!shape) return refused("has too high a power of k");
    out = behind(tokens_of(token::times, small->tokens), by);
    out->shape = *shape;
  } else if (tree.is(Tree::Kind::sum)) {
    out = times_sum(tree, by);
  } else if (tree.is(Tree::Kind::product)) {
    out = times_product(tree, by);
  } else if (tree.is(Tree::Kind::power)) {
    out = times_power(tree, by);
  } else if (!is_one(by)) {
    return refused("multiplies numbers above 9999, or names");
  } else if (tree.is(Tree::Kind::number)) {
    out = number_value(tree.number);
  } else if (tree.is(Tree::Kind::k)) {
    out = k_value();
  } else {
    out = named(tree);
  }
  if (out && out->size() > kMostTokens) return refused("is too long when its brackets are multiplied out");
  if (out && out->den > kMostDen) return refused("has a denominator above 10^9");
  return out;
}

std::optional<Encoder::Line> Encoder::line_of(const Tree& tree) {
  const MaybeValue all = value(tree);
  const std::optional<std::int64_t> a = integer_at(tree, 0), b = integer_at(tree, 1);
  if (!all || !a || !b || !all->shape.is_linear()) return std::nullopt;
  return Line{*b - *a, *a};
}

MaybeValue Encoder::named(const Tree& tree) {
  if (!tree.is(Tree::Kind::name)) return tree.is(other_kind) && other ? other : unknown();
  const Tree& index = tree.parts[0];
  const std::optional<Line> line = holds_names(index) ? std::nullopt : line_of(index);
  if (!line) return refused("names something by more than a number or k");
  const bool number = line->slope == 0;
  const MaybeValue& out = number ? of_number : of_k;
  if (!out || tree.name != (number ? name_of_number : name_of_k)) return unknown();
  if (!index.is(Tree::Kind::k)) indices.emplace_back(*value(index), number ? number_value(last_index) : k_value());
  return out;
}

MaybeValue Encoder::times_sum(const Tree& sum, const Value& by) {
  MaybeValue out;
  for (std::size_t i = sum.parts.size(); i-- > 0;) {
    MaybeValue part = times(sum.parts[i], by);
    if (!part) return std::nullopt;
    if (sum.flipped[i]) part = negated(*std::move(part));
    out = out ? plus(*part, *out) : part;
    if (out->size() > kMostTokens) return refused("is too long when its brackets are multiplied out");
  }
  return out;
}

MaybeValue Encoder::times_product(const Tree& product, const Value& by) {
  // What can only be multiplied by others comes first: names, then long numbers, then brackets that would be copied.
  const auto rank = [](const Tree& part) {
    if (holds_names(part)) return 0;
    if (part.is(Tree::Kind::number)) return is_small(part.number) ? 3 : 1;
    return part.is(Tree::Kind::sum) && !small_of(part) ? 2 : 4;
  };
  std::vector<const Tree*> factors;
  std::int64_t den = 1;
  for (std::size_t i = 0; i < product.parts.size(); ++i) {
    const Tree& part = product.parts[i];
    if (!product.flipped[i]) {
      factors.push_back(&part);
    } else if (!part.is(Tree::Kind::number)) {
      return refused("divides by more than a number");
    } else if (part.number == 0) {
      return unknown();
    } else if (!is_small(part.number) || (den *= part.number) > kMostDen) {
      return refused("divides by more than 9999");
    }
  }
  std::stable_sort(factors.begin(), factors.end(), [&](const Tree* a, const Tree* b) { return rank(*a) < rank(*b); });
  MaybeValue out = by;
  for (const Tree* factor : factors) {
    out = times(*factor, *out);
    if (!out) return std::nullopt;
  }
  return divided(*std::move(out), den);
}

MaybeValue Encoder::divided(Value value, std::int64_t by) {
  if (by > kMostDen / value.den) return refused("has a denominator above 10^9");
  value.den *= by;
  return value;
}

MaybeValue Encoder::times_power(const Tree& power, const Value& by) {
  const Tree &base = power.parts[0], &exponent = power.parts[1];
  const std::optional<Line> line = line_of(exponent);
  if (!line) return refused("has a power that is neither a number nor like k + 1");
  const auto [slope, offset] = *line;
  if (std::abs(offset) > kMostCounter || slope > 9) return refused("has a power above 99");
  const bool number = base.is(Tree::Kind::number) && base.number <= kMostCounter;
  MaybeValue out = by;
  if (slope == 0) {
    if (offset < 0) return refused("has a power below 0");
    if (!number && !base.is(Tree::Kind::k)) {
      if (const MaybeValue out_of = power_of_bracket(base, offset, by)) return out_of;
      for (std::int64_t i = 0; out && i < offset; ++i) out = times(base, *out);
      return out;
    }
    std::optional<Shape> shape = by.shape;
    for (std::int64_t i = 0; shape && !number && i < offset; ++i) shape = shape->times(Shape::of_k());
    if (!shape) return refused("has too high a power of k");
    const Tokens b = number ? constant_tokens(base.number) : Tokens{token::n};
    out = behind(tokens_of(token::pow, b, constant_tokens(offset)), by);
    out->shape = *shape;
    return out;
  }
  if (!number || base.number < 1 || slope < 0)
    return refused("has a power with k, but not of a number from 1 to 99 to a power like k + 1");
  const Tokens b = constant_tokens(base.number);
  if (offset > 0) out = behind(tokens_of(token::pow, b, constant_tokens(offset)), *out);
  for (std::int64_t i = 0; out && i < -offset; ++i) out = divided(*std::move(out), base.number);
  for (std::int64_t i = 0; out && i < slope; ++i) {
    const std::optional<Shape> shape = out->shape.times(Shape::of_power(base.number));
    if (!shape) return refused("has too large a power");
    out = behind(tokens_of(token::pow, b, token::n), *std::move(out));
    out->shape = *shape;
  }
  return out;
}

}  // namespace trm::tasks::induction
