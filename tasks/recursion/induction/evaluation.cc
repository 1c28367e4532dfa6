// Proofs checked by numbers: each line at many k, which decides as well as algebra does. Sums c k^j b^k with N
// different (j, b), all lower j among them, are 0 for all k if they are 0 for N k in a row. That is as true of residues
// modulo a prime above all b and j, so every value is a residue, and never too large; what is 0 there is 0, unless its
// coefficients are multiples of the prime, 2^61 - 1. Nothing here is shared with the algebra, nor with what frames do.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "tasks/base/words.h"
#include "tasks/recursion/induction/induction.h"
#include "tasks/recursion/induction/statement.h"

namespace trm::tasks::induction {
namespace {

using Kind = Statement::Kind;
using Residue = std::uint64_t;
using MaybeResidue = std::optional<Residue>;
using MaybeInteger = std::optional<std::int64_t>;
__extension__ typedef unsigned __int128 Product;

constexpr Residue kPrime = (Residue{1} << 61) - 1;
constexpr std::int64_t kPoints = 24;
constexpr std::int64_t kLargestInteger = std::int64_t{1} << 62;
constexpr std::int64_t kLargestExponent = 10'000;

Residue sum(Residue a, Residue b) {
  const Residue out = a + b;
  return out < kPrime ? out : out - kPrime;
}
Residue difference(Residue a, Residue b) {
  return a < b ? a + kPrime - b : a - b;
}
/// 2^61 is 1.
Residue product(Residue a, Residue b) {
  const Product out = Product{a} * b;
  return sum(static_cast<Residue>(out) & kPrime, static_cast<Residue>(out >> 61));
}
Residue power(Residue base, std::uint64_t exponent) {
  Residue out = 1;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) out = product(out, base);
    base = product(base, base);
  }
  return out;
}
Residue inverse(Residue value) {
  return power(value, kPrime - 2);
}
Residue residue(std::int64_t value) {
  const Residue size = static_cast<Residue>(std::abs(value)) % kPrime;
  return value < 0 ? difference(0, size) : size;
}

bool depends_on_k(const Tree& tree) {
  return tree.is(Tree::Kind::k) || tree.is(Tree::Kind::m) || tree.is(Tree::Kind::g) ||
         std::any_of(tree.parts.begin(), tree.parts.end(), depends_on_k);
}

/// Nothing: it is no integer of a size that can be, or holds names.
MaybeInteger integer(const Tree& tree, std::int64_t k) {
  if (tree.is(Tree::Kind::number)) return tree.number;
  if (tree.is(Tree::Kind::k)) return k;
  const bool adds = tree.is(Tree::Kind::sum), raises = tree.is(Tree::Kind::power);
  if (!adds && !raises && !tree.is(Tree::Kind::product)) return std::nullopt;
  std::int64_t out = adds ? 0 : 1;
  const auto by = [&out](std::int64_t factor) {
    return !__builtin_mul_overflow(out, factor, &out) && std::abs(out) < kLargestInteger;
  };
  if (raises) {
    const MaybeInteger base = integer(tree.parts[0], k), exponent = integer(tree.parts[1], k);
    if (!base || !exponent || *exponent < 0 || *exponent > kLargestExponent) return std::nullopt;
    for (std::int64_t i = 0; i < *exponent; ++i)
      if (!by(*base)) return std::nullopt;
    return out;
  }
  for (std::size_t i = 0; i < tree.parts.size(); ++i) {
    const MaybeInteger part = integer(tree.parts[i], k);
    if (!part) return std::nullopt;
    if (adds) out += tree.flipped[i] ? -*part : *part;
    if (adds ? std::abs(out) >= kLargestInteger : tree.flipped[i] || !by(*part)) return std::nullopt;
  }
  return out;
}

class Evaluation {
 public:
  explicit Evaluation(Subject subject) : subject_(subject) {}

  bool follows(const Statement& line) {
    switch (line.kind) {
      case Kind::claim:
        return subject_ == Subject::sum            ? sum_claim(line)
               : subject_ == Subject::divisibility ? divisibility_claim(line)
                                                   : inequality_claim(line);
      case Kind::base:
        return base(line);
      case Kind::hypothesis:
        return hypothesis(line);
      case Kind::step:
        return (subject_ == Subject::inequality ? line.equal.size() > 1 : is(line.index, 1, 1)) &&
               worth_next(line.equal);
      case Kind::next:
        return worth_next(line.equal);
      case Kind::bound:
        return bound(line);
      case Kind::conclusion:
        return worth_next(line.equal) && worth(line.than, [this](std::int64_t k) { return value(right_, k + 1); });
      case Kind::row:
        return row(line);
    }
    return false;
  }
  /// A line was beyond what is calculated here.
  [[nodiscard]] bool beyond() const { return beyond_; }

 private:
  // Values.

  bool give_up() {
    beyond_ = true;
    return false;
  }

  /// Nothing: something is not defined.
  MaybeResidue value(const Tree& tree, std::int64_t k) {
    switch (tree.kind) {
      case Tree::Kind::number:
        return residue(tree.number);
      case Tree::Kind::k:
        return residue(k);
      case Tree::Kind::m:
      case Tree::Kind::g:
        return symbol(tree.kind, k);
      case Tree::Kind::name:
        return named(tree, k);
      case Tree::Kind::power:
        return raised(tree, k);
      default:
        break;
    }
    const bool adds = tree.is(Tree::Kind::sum);
    MaybeResidue out = adds ? 0 : 1;
    for (std::size_t i = 0; i < tree.parts.size(); ++i) {
      const MaybeResidue part = value(tree.parts[i], k);
      if (!part || (!adds && tree.flipped[i] && *part == 0)) return std::nullopt;
      out = adds ? (tree.flipped[i] ? difference(*out, *part) : sum(*out, *part))
                 : product(*out, tree.flipped[i] ? inverse(*part) : *part);
    }
    return out;
  }
  MaybeResidue raised(const Tree& tree, std::int64_t k) {
    const MaybeResidue base = value(tree.parts[0], k);
    const MaybeInteger exponent = integer(tree.parts[1], k);
    if (!base) return std::nullopt;
    if (!exponent || std::abs(*exponent) > kLargestExponent || (*base == 0 && *exponent < 0)) {
      give_up();
      return std::nullopt;
    }
    const Residue out = power(*base, static_cast<std::uint64_t>(std::abs(*exponent)));
    return *exponent < 0 ? inverse(out) : out;
  }
  MaybeResidue symbol(Tree::Kind kind, std::int64_t k) {
    if (kind != (subject_ == Subject::divisibility ? Tree::Kind::m : Tree::Kind::g)) return std::nullopt;
    if (free_symbol_ || !assumed_ || subject_ == Subject::sum) return free_symbol_;
    const MaybeResidue left = value(left_, k), right = kind == Tree::Kind::g ? value(right_, k) : 0;
    if (!left || !right) return std::nullopt;
    return kind == Tree::Kind::g ? difference(*left, *right) : product(*left, inverse(residue(divisor_)));
  }
  /// S(k) or D(k); S(4) or R(4) of the row before.
  MaybeResidue named(const Tree& tree, std::int64_t k) {
    const MaybeInteger first = integer(tree.parts[0], 1), second = integer(tree.parts[0], 2);
    if (!first || !second) {
      give_up();
      return std::nullopt;
    }
    const bool sums = subject_ == Subject::sum, divides = subject_ == Subject::divisibility;
    if (*first == *second) {
      const bool known = tree.name == (sums ? 'S' : divides ? 'R' : '\0') && number_ && *first == row_;
      return known ? number_ : std::nullopt;
    }
    const bool known = tree.name == (sums ? 'S' : divides ? 'D' : '\0') && assumed_ && *first == 1 && *second == 2;
    return known ? value(left_, k) : std::nullopt;
  }

  /// Is each of the expressions worth what the function is, for all k?
  template <class Function>
  bool worth(const std::vector<Tree>& trees, const Function& function) {
    return std::all_of(trees.begin(), trees.end(), [&](const Tree& tree) {
      for (std::int64_t k = 1; k <= kPoints; ++k) {
        const MaybeResidue found = value(tree, k), wanted = function(k);
        if (!found || found != wanted) return false;
      }
      return true;
    });
  }
  bool worth_number(const std::vector<Tree>& trees, MaybeResidue number) {
    return std::all_of(trees.begin(), trees.end(), [&](const Tree& tree) {
      const std::int64_t last = depends_on_k(tree) ? kPoints : 1;
      for (std::int64_t k = 1; k <= last; ++k)
        if (!number || value(tree, k) != number) return false;
      return true;
    });
  }
  /// The function that the claim is about, for k + 1.
  bool worth_next(const std::vector<Tree>& trees) {
    return worth(trees, [this](std::int64_t k) { return value(left_, k + 1); });
  }
  /// Is it slope k + offset?
  bool is(const std::optional<Tree>& index, std::int64_t slope, std::int64_t offset) {
    return index && worth({*index}, [&](std::int64_t k) { return residue(slope * k + offset); });
  }

  // Lines.

  bool sum_claim(const Statement& line) {
    term_ = line.equal[0];
    left_ = line.equal[1];
    start_ = line.numbers[2];
    first_ = residue(line.numbers[0]);
    if (value(term_, 1) != first_ || value(term_, 2) != residue(line.numbers[1]) || value(left_, 1) != first_)
      return false;
    for (std::int64_t k = 1; k <= kPoints; ++k) {
      const MaybeResidue sum_to_k = value(left_, k), next = value(term_, k + 1);
      if (!sum_to_k || !next || value(left_, k + 1) != sum(*sum_to_k, *next)) return false;
    }
    return true;
  }

  bool divisibility_claim(const Statement& line) {
    divisor_ = line.numbers[0];
    start_ = line.numbers[1];
    left_ = line.equal[0];
    base_ = leading_base(left_).value_or(0);
    first_ = value(left_, 1);
    if (!value(left_, start_ + 1)) return false;
    if (base_ < 2 || divisor_ < 1 || divisor_ > kLargestExponent || start_ > kLargestExponent) return give_up();
    for (std::int64_t n = start_; n < start_ + kPoints; ++n) {
      const MaybeInteger rest = remainder(left_, n);
      if (!rest) return give_up();
      if (*rest != 0) return false;
    }
    return true;
  }
  /// Of what the expression is worth by the divisor; nothing: it is more than sums, products and powers.
  [[nodiscard]] MaybeInteger remainder(const Tree& tree, std::int64_t n) const {
    if (tree.is(Tree::Kind::number)) return tree.number % divisor_;
    if (tree.is(Tree::Kind::k)) return n % divisor_;
    if (tree.is(Tree::Kind::power)) {
      const MaybeInteger base = remainder(tree.parts[0], n), exponent = integer(tree.parts[1], n);
      if (!base || !exponent || *exponent < 0 || *exponent > 10 * kLargestExponent) return std::nullopt;
      std::int64_t out = 1 % divisor_;
      for (std::int64_t i = 0; i < *exponent; ++i) out = out * *base % divisor_;
      return out;
    }
    const bool adds = tree.is(Tree::Kind::sum);
    if (!adds && !tree.is(Tree::Kind::product)) return std::nullopt;
    std::int64_t out = adds ? 0 : 1;
    for (std::size_t i = 0; i < tree.parts.size(); ++i) {
      const MaybeInteger part = remainder(tree.parts[i], n);
      if (!part || (!adds && tree.flipped[i])) return std::nullopt;
      out = (adds ? out + (tree.flipped[i] ? divisor_ - *part : *part) : out * *part) % divisor_;
    }
    return out;
  }

  /// a^n > c n + e: once a^n grows by c it does so for ever.
  bool inequality_claim(const Statement& line) {
    left_ = line.equal[0];
    right_ = line.than[0];
    base_ = leading_base(left_).value_or(0);
    start_ = row_ = line.numbers[0];
    if (!value(left_, 1) || !value(right_, 1)) return false;
    const MaybeInteger at_1 = integer(right_, 1), at_2 = integer(right_, 2);
    if (!at_1 || !at_2 || *at_2 <= *at_1 || base_ < 2) return give_up();
    const bool linear = worth({right_}, [&](std::int64_t k) { return residue(*at_1 + (k - 1) * (*at_2 - *at_1)); });
    if (!linear || !left_.is(Tree::Kind::power)) return give_up();
    for (std::int64_t n = start_;; ++n) {
      const MaybeInteger more = integer(left_, n), less = integer(right_, n);
      if (!more || !less) return give_up();
      if (*more <= *less) return false;
      if (*more >= *at_2 - *at_1) return true;
    }
  }

  bool base(const Statement& line) {
    if (subject_ == Subject::inequality)
      return worth_number(line.equal, value(left_, start_)) && worth_number(line.than, value(right_, start_));
    if (start_ != 1 || !is(line.index, 0, 1) || !worth_number(line.equal, first_)) return false;
    if (subject_ == Subject::divisibility) return is_multiple(line.equal.back());
    number_ = first_;
    row_ = 1;
    return true;
  }
  /// "7*4"
  [[nodiscard]] bool is_multiple(const Tree& tree) const {
    return tree.is(Tree::Kind::product) && tree.parts.size() == 2 && !tree.flipped[1] &&
           tree.parts[0].is(Tree::Kind::number) && tree.parts[0].number == divisor_ &&
           tree.parts[1].is(Tree::Kind::number);
  }

  bool hypothesis(const Statement& line) {
    const auto function = [this](std::int64_t k) { return value(left_, k); };
    if (subject_ != Subject::inequality && !is(line.index, 1, 0)) return false;
    if (subject_ == Subject::sum) {
      assumed_ = worth(line.equal, function);
      return assumed_;
    }
    if (line.equal.size() != 2 || !worth({line.equal[0]}, function)) return false;
    // Whatever m or g is, for as many of them as decide it.
    bool right = true;
    for (Residue other = 0; right && other <= 9; ++other) {
      free_symbol_ = other;
      right = worth({line.equal[1]}, [&](std::int64_t k) -> MaybeResidue {
        if (subject_ == Subject::divisibility) return product(residue(divisor_), other);
        const MaybeResidue claimed = value(right_, k);
        return claimed ? MaybeResidue(sum(*claimed, other)) : std::nullopt;
      });
    }
    free_symbol_.reset();
    assumed_ = right;
    return right;
  }

  bool bound(const Statement& line) {
    const auto more = [this](std::int64_t k) -> MaybeResidue {
      const MaybeResidue now = value(right_, k), next = value(right_, k + 1);
      return now && next ? MaybeResidue(difference(product(residue(base_), *now), *next)) : std::nullopt;
    };
    const MaybeInteger now = integer(right_, start_), next = integer(right_, start_ + 1);
    if (!now || !next || *now > kLargestInteger / base_) return give_up();
    return *now * base_ >= *next && worth(line.equal, more) && worth_number(line.than, more(start_)) &&
           line.numbers[0] == start_;
  }

  bool row(const Statement& line) {
    const std::int64_t i = row_ + 1;
    if (!is(line.index, 0, i)) return false;
    if (subject_ == Subject::inequality) {
      row_ = i;
      return worth_number(line.equal, value(left_, i)) && worth_number(line.than, value(right_, i));
    }
    const bool divides = subject_ == Subject::divisibility;
    const MaybeResidue added = divides ? 0 : value(term_, i);
    const Residue whole = divides ? product(residue(base_), number_.value_or(1)) : sum(*number_, added.value_or(0));
    if (!added || !worth_number(line.equal, whole) || (divides && !ends_with_remainder(line))) return false;
    number_ = divides ? residue(line.numbers[0]) : whole;
    row_ = i;
    return true;
  }
  /// "7*6 + 2"
  [[nodiscard]] bool ends_with_remainder(const Statement& line) const {
    const Tree& last = line.equal.back();
    return line.numbers[0] < divisor_ && last.is(Tree::Kind::sum) && last.parts.size() == 2 &&
           is_multiple(last.parts[0]) && last.parts[1].is(Tree::Kind::number) &&
           (last.flipped[1] ? -last.parts[1].number : last.parts[1].number) == line.numbers[0];
  }

  Subject subject_;
  Tree term_, left_, right_;  ///< of a sum; the function that the claim is about; what it exceeds
  std::int64_t start_ = 0, base_ = 0, divisor_ = 1;
  std::int64_t row_ = 0;
  MaybeResidue first_;        ///< S(1) or D(1)
  MaybeResidue number_;       ///< of the row before
  MaybeResidue free_symbol_;  ///< m or g, in the hypothesis
  bool assumed_ = false;      ///< the hypothesis was there
  bool beyond_ = false;
};

}  // namespace

Result<std::size_t> first_wrong_line_by_numbers(const std::vector<std::string>& proof) {
  const Subject subject = subject_of(proof[0]);
  Evaluation evaluation(subject);
  std::optional<Kind> last;
  for (std::size_t i = 0; i < proof.size(); ++i) {
    const std::optional<Statement> line = read_statement(subject, proof[i]);
    if (!line || !may_follow(subject, last, line->kind)) return i + 1;
    const bool follows = evaluation.follows(*line);
    if (evaluation.beyond()) {
      return bad_text("line " + std::to_string(i + 1), in_quotes(proof[i]) + " is beyond what is calculated",
                      "write smaller numbers and powers, as in tasks/README.md");
    }
    if (!follows) return i + 1;
    last = line->kind;
  }
  if (!may_end(subject, *last)) return bad_text("proof", "ends before the step is done", "write all of it");
  return std::size_t{0};
}

}  // namespace trm::tasks::induction
