#include "tasks/library/proof/program.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <utility>

namespace trm::tasks::library::proof {
namespace {

using Kind = Expr::Kind;

constexpr std::size_t kMostTried = 24;        ///< k for one equation
constexpr std::int64_t kFurthestRise = 60;    ///< k from the start until an inequality holds for ever
constexpr std::int64_t kFurthestZero = 1000;  ///< of denominators
constexpr std::int64_t kMostAtK = 60;         ///< k that a text gives a value of
constexpr std::size_t kMostFunctions = 400;
constexpr std::int64_t kMostLetterValues = 16;

bool depends_on_k(const Expr& tree) {
  return tree.is(Kind::k) || tree.is(Kind::symbol) || tree.is(Kind::factorial) ||
         std::any_of(tree.parts.begin(), tree.parts.end(), depends_on_k);
}

bool has_letter(const Expr& tree, const std::string& letter) {
  if (tree.is(Kind::symbol) && tree.name == letter) return true;
  return std::any_of(tree.parts.begin(), tree.parts.end(), [&](const Expr& part) { return has_letter(part, letter); });
}

/// A bound for the degree in the letter, when quotients are multiplied out.
std::int64_t degree_in(const Expr& tree, const std::string& letter) {
  if (tree.is(Kind::symbol)) return tree.name == letter ? 1 : 0;
  if (tree.is(Kind::power)) {
    const std::optional<Linear> exponent = linear_of(tree.parts[1]);
    const std::int64_t times = exponent ? std::min<std::int64_t>(std::abs(exponent->offset), 100) : 100;
    return std::min<std::int64_t>(degree_in(tree.parts[0], letter) * times, 100);
  }
  std::int64_t out = 0;
  for (const Expr& part : tree.parts) out = std::min<std::int64_t>(out + degree_in(part, letter), 100);
  return out;
}

int most_factorials(const Growth& growth) {
  int out = 0;
  for (const auto& [key, degree] : growth) out = std::max(out, key.factorials);
  return out;
}

/// The factorial of k as a number.
Expr with_factorial(const Expr& tree, std::int64_t value) {
  if (tree.is(Kind::factorial)) return number_expr(value);
  Expr out = tree;
  for (Expr& part : out.parts) part = with_factorial(part, value);
  return out;
}

}  // namespace

/// A function of whole numbers: as a text, as values, and how it grows.
struct ProgramWriter::Curve {
  std::function<std::string(std::int64_t)> text;
  std::function<std::optional<Wide>(std::int64_t)> value;
  Growth growth;
};

bool ProgramWriter::define_letter(const std::string& letter, const Sides& worth) {
  const std::optional<Growth> left = growth(worth.left);
  if (!left) return false;
  if (depends_on_k(worth.right)) return refuse("makes a letter a quotient with k in its denominator");
  meaning.growths[letter] = *left;
  values.letters[letter] = worth;
  const std::string den = python_text(worth.right, "k", "fact(k)", meaning);
  uses_factorial_ = uses_factorial_ || has_kind(worth.left, Kind::factorial);
  functions_.push_back("@cache\ndef " + letter + "(k):\n    return " +
                       (den == "1" ? python_text(worth.left, "k", "fact(k)", meaning)
                                   : "(" + python_text(worth.left, "k", "fact(k)", meaning) + ") // " + den) +
                       "\n");
  return true;
}

void ProgramWriter::define_remainders(std::int64_t base, std::int64_t divisor) {
  const std::string b = std::to_string(base), d = std::to_string(divisor);
  functions_.push_back("@cache\ndef R(n):\n    return " + b + " % " + d + " if n == 1 else " + b + " * R(n - 1) % " +
                       d + "\n");
}

void ProgramWriter::begin_line(std::size_t line) {
  const auto found = std::lower_bound(lines_.begin(), lines_.end(), line,
                                      [](const auto& it, std::size_t wanted) { return it.first < wanted; });
  here_ = static_cast<std::size_t>(found - lines_.begin());
  if (found == lines_.end() || found->first != line) lines_.insert(found, {line, {}});
  tried_.clear();
  tried_rising_ = false;
}

void ProgramWriter::test(const std::string& text) {
  if (text == "False" || asserted_.insert(text).second) lines_[here_].second.push_back(text);
}

std::optional<Ratio> ProgramWriter::ratio(const Expr& tree) {
  std::string why;
  std::optional<Ratio> out = ratio_of(tree, meaning, why);
  if (!out) refuse(why);
  return out;
}

std::optional<Growth> ProgramWriter::growth(const Expr& tree) {
  std::string why;
  std::optional<Growth> out = growth_of(tree, meaning, why);
  if (!out) refuse(why);
  return out;
}

/// Asserts that no part of the denominator is 0 anywhere.
bool ProgramWriter::check_denominator(const Ratio& ratio) {
  if (ratio.constant == 0) test("0 != 0");
  for (const auto& [factor, times] : ratio.factors) {
    if (is_visibly_positive(factor, start)) continue;
    for (std::int64_t k = start; k <= start + kFurthestZero; ++k) {
      const std::optional<Wide> value = value_of(factor, k, values);
      if (!value) {
        if (k > start + static_cast<std::int64_t>(kMostTried)) break;
        return refuse("has a denominator that may be 0");
      }
      if (*value == 0) {
        test(at(factor, k) + " != 0");
        break;
      }
    }
  }
  return true;
}

std::optional<Sides> ProgramWriter::sides(const Expr& a, const Expr& b) {
  const std::optional<Ratio> left = ratio(a), right = left ? ratio(b) : std::nullopt;
  if (!right || !check_denominator(*left) || !check_denominator(*right)) return std::nullopt;
  // What is divided by 0 is at fault already.
  if (left->constant == 0 || right->constant == 0) return Sides{number_expr(0), number_expr(0)};
  return sides_of(*left, *right);
}

std::string ProgramWriter::function(const Expr& tree, bool free_factorial) {
  const std::string parameters = free_factorial ? "(k, kf)" : "(k)";
  uses_factorial_ = uses_factorial_ || (!free_factorial && has_kind(tree, Kind::factorial));
  uses_fibonacci_ = uses_fibonacci_ || has_kind(tree, Kind::name);
  const std::string body =
      parameters + ":\n    return " + python_text(tree, "k", free_factorial ? "kf" : "fact(k)", meaning) + "\n";
  const auto [found, is_new] = names_.try_emplace(body, "e" + std::to_string(names_.size() + 1));
  if (is_new) functions_.push_back("@cache\ndef " + found->second + body);
  if (functions_.size() > kMostFunctions) refuse("makes the proof too long");
  return found->second;
}

std::string ProgramWriter::at(const Expr& tree, std::int64_t k, const std::string& factorial) {
  const std::string number = std::to_string(k);
  if (!depends_on_k(tree)) {
    uses_fibonacci_ = uses_fibonacci_ || has_kind(tree, Kind::name);
    const std::string text = python_text(tree, number, "", meaning);
    return tree.is(Kind::sum) || tree.is(Kind::product) ? "(" + text + ")" : text;
  }
  // A letter of its own is no function more.
  if (tree.is(Kind::symbol)) return tree.name + "(" + number + ")";
  const bool free = !factorial.empty() && has_kind(tree, Kind::factorial);
  return function(tree, free) + "(" + number + (free ? ", " + factorial : "") + ")";
}

// Both sides are sums of c(r) k^j b(r)^k, whose c are polynomials in r of a degree that is bounded by what is written:
// so many r decide that they are 0, and two more, should powers of two bases agree at one of them.
template <class Function>
bool ProgramWriter::for_letter(const Expr& a, const Expr& b, const Function& function) {
  if (free_letter.empty() || (!has_letter(a, free_letter) && !has_letter(b, free_letter))) return function();
  const std::int64_t degree = degree_in(a, free_letter) + degree_in(b, free_letter);
  if (degree > kMostLetterValues) return refuse("has too high powers of " + free_letter);
  for (std::int64_t value = 2; value <= degree + 4; ++value) {
    meaning.numbers_of_symbol[free_letter] = number_expr(value);
    if (!function()) return false;
  }
  return true;
}

bool ProgramWriter::equal(const Expr& a, const Expr& b) {
  return for_letter(a, b, [&] { return equal_once(a, b); });
}

bool ProgramWriter::equal_at(const Expr& a, const Expr& b, std::int64_t k) {
  return for_letter(a, b, [&] { return equal_once_at(a, b, k); });
}

bool ProgramWriter::equal_once(const Expr& a, const Expr& b) {
  const std::optional<Sides> both = sides(a, b);
  if (!both) return false;
  const std::optional<Growth> left = growth(both->left), right = left ? growth(both->right) : std::nullopt;
  if (!right) return false;
  const Growth all = growth_sum(*left, *right);
  const bool alike = shape_text(both->left) == shape_text(both->right);
  const std::size_t points = alike ? 1 : order_of(all);
  if (points > kMostTried) return refuse("has too many different powers");
  const int factorials = alike ? 0 : most_factorials(all);
  const bool plain = !has_kind(both->left, Kind::name) && !has_kind(both->right, Kind::name) && factorials == 0 &&
                     values.letters.empty();
  const bool constant = !depends_on_k(both->left) && !depends_on_k(both->right);
  const std::int64_t from = plain ? std::min<std::int64_t>(start, 0) : start;
  for (std::int64_t k = from; k < from + static_cast<std::int64_t>(points); ++k) {
    if (!value_of(both->left, k, values) || !value_of(both->right, k, values))
      return refuse("has values that are not known or too large at k = " + std::to_string(k));
    if (!constant) tried_.insert(k);
    for (int f = 1; f <= factorials + 1; ++f) {
      const std::string number = factorials > 0 ? std::to_string(f) : "";
      test(at(both->left, k, number) + " == " + at(both->right, k, number));
    }
  }
  return true;
}

bool ProgramWriter::equal_once_at(const Expr& a, const Expr& b, std::int64_t k) {
  if (std::abs(k) > kMostAtK) return refuse("is about a k above " + std::to_string(kMostAtK));
  const std::optional<Sides> both = sides(a, b);
  if (!both || !growth(both->left) || !growth(both->right)) return false;
  if (!value_of(both->left, k, values) || !value_of(both->right, k, values))
    return refuse("has values that are too large");
  test(at(both->left, k) + " == " + at(both->right, k));
  return true;
}

bool ProgramWriter::looks_equal(const Expr& a, const Expr& b) {
  std::string why;
  const std::optional<Ratio> left = ratio_of(a, meaning, why), right = ratio_of(b, meaning, why);
  const std::optional<Sides> both = left && right ? sides_of(*left, *right) : std::nullopt;
  if (!both) return false;
  for (std::int64_t k = start + 1; k < start + 7; ++k) {
    const std::optional<Wide> x = value_of(both->left, k, values), y = value_of(both->right, k, values);
    if (!x || x != y) return false;
  }
  return true;
}

/// Both sides as whole numbers of the same sign as their difference. Nothing: refused.
std::optional<Sides> ProgramWriter::compared(const Expr& a, const Expr& b) {
  if (!free_letter.empty()) {
    refuse("compares with a letter that is no number: say what it is, as in \"for x = 2\"");
    return std::nullopt;
  }
  const std::optional<Ratio> left = ratio(a), right = left ? ratio(b) : std::nullopt;
  std::optional<Sides> both = right ? sides(a, b) : std::nullopt;
  if (!both) return std::nullopt;
  for (const Ratio* it : {&*left, &*right}) {
    for (const auto& [factor, times] : it->factors) {
      if (is_visibly_positive(factor, start)) continue;
      refuse("compares with a denominator that may be below 0");
      return std::nullopt;
    }
  }
  return both;
}

bool ProgramWriter::above_at(const Expr& a, const Expr& b, bool strict, std::int64_t k) {
  if (std::abs(k) > kMostAtK) return refuse("is about a k above " + std::to_string(kMostAtK));
  const std::optional<Sides> both = compared(a, b);
  if (!both) return false;
  if (!value_of(both->left, k, values) || !value_of(both->right, k, values))
    return refuse("has values that are too large");
  test(at(both->left, k) + (strict ? " > " : " >= ") + at(both->right, k));
  return true;
}

// f > 0 for all k from k0 on follows from a chain: f is above 0 at k0 and at least b times its value before; g(k) = f(k
// + 1)
// - b f(k) is one of the same kind with a term less, so the same is asked of g. At last one power is left, whose sign
// is that of its coefficient. For a function whose largest term is above 0 there is such a k0.
bool ProgramWriter::curve_above(const Curve& curve, bool strict, bool values_too) {
  std::vector<std::int64_t> bases;
  for (const auto& [key, degree] : curve.growth) {
    if (key.base <= 0) return refuse("compares powers of a number below 0");
    if (!key.fibonacci.empty() || key.factorials > 0) return refuse("compares what is not decided");
    bases.insert(bases.end(), static_cast<std::size_t>(degree) + 1, key.base);
  }
  std::sort(bases.begin(), bases.end());
  if (!bases.empty()) bases.pop_back();
  if (bases.size() + 1 > kMostTried) return refuse("has too many different powers");
  const std::string relation = strict ? " > 0" : " >= 0";
  for (std::int64_t k = start; k <= start + kFurthestRise; ++k) {
    std::vector<Wide> row;
    for (std::size_t i = 0; i <= bases.size(); ++i) {
      const std::optional<Wide> value = curve.value(k + static_cast<std::int64_t>(i));
      if (!value) return refuse("has values that are too large");
      row.push_back(*value);
    }
    if (values_too) {
      test(curve.text(k) + relation);
      tried_.insert(k);
    }
    if (strict ? row[0] <= 0 : row[0] < 0) {
      if (values_too) return true;  // the program finds that it does not hold
      continue;
    }
    bool holds = true;
    for (std::size_t stage = 0; holds && stage < bases.size(); ++stage) {
      for (std::size_t i = 0; i + 1 < row.size() - stage; ++i) row[i] = row[i + 1] - bases[stage] * row[i];
      holds = row[0] >= 0;
    }
    if (!holds) continue;
    // The same, for the program to calculate.
    std::vector<std::int64_t> weights = {1};
    if (!values_too) test(curve.text(k) + " >= 0");
    for (const std::int64_t base : bases) {
      std::vector<std::int64_t> next(weights.size() + 1, 0);
      for (std::size_t i = 0; i < weights.size(); ++i) {
        next[i + 1] += weights[i];
        if (__builtin_mul_overflow(-base, weights[i], &weights[i])) return refuse("has powers that grow too fast");
        next[i] += weights[i];
        if (std::abs(next[i]) > 1'000'000'000'000) return refuse("has powers that grow too fast");
      }
      weights = std::move(next);
      std::string text;
      for (std::size_t i = weights.size(); i-- > 0;) {
        if (weights[i] == 0) continue;
        const std::int64_t size = std::abs(weights[i]);
        text += text.empty() ? (weights[i] < 0 ? "-" : "") : (weights[i] < 0 ? " - " : " + ");
        text += (size == 1 ? "" : std::to_string(size) + " * ") + curve.text(k + static_cast<std::int64_t>(i));
      }
      test(text + " >= 0");
    }
    tried_rising_ = tried_rising_ || !bases.empty();
    return true;
  }
  return refuse("is not decided: it is open from which k on one side grows faster");
}

bool ProgramWriter::above(const Expr& a, const Expr& b, bool strict) {
  const std::optional<Sides> both = compared(a, b);
  if (!both) return false;
  const Expr difference = plus_expr(both->left, both->right, true);
  const std::optional<Growth> all = growth(difference);
  if (!all) return false;
  if (!depends_on_k(difference)) {
    test(at(both->left, 0) + (strict ? " > " : " >= ") + at(both->right, 0));
    return true;
  }
  if (most_factorials(*all) > 0) return above_with_factorial(difference, strict);
  const Curve curve = {[&](std::int64_t k) { return at(difference, k); },
                       [&](std::int64_t k) { return value_of(difference, k, values); }, *all};
  return curve_above(curve, strict, true) && why_.empty();
}

// p(k) k! - q(k) is above 0 from k0 on if it is so at k0, p does not fall, and (k + 1) q(k) >= q(k + 1).
bool ProgramWriter::above_with_factorial(const Expr& difference, bool strict) {
  const std::optional<Growth> all = growth(difference);
  if (most_factorials(*all) > 1 || !values.letters.empty()) return refuse("compares products of factorials");
  Growth rest = {{GrowthKey{}, 0}}, growing = rest;
  for (const auto& [key, degree] : *all) {
    GrowthKey plain = key;
    plain.factorials = 0;
    Growth& out = key.factorials > 0 ? growing : rest;
    out = growth_sum(out, {{plain, degree}});
  }
  const std::optional<Growth> faster = growth_product(rest, {{GrowthKey{}, 1}});
  if (!faster) return refuse("has too many different powers");
  const auto text = [&](std::int64_t k, int f) { return at(difference, k, std::to_string(f)); };
  const auto value = [&](std::int64_t k, int f) { return value_of(with_factorial(difference, f), k, values); };
  const auto less = [](std::optional<Wide> x, std::optional<Wide> y) -> std::optional<Wide> {
    if (!x || !y) return std::nullopt;
    return *x - *y;
  };
  const Curve p = {
      [&](std::int64_t k) {
        return "(" + text(k + 1, 1) + " - " + text(k + 1, 0) + " - " + text(k, 1) + " + " + text(k, 0) + ")";
      },
      [&](std::int64_t k) { return less(less(value(k + 1, 1), value(k + 1, 0)), less(value(k, 1), value(k, 0))); },
      growing};
  const Curve q = {
      [&](std::int64_t k) { return "(" + text(k + 1, 0) + " - " + std::to_string(k + 1) + " * " + text(k, 0) + ")"; },
      [&](std::int64_t k) {
        const std::optional<Wide> now = value(k, 0);
        return less(value(k + 1, 0), now ? std::optional<Wide>(*now * (k + 1)) : std::nullopt);
      },
      *faster};
  const auto real = [&](std::int64_t k) {
    test(at(difference, k) + (strict ? " > 0" : " >= 0"));
    tried_.insert(k);
  };
  // From where on both hold for ever; what is before it is tried.
  for (std::int64_t k0 = start; k0 < start + kFurthestRise / 4; ++k0) {
    const std::optional<Wide> here = value_of(difference, k0, values);
    if (!here) return refuse("has values that are too large");
    real(k0);
    if (strict ? *here <= 0 : *here < 0) return true;  // the program finds that it does not hold
    const std::int64_t before = std::exchange(start, k0);
    std::vector<std::pair<std::size_t, std::vector<std::string>>> lines = lines_;
    const std::set<std::string> asserted = asserted_;
    const auto holds = [&](const Curve& curve) {
      const std::optional<Wide> first = curve.value(k0);
      return first && *first >= 0 && curve_above(curve, false, true) && why_.empty();
    };
    const bool both = holds(p) && holds(q);
    // Nothing that the program would find false may come in.
    bool right = both;
    for (std::int64_t k = k0; right && k < k0 + 12; ++k)
      right = p.value(k).value_or(-1) >= 0 && q.value(k).value_or(-1) >= 0;
    start = before;
    if (right) return true;
    if (!why_.empty()) return false;
    lines_ = std::move(lines);
    asserted_ = asserted;
  }
  return refuse("is not decided: it is open from which k on one side grows faster");
}

bool ProgramWriter::divides(std::int64_t divisor, const Expr& a) {
  if (!free_letter.empty()) return refuse("is about multiples with a letter that is no number");
  const std::optional<Ratio> of = ratio(a);
  if (!of || !check_denominator(*of)) return false;
  if (!of->factors.empty()) return refuse("is about a quotient by k");
  if (divisor < 1 || divisor > 1'000'000) return refuse("has no divisor from 1 to 10^6");
  const std::optional<Growth> all = growth(of->num);
  if (!all) return false;
  if (most_factorials(*all) > 0) return refuse("is about multiples of factorials, which is not decided");
  const auto count = static_cast<std::int64_t>(order_of(*all));
  if (count > static_cast<std::int64_t>(kMostTried)) return refuse("has too many different powers");
  if (of->constant == 0) return true;
  const bool constant = !depends_on_k(of->num);
  for (std::int64_t k = start; k < start + (constant ? 1 : count); ++k) {
    if (!value_of(of->num, k, values)) return refuse("has values that are too large");
    if (!constant) tried_.insert(k);
    test(at(of->num, k) + " % " + std::to_string(divisor * of->constant) + " == 0");
  }
  return true;
}

bool ProgramWriter::divides_at(std::int64_t divisor, const Expr& a, std::int64_t k) {
  if (!free_letter.empty()) return refuse("is about multiples with a letter that is no number");
  const std::optional<Ratio> of = ratio(a);
  if (!of || !check_denominator(*of)) return false;
  if (!of->factors.empty()) return refuse("is about a quotient by k");
  if (divisor < 1 || divisor > 1'000'000) return refuse("has no divisor from 1 to 10^6");
  if (std::abs(k) > kMostAtK || !growth(of->num)) return refuse("is about a k above " + std::to_string(kMostAtK));
  if (!value_of(of->num, k, values)) return refuse("has values that are too large");
  if (of->constant != 0) test(at(of->num, k) + " % " + std::to_string(divisor * of->constant) + " == 0");
  return true;
}

std::string ProgramWriter::tried() const {
  if (tried_.empty()) return "";
  std::string out = "at k = ";
  if (tried_.size() > 4 && *tried_.rbegin() - *tried_.begin() + 1 == static_cast<std::int64_t>(tried_.size()))
    return out + std::to_string(*tried_.begin()) + ".." + std::to_string(*tried_.rbegin()) +
           (tried_rising_ ? " and how it grows from there" : "");
  for (const std::int64_t k : tried_) out += (k == *tried_.begin() ? "" : ", ") + std::to_string(k);
  return out + (tried_rising_ ? " and how it grows from there" : "");
}

std::string ProgramWriter::source() const {
  std::string out = "from functools import cache\n\n";
  if (uses_factorial_) out += "@cache\ndef fact(n):\n    return 1 if n < 2 else n * fact(n - 1)\n\n";
  if (uses_fibonacci_ && !meaning.fibonacci.empty())
    out += "@cache\ndef " + meaning.fibonacci + "(n):\n    return n if n < 2 else " + meaning.fibonacci + "(n - 1) + " +
           meaning.fibonacci + "(n - 2)\n\n";
  for (const std::int64_t base : powers_)
    out += "@cache\ndef " + power_name(base) + "(n):\n    return 1 if n == 0 else " + std::to_string(base) + " * " +
           power_name(base) + "(n - 1)\n\n";
  for (const std::string& function : functions_) out += function + "\n";
  std::string all = "def proof():\n";
  for (const auto& [line, tests] : lines_) {
    if (tests.empty()) continue;
    const std::string name = "line" + std::to_string(line);
    out += "def " + name + "():\n    return ";
    for (std::size_t i = 0; i < tests.size(); ++i) out += (i > 0 ? " and " : "") + tests[i];
    out += "\n\n";
    all += "    if not " + name + "():\n        return " + std::to_string(line) + "\n";
  }
  return out + all + "    return 'valid'\n";
}

}  // namespace trm::tasks::library::proof
