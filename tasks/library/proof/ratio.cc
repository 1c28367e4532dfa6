#include "tasks/library/proof/ratio.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <utility>

namespace trm::tasks::library::proof {
namespace {

using Kind = Expr::Kind;

constexpr int kLargestPower = 12;
constexpr std::size_t kMostKinds = 12;
constexpr std::int64_t kLargestBase = 10'000'000;
constexpr std::int64_t kLargestConstant = 1'000'000'000'000;
constexpr std::int64_t kLargestProduct = 6;  ///< exponents of powers that are printed as products
constexpr int kMostTimes = 24;               ///< a factor of a denominator
constexpr std::int64_t kLargestShift = 24;
constexpr Wide kWideLimit = Wide{1} << 100;

Expr power_expr(Expr base, Expr exponent) {
  if (exponent.is(Kind::number) && exponent.value == 1) return base;
  Expr out;
  out.kind = Kind::power;
  out.parts.push_back(std::move(base));
  out.parts.push_back(std::move(exponent));
  return out;
}

bool same_expr(const Expr& a, const Expr& b) {
  return shape_text(a) == shape_text(b);
}

bool multiply(std::int64_t& by, std::int64_t factor) {
  return !__builtin_mul_overflow(by, factor, &by) && std::abs(by) <= kLargestConstant;
}

void add_factor(Ratio& ratio, const Expr& factor, int times) {
  const auto found = std::find_if(ratio.factors.begin(), ratio.factors.end(),
                                  [&](const auto& it) { return same_expr(it.first, factor); });
  if (found == ratio.factors.end()) {
    ratio.factors.emplace_back(factor, times);
  } else {
    found->second += times;
  }
}

/// The denominator times the tree, whose factors are taken apart. Nothing: too large.
bool divide_by(Ratio& ratio, const Expr& tree, int times) {
  if (times > kMostTimes) return false;
  if (const std::optional<Linear> linear = linear_of(tree); linear && linear->slope == 0) {
    for (int i = 0; i < times; ++i)
      if (!multiply(ratio.constant, linear->offset)) return false;
    return true;
  }
  if (tree.is(Kind::product))
    return std::all_of(tree.parts.begin(), tree.parts.end(),
                       [&](const Expr& it) { return divide_by(ratio, it, times); });
  if (tree.is(Kind::power) && tree.parts[1].is(Kind::number) && tree.parts[1].value >= 0 &&
      tree.parts[1].value <= kLargestPower)
    return divide_by(ratio, tree.parts[0], times * static_cast<int>(tree.parts[1].value));
  add_factor(ratio, tree, times);
  return true;
}

/// What of `all` is missing in `some`.
Expr missing_factors(const Ratio& all, const Ratio& some, Expr out) {
  for (const auto& [factor, times] : all.factors) {
    int left = times;
    for (const auto& [other, count] : some.factors)
      if (same_expr(other, factor)) left -= count;
    if (left > 0) out = times_expr(std::move(out), power_expr(factor, number_expr(left)));
  }
  return out;
}

class RatioMaker {
 public:
  RatioMaker(const Meaning& meaning, std::string& why) : meaning_(meaning), why_(why) {}

  std::optional<Ratio> make(const Expr& tree) {
    switch (tree.kind) {
      case Kind::number:
      case Kind::k:
        return Ratio{tree, 1, {}};
      case Kind::symbol: {
        const auto found = meaning_.numbers_of_symbol.find(tree.name);
        if (found != meaning_.numbers_of_symbol.end()) return Ratio{found->second, 1, {}};
        if (!meaning_.growths.contains(tree.name))
          return refuse("names \"" + tree.name + "\", of which nothing is said");
        return Ratio{tree, 1, {}};
      }
      case Kind::name:
        if (tree.name != meaning_.fibonacci) return refuse("names " + tree.name + "(...), of which nothing is said");
        return Ratio{tree, 1, {}};
      case Kind::sum:
        return sum(tree);
      case Kind::product:
        return product(tree);
      case Kind::power:
        return power(tree);
      case Kind::factorial:
        return factorial(tree);
      default:
        return refuse("holds \"...\" in a place where it is not read");
    }
  }

 private:
  std::nullopt_t refuse(std::string why) {
    if (why_.empty()) why_ = std::move(why);
    return std::nullopt;
  }

  std::optional<Ratio> sum(const Expr& tree) {
    std::vector<Ratio> parts;
    Ratio out;
    for (const Expr& part : tree.parts) {
      std::optional<Ratio> ratio = make(part);
      if (!ratio) return std::nullopt;
      if (ratio->constant == 0 || out.constant == 0) {
        out.constant = 0;
      } else if (!multiply(out.constant, ratio->constant / std::gcd(out.constant, ratio->constant))) {
        return refuse("has a denominator above 10^12");
      }
      for (const auto& [factor, times] : ratio->factors) {
        const auto found = std::find_if(out.factors.begin(), out.factors.end(),
                                        [&f = factor](const auto& it) { return same_expr(it.first, f); });
        if (found == out.factors.end()) {
          out.factors.emplace_back(factor, times);
        } else {
          found->second = std::max(found->second, times);
        }
      }
      parts.push_back(*std::move(ratio));
    }
    out.num = tree;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      Expr num = missing_factors(out, parts[i], std::move(parts[i].num));
      if (out.constant != 0) num = times_expr(number_expr(out.constant / parts[i].constant), std::move(num));
      out.num.parts[i] = std::move(num);
    }
    return out;
  }

  std::optional<Ratio> product(const Expr& tree) {
    Ratio out;
    out.num = number_expr(1);
    for (std::size_t i = 0; i < tree.parts.size(); ++i) {
      std::optional<Ratio> part = make(tree.parts[i]);
      if (!part) return std::nullopt;
      bool fits = true;
      if (!tree.flipped[i]) {
        out.num = times_expr(std::move(out.num), std::move(part->num));
        fits = multiply(out.constant, part->constant);
        for (const auto& [factor, times] : part->factors) add_factor(out, factor, times);
      } else {
        if (part->constant == 0) out.constant = 0;
        out.num = times_expr(std::move(out.num), number_expr(part->constant));
        for (const auto& [factor, times] : part->factors)
          out.num = times_expr(std::move(out.num), power_expr(factor, number_expr(times)));
        fits = divide_by(out, part->num, 1);
      }
      if (!fits) return refuse("has a denominator above 10^12");
    }
    return out;
  }

  std::optional<Ratio> power(const Expr& tree) {
    std::optional<Ratio> base = make(tree.parts[0]);
    if (!base) return std::nullopt;
    const std::optional<Linear> exponent = linear_of(with_numbers(tree.parts[1]));
    if (!exponent) return refuse("has an exponent that is no number and no a k + b");
    if (exponent->slope == 0) {
      if (std::abs(exponent->offset) > kLargestPower &&
          !(base->num.is(Kind::number) && std::abs(exponent->offset) <= 64))
        return refuse("has an exponent above " + std::to_string(kLargestPower));
      return raised(*base, exponent->offset);
    }
    // (p/q)^(a k + b)
    const std::optional<Linear> number = linear_of(base->num);
    if (!number || number->slope != 0 || !base->factors.empty())
      return refuse("has k in a base and in its exponent, which is not decided");
    if (std::abs(exponent->slope) > kLargestShift || std::abs(exponent->offset) > kLargestShift)
      return refuse("has an exponent that grows too fast");
    Ratio out;
    out.num = number_expr(1);
    const auto by = [&](std::int64_t value, std::int64_t slope, std::int64_t offset) {
      if (value == 1) return true;
      const Expr growing = times_expr(number_expr(std::abs(slope)), variable_expr());
      const Expr exponential = power_expr(number_expr(value), growing);
      if (slope > 0) {
        const bool shifted = offset > 0;
        const Expr whole =
            shifted ? power_expr(number_expr(value), plus_expr(growing, number_expr(offset))) : exponential;
        out.num = times_expr(std::move(out.num), whole);
        for (std::int64_t i = offset; i < 0; ++i)
          if (!multiply(out.constant, value)) return false;
      } else {
        add_factor(out, exponential, 1);
        if (offset > 0) out.num = times_expr(std::move(out.num), power_expr(number_expr(value), number_expr(offset)));
        for (std::int64_t i = offset; i < 0; ++i)
          if (!multiply(out.constant, value)) return false;
      }
      return true;
    };
    if (number->offset == 0 || base->constant == 0) return refuse("has a power of 0");
    if (!by(number->offset, exponent->slope, exponent->offset) ||
        !by(base->constant, -exponent->slope, -exponent->offset))
      return refuse("has powers that are too large");
    if (out.constant < 0) {
      out.constant = -out.constant;
      out.num = times_expr(number_expr(-1), std::move(out.num));
    }
    return out;
  }

  std::optional<Ratio> raised(const Ratio& base, std::int64_t exponent) {
    Ratio out;
    const auto size = std::abs(exponent);
    Ratio lower;
    lower.num = number_expr(1);
    for (std::int64_t i = 0; i < size; ++i)
      if (!multiply(lower.constant, base.constant)) return refuse("has a denominator above 10^12");
    for (const auto& [factor, times] : base.factors) {
      if (times > kMostTimes) return refuse("has a power that is too large");
      add_factor(lower, factor, times * static_cast<int>(size));
    }
    if (exponent >= 0) {
      out = lower;
      out.num = power_expr(base.num, number_expr(exponent));
      if (exponent == 0) out.num = number_expr(1);
      return out;
    }
    out.num = number_expr(lower.constant);
    for (const auto& [factor, times] : lower.factors)
      out.num = times_expr(std::move(out.num), power_expr(factor, number_expr(times)));
    if (!divide_by(out, base.num, static_cast<int>(size))) return refuse("has a denominator above 10^12");
    return out;
  }

  /// (k + 2)! as (k + 1)(k + 2) k!
  std::optional<Ratio> factorial(const Expr& tree) {
    const std::optional<Linear> of = linear_of(tree.parts[0]);
    if (!of || of->slope < 0 || of->slope > 1)
      return refuse("has a factorial of something else than k + b or a number");
    Ratio out;
    out.num = number_expr(1);
    if (of->slope == 0) {
      if (of->offset < 0 || of->offset > 12) return refuse("has a factorial of a number above 12");
      Expr of_number = number_expr(1);
      for (std::int64_t i = 2; i <= of->offset; ++i) of_number = times_expr(std::move(of_number), number_expr(i));
      out.num = std::move(of_number);
      return out;
    }
    if (std::abs(of->offset) > 6) return refuse("has a factorial too far from k!");
    Expr growing;
    growing.kind = Kind::factorial;
    growing.parts.push_back(variable_expr());
    out.num = std::move(growing);
    for (std::int64_t i = 1; i <= of->offset; ++i)
      out.num = times_expr(std::move(out.num), plus_expr(variable_expr(), number_expr(i)));
    for (std::int64_t i = 0; i > of->offset; --i) {
      const Expr factor = i == 0 ? variable_expr() : plus_expr(variable_expr(), number_expr(-i), true);
      add_factor(out, factor, 1);
    }
    return out;
  }

  [[nodiscard]] Expr with_numbers(const Expr& tree) const {
    if (tree.is(Kind::symbol)) {
      const auto found = meaning_.numbers_of_symbol.find(tree.name);
      return found == meaning_.numbers_of_symbol.end() ? tree : found->second;
    }
    Expr out = tree;
    for (Expr& part : out.parts) part = with_numbers(part);
    return out;
  }

  const Meaning& meaning_;
  std::string& why_;
};

std::optional<Wide> bounded(Wide value) {
  return value < kWideLimit && value > -kWideLimit ? std::optional(value) : std::nullopt;
}

std::optional<Wide> wide_product(Wide a, Wide b) {
  Wide out = 0;
  if (__builtin_mul_overflow(a, b, &out)) return std::nullopt;
  return bounded(out);
}

std::optional<Wide> wide_power(Wide base, Wide exponent) {
  if (exponent < 0 || exponent > 4000) return std::nullopt;
  std::optional<Wide> out = 1;
  for (Wide i = 0; out && i < exponent; ++i) out = wide_product(*out, base);
  return out;
}

/// Is the power printed as a product? No power is in its base, so that the text does not grow.
bool is_product(const Expr& power) {
  const Expr& exponent = power.parts[1];
  return exponent.is(Kind::number) && exponent.value >= 2 && exponent.value <= kLargestProduct &&
         !has_kind(power.parts[0], Kind::power);
}

int level_of(const Expr& tree) {
  switch (tree.kind) {
    case Kind::sum:
      return 0;
    case Kind::product:
      return 1;
    case Kind::power:
      return is_product(tree) ? 1 : 2;
    case Kind::number:
      return tree.value < 0 ? 0 : 3;
    default:
      return 3;
  }
}

}  // namespace

Growth growth_sum(const Growth& a, const Growth& b) {
  Growth out = a;
  for (const auto& [key, degree] : b) {
    int& here = out.try_emplace(key, degree).first->second;
    here = std::max(here, degree);
  }
  return out;
}

std::optional<Growth> growth_product(const Growth& a, const Growth& b) {
  Growth out;
  for (const auto& [x, i] : a) {
    for (const auto& [y, j] : b) {
      GrowthKey key = x;
      if (__builtin_mul_overflow(x.base, y.base, &key.base) || std::abs(key.base) > kLargestBase) return std::nullopt;
      key.factorials += y.factorials;
      key.fibonacci.insert(key.fibonacci.end(), y.fibonacci.begin(), y.fibonacci.end());
      std::sort(key.fibonacci.begin(), key.fibonacci.end());
      if (i + j > kLargestPower || key.factorials > 3 || key.fibonacci.size() > 3) return std::nullopt;
      int& here = out.try_emplace(std::move(key), i + j).first->second;
      here = std::max(here, i + j);
    }
  }
  if (out.size() > kMostKinds) return std::nullopt;
  return out;
}

std::size_t order_of(const Growth& growth) {
  std::map<int, std::size_t> by_factorials;
  for (const auto& [key, degree] : growth) {
    std::size_t order = static_cast<std::size_t>(degree) + 1;
    for (std::size_t i = 0; i < key.fibonacci.size();) {
      std::size_t end = i;
      while (end < key.fibonacci.size() && key.fibonacci[end] == key.fibonacci[i]) ++end;
      order *= end - i + 1;
      i = end;
    }
    by_factorials[key.factorials] += order;
  }
  std::size_t out = 1;
  for (const auto& [factorials, order] : by_factorials) out = std::max(out, order);
  return out;
}

std::optional<Ratio> ratio_of(const Expr& tree, const Meaning& meaning, std::string& why) {
  std::optional<Ratio> out = RatioMaker(meaning, why).make(tree);
  if (out && out->constant < 0) {
    out->constant = -out->constant;
    out->num = times_expr(number_expr(-1), std::move(out->num));
  }
  return out;
}

std::optional<Growth> growth_of(const Expr& tree, const Meaning& meaning, std::string& why) {
  const auto refuse = [&](std::string reason) {
    if (why.empty()) why = std::move(reason);
    return std::nullopt;
  };
  const Growth one = {{GrowthKey{}, 0}};
  switch (tree.kind) {
    case Kind::number:
      return one;
    case Kind::k:
      return Growth{{GrowthKey{}, 1}};
    case Kind::symbol:
      return meaning.growths.at(tree.name);
    case Kind::factorial:
      return Growth{{GrowthKey{1, 1, {}}, 0}};
    case Kind::name: {
      const std::optional<Linear> index = linear_of(tree.parts[0]);
      if (!index || index->slope < 0 || index->slope > 3 || std::abs(index->offset) > kLargestShift)
        return refuse("has a Fibonacci number that is not F(a k + b) with small a and b");
      return index->slope == 0 ? one : Growth{{GrowthKey{1, 0, {index->slope}}, 0}};
    }
    case Kind::power: {
      const std::optional<Linear> exponent = linear_of(tree.parts[1]);
      if (exponent && exponent->slope != 0) {
        std::int64_t base = 1;
        for (std::int64_t i = 0; i < exponent->slope; ++i)
          if (__builtin_mul_overflow(base, tree.parts[0].value, &base) || std::abs(base) > kLargestBase)
            return refuse("has powers that grow too fast");
        return Growth{{GrowthKey{base, 0, {}}, 0}};
      }
      const std::optional<Growth> base = growth_of(tree.parts[0], meaning, why);
      if (!base || !exponent) return std::nullopt;
      if (*base == one) return one;
      std::optional<Growth> out = one;
      for (std::int64_t i = 0; out && i < exponent->offset; ++i) out = growth_product(*out, *base);
      if (!out) return refuse("has too many different powers");
      return out;
    }
    default:
      break;
  }
  const bool adds = tree.is(Kind::sum);
  std::optional<Growth> out = adds ? Growth{} : one;
  for (const Expr& part : tree.parts) {
    const std::optional<Growth> growth = growth_of(part, meaning, why);
    if (!growth) return std::nullopt;
    out = adds ? growth_sum(*out, *growth) : growth_product(*out, *growth);
    if (!out) return refuse("has too many different powers");
  }
  return out;
}

Expr denominator_of(const Ratio& ratio) {
  return missing_factors(ratio, {}, number_expr(ratio.constant));
}

std::string power_name(std::int64_t base) {
  return (base < 0 ? "power_of_minus_" : "power_of_") + std::to_string(std::abs(base));
}

std::optional<Sides> sides_of(const Ratio& a, const Ratio& b) {
  if (a.constant == 0 || b.constant == 0) return std::nullopt;
  const std::int64_t common = std::gcd(a.constant, b.constant);
  return Sides{times_expr(missing_factors(b, a, number_expr(b.constant / common)), a.num),
               times_expr(missing_factors(a, b, number_expr(a.constant / common)), b.num)};
}

std::string python_text(const Expr& tree, const std::string& k, const std::string& factorial, const Meaning& meaning) {
  const auto inner = [&](const Expr& part, int least) {
    std::string text = python_text(part, k, factorial, meaning);
    return level_of(part) < least ? "(" + text + ")" : text;
  };
  switch (tree.kind) {
    case Kind::number:
      return std::to_string(tree.value);
    case Kind::k:
      return k;
    case Kind::symbol:
      return tree.name + "(" + k + ")";
    case Kind::name:
      return tree.name + "(" + python_text(tree.parts[0], k, factorial, meaning) + ")";
    case Kind::factorial:
      return factorial;
    case Kind::power: {
      const Expr &base = tree.parts[0], &exponent = tree.parts[1];
      // A small power is a product, which costs the machine less, and a power of a number a function that goes on from
      // the power before.
      if (is_product(tree)) {
        const std::string text = inner(base, 2);
        std::string out = text;
        for (std::int64_t i = 1; i < exponent.value; ++i) out += " * " + text;
        return out;
      }
      if (meaning.powers != nullptr && base.is(Kind::number)) {
        meaning.powers->insert(base.value);
        return power_name(base.value) + "(" + python_text(exponent, k, factorial, meaning) + ")";
      }
      return inner(base, 3) + " ** " + inner(exponent, 3);
    }
    default:
      break;
  }
  const bool adds = tree.is(Kind::sum);
  std::string out;
  for (std::size_t i = 0; i < tree.parts.size(); ++i) {
    const bool minus = adds && tree.flipped[i];
    if (i > 0) out += adds ? (minus ? " - " : " + ") : " * ";
    if (i == 0 && minus) out += "-";
    out += inner(tree.parts[i], adds ? (minus ? 1 : (tree.parts[i].is(Kind::sum) && i == 0 ? 0 : 1)) : 2);
  }
  return out;
}

std::optional<Wide> value_of(const Expr& tree, std::int64_t k, const Values& values) {
  switch (tree.kind) {
    case Kind::number:
      return tree.value;
    case Kind::k:
      return k;
    case Kind::symbol: {
      const auto found = values.letters.find(tree.name);
      if (found == values.letters.end()) return std::nullopt;
      const std::optional<Wide> left = value_of(found->second.left, k, values),
                                right = value_of(found->second.right, k, values);
      if (!left || !right || *right == 0) return std::nullopt;
      return *left / *right;
    }
    case Kind::name: {
      const std::optional<Wide> index =
          tree.name == values.fibonacci ? value_of(tree.parts[0], k, values) : std::nullopt;
      if (!index || *index < 0 || *index > 130) return std::nullopt;
      Wide a = 0, b = 1;
      for (Wide i = 0; i < *index; ++i) a = std::exchange(b, a + b);
      return bounded(a);
    }
    case Kind::factorial: {
      std::optional<Wide> out = 1;
      for (std::int64_t i = 2; out && i <= k; ++i) out = wide_product(*out, i);
      return out;
    }
    case Kind::power: {
      const std::optional<Wide> base = value_of(tree.parts[0], k, values),
                                exponent = value_of(tree.parts[1], k, values);
      return base && exponent ? wide_power(*base, *exponent) : std::nullopt;
    }
    case Kind::sum:
    case Kind::product:
      break;
    default:
      return std::nullopt;
  }
  const bool adds = tree.is(Kind::sum);
  std::optional<Wide> out = adds ? 0 : 1;
  for (std::size_t i = 0; out && i < tree.parts.size(); ++i) {
    const std::optional<Wide> part = value_of(tree.parts[i], k, values);
    if (!part) return std::nullopt;
    out = adds ? bounded(tree.flipped[i] ? *out - *part : *out + *part) : wide_product(*out, *part);
  }
  return out;
}

bool is_visibly_positive(const Expr& tree, std::int64_t start) {
  switch (tree.kind) {
    case Kind::number:
      return tree.value > 0;
    case Kind::k:
      return start > 0;
    case Kind::factorial:
      return true;
    case Kind::power:
      return is_visibly_positive(tree.parts[0], start);
    case Kind::product:
      return std::all_of(tree.parts.begin(), tree.parts.end(),
                         [&](const Expr& it) { return is_visibly_positive(it, start); });
    case Kind::sum: {
      if (const std::optional<Linear> linear = linear_of(tree))
        return linear->slope >= 0 && linear->slope * start + linear->offset > 0;
      // Of what is added, what is not above 0 by the look of it is k at 0, which is at least 0.
      bool positive = false;
      for (std::size_t i = 0; i < tree.parts.size(); ++i) {
        if (tree.flipped[i]) return false;
        const bool here = is_visibly_positive(tree.parts[i], start);
        if (!here && !is_visibly_positive(tree.parts[i], start + 1)) return false;
        positive = positive || here;
      }
      return positive;
    }
    default:
      return false;
  }
}

}  // namespace trm::tasks::library::proof
