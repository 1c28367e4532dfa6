#include "tasks/induction/encoder.h"

#include <numeric>
#include <string>

#include "tasks/frame_writer.h"
#include "tasks/vocabulary.h"

namespace trm::tasks::induction {
namespace {

using MaybeTokens = std::optional<Tokens>;
using MaybeFraction = std::optional<Fraction>;

/// A number or k.
MaybeTokens plain(const Tree& tree) {
  return tree.is(Tree::Kind::number) || tree.is(Tree::Kind::k) ? small_tokens(tree) : std::nullopt;
}
bool is_plain(const Tree& power) {
  return plain(power.parts[0]) && plain(power.parts[1]);
}

/// Multiplies by a power.
bool raise(const Tree& power, bool fixed, Tokens& value) {
  const Tree &base = power.parts[0], &exponent = power.parts[1];
  if (exponent.is(Tree::Kind::number) && exponent.number > most_divisor) return false;
  const MaybeTokens b = plain(base), e = plain(exponent);
  if (b && e) {
    value = tokens_of(token::pow, *b, *e, value);
    return true;
  }
  const MaybeTokens small = small_tokens(b ? exponent : base);
  if (!small || (b ? !base.is(Tree::Kind::number) : !e)) return false;
  if (fixed && (b || exponent.is(Tree::Kind::number))) {
    const Tokens n = {token::n};
    value = tokens_of(token::at, *small, token::pow, b ? *b : n, e ? *e : n, value);
    return true;
  }
  if (b || !exponent.is(Tree::Kind::number)) return false;
  for (std::int64_t i = 0; i < exponent.number; ++i) value = tokens_of(token::times, *small, value);
  return true;
}

}  // namespace

bool is_small(std::int64_t value) {
  return value >= 0 && value <= most_small;
}

Tokens constant_tokens(std::int64_t value) {
  const std::string digits = std::to_string(value);
  Tokens out;
  for (std::size_t i = digits.size(); i-- > 0;) out.push_back(digits[i] - '0');
  out.push_back(token::stop);
  return out;
}

Tokens next_n() {
  return tokens_of(token::plus, constant_tokens(1), token::n);
}

MaybeTokens small_tokens(const Tree& tree) {
  switch (tree.kind) {
    case Tree::Kind::number:
      if (!is_small(tree.number)) return std::nullopt;
      return constant_tokens(tree.number);
    case Tree::Kind::k:
      return Tokens{token::n};
    case Tree::Kind::product: {
      const bool digit = tree.parts.size() == 2 && !tree.flipped[1] && tree.parts[0].is(Tree::Kind::number) &&
                         tree.parts[0].number >= 1 && tree.parts[0].number <= 9;
      const MaybeTokens rest = digit ? small_tokens(tree.parts[1]) : std::nullopt;
      if (!rest) return std::nullopt;
      return tokens_of(token::times, constant_tokens(tree.parts[0].number), *rest);
    }
    case Tree::Kind::sum:
      break;
    default:
      return std::nullopt;
  }
  // What is added first, then the numbers that are taken away.
  Tokens out;
  for (const bool minus : {false, true}) {
    for (std::size_t i = 0; i < tree.parts.size(); ++i) {
      if (tree.flipped[i] != minus) continue;
      const MaybeTokens part = small_tokens(tree.parts[i]);
      if (!part || (minus && (!tree.parts[i].is(Tree::Kind::number) || out.empty()))) return std::nullopt;
      out = out.empty() ? *part : tokens_of(minus ? token::minus : token::plus, *part, out);
    }
  }
  return out;
}

Fraction scaled(const Fraction& value, std::int64_t by) {
  return by == 1 ? value : Fraction{tokens_of(token::times, constant_tokens(by), value.natural), value.den};
}

Fraction plus(const Fraction& a, const Fraction& b) {
  const std::int64_t den = std::lcm(a.den, b.den);
  return {tokens_of(token::plus, scaled(a, den / a.den).natural, scaled(b, den / b.den).natural), den};
}

Fraction at(const Tokens& n, const Fraction& value) {
  return {tokens_of(token::at, n, value.natural), value.den};
}

Fraction at(std::int64_t n, const Fraction& value) {
  return at(constant_tokens(n), value);
}

MaybeFraction Encoder::value(const Tree& tree) {
  switch (tree.kind) {
    case Tree::Kind::number:
      return Fraction{constant_tokens(tree.number)};
    case Tree::Kind::k:
      return Fraction{{token::n}};
    case Tree::Kind::m:
    case Tree::Kind::g:
      return Fraction{{token::m}};
    case Tree::Kind::name:
      return named(tree.parts[0]);
    case Tree::Kind::sum:
      return sum(tree);
    case Tree::Kind::product:
      return product(tree.parts, tree.flipped);
    case Tree::Kind::power:
      return product({tree}, {false});
  }
  return std::nullopt;
}

MaybeFraction Encoder::named(const Tree& index) {
  const bool number = index.is(Tree::Kind::number);
  const MaybeTokens small = small_tokens(index);
  const Fraction& out = number ? of_number : of_k;
  if (!small || out.natural.empty()) return std::nullopt;
  if (!index.is(Tree::Kind::k)) indices.emplace_back(*small, number ? constant_tokens(last_index) : Tokens{token::n});
  return out;
}

MaybeFraction Encoder::sum(const Tree& tree) {
  std::vector<Fraction> parts;
  std::int64_t den = 1;
  for (const Tree& part : tree.parts) {
    const MaybeFraction fraction = value(part);
    if (!fraction) return std::nullopt;
    den = std::lcm(den, fraction->den);
    if (!is_small(den)) return std::nullopt;
    parts.push_back(*fraction);
  }
  Tokens added, taken;
  for (std::size_t i = parts.size(); i-- > 0;) {
    const Tokens part = scaled(parts[i], den / parts[i].den).natural;
    Tokens& side = tree.flipped[i] ? taken : added;
    side = side.empty() ? part : tokens_of(token::plus, part, side);
  }
  if (added.empty()) added = constant_tokens(0);
  return Fraction{taken.empty() ? added : tokens_of(token::minus, added, taken), den};
}

/// 5 * k^2 * (k + 1) / 2: numbers and powers around what is left.
MaybeFraction Encoder::product(const std::vector<Tree>& parts, const std::vector<bool>& flipped) {
  Fraction out;
  std::vector<const Tree*> powers, others;
  std::int64_t den = 1;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (flipped[i]) {
      if (!parts[i].is(Tree::Kind::number) || !is_small(parts[i].number) || !is_small(den * parts[i].number))
        return std::nullopt;
      den *= parts[i].number;
    } else {
      (parts[i].is(Tree::Kind::power) ? powers : others).push_back(&parts[i]);
    }
  }
  if (den == 0) return std::nullopt;
  bool fixed = true;  // the same for all k
  if (!others.empty()) {
    const MaybeFraction last = value(*others.back());
    if (!last) return std::nullopt;
    out = *last;
    fixed = others.back()->is(Tree::Kind::number);
    others.pop_back();
  } else {
    out = {constant_tokens(1)};
  }
  for (; !others.empty(); others.pop_back()) {
    const MaybeTokens small = small_tokens(*others.back());
    if (!small) return std::nullopt;
    fixed = fixed && others.back()->is(Tree::Kind::number);
    out.natural = tokens_of(token::times, *small, out.natural);
  }
  for (std::size_t pass = 0; pass < 2; ++pass) {
    for (const Tree* power : powers) {
      // Those of another n hold what does not depend on it.
      if (is_plain(*power) != (pass == 1)) continue;
      if (!raise(*power, fixed, out.natural)) return std::nullopt;
      fixed = false;
    }
  }
  out.den *= den;
  if (!is_small(out.den)) return std::nullopt;
  return out;
}

}  // namespace trm::tasks::induction
