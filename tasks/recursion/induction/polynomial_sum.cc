#include <array>
#include <numeric>
#include <string>

#include "tasks/recursion/induction/claim.h"
#include "tasks/recursion/induction/sum_table.h"

namespace trm::tasks::induction {
namespace {

using Terms = std::vector<std::pair<std::int64_t, std::string>>;

/// "k^2"; "" for power 0. What stands in parentheses may be long: "(k + 1)^2".
std::string raised(const std::string& what, int power) {
  if (power == 0) return "";
  return power == 1 ? what : what + "^" + std::to_string(power);
}

constexpr std::array<std::string_view, 5> kExpansions = {"", "(k + 1)", "(k^2 + 2k + 1)", "(k^3 + 3k^2 + 3k + 1)",
                                                         "(k^4 + 4k^3 + 6k^2 + 4k + 1)"};

/// Coefficients, lowest power first.
using Polynomial = std::array<std::int64_t, 5>;

/// p(k + 1) by Horner's rule.
Polynomial moved(const Polynomial& p) {
  Polynomial out{};
  for (std::size_t i = p.size(); i-- > 0;) {
    for (std::size_t j = out.size() - 1; j > 0; --j) out[j] += out[j - 1];
    out[0] += p[i];
  }
  return out;
}

Polynomial scaled(Polynomial p, std::int64_t by) {
  for (std::int64_t& c : p) c *= by;
  return p;
}

std::int64_t value_at(const Polynomial& p, std::int64_t n) {
  std::int64_t out = 0;
  for (std::size_t i = p.size(); i-- > 0;) out = out * n + p[i];
  return out;
}

std::string text_of(const Polynomial& p, const std::string& what) {
  Terms parts;
  for (int i = 4; i >= 0; --i) parts.emplace_back(p[static_cast<std::size_t>(i)], raised(what, i));
  return terms(parts);
}

class PolynomialSum final : public Claim {
 public:
  /// term: degree 3 at most.
  PolynomialSum(const Polynomial& term, bool merged, bool expanded)
      : term_(term), merged_(merged), expanded_(expanded) {
    // Sums of i, i^2, i^3 over 12 (Faulhaber).
    closed_ = {0, 12 * term[0] + 6 * term[1] + 2 * term[2], 6 * term[1] + 6 * term[2] + 3 * term[3],
               4 * term[2] + 6 * term[3], 3 * term[3]};
    std::int64_t common = 12;
    for (const std::int64_t c : closed_) common = std::gcd(common, c);
    for (std::int64_t& c : closed_) c /= common;
    den_ = 12 / common;
  }

  [[nodiscard]] std::size_t core() const override { return 7u + (merged_ ? 1 : 0) + (expanded_ ? 1 : 0); }

  [[nodiscard]] std::vector<Line> lines(std::size_t count, const Slip& slip) const override {
    std::vector<Line> out;
    const auto line = [&]() -> Line& { return out.emplace_back(); };
    line()
        .fixed("Claim: S(n) = ")
        .rigid(std::to_string(value_at(term_, 1)))
        .fixed(" + ")
        .rigid(std::to_string(value_at(term_, 2)))
        .fixed(" + ... + ")
        .rigid("(" + text_of(term_, "n") + ") = " + over(text_of(closed_, "n")))
        .fixed(" for all n >= 1");
    Terms numbers;
    for (std::size_t i = 5; i-- > 0;) numbers.emplace_back(closed_[i], "");
    line().fixed("Base: ").rigid("S(1) = " + std::to_string(value_at(term_, 1)) + " = " + over(terms(numbers)));
    line().fixed("Hypothesis: S(k) = ").rigid(over(text_of(closed_, "k")));

    const Polynomial next = moved(term_);
    const std::string step = "S(k + 1) = S(k) + (";
    line().fixed("Step: ").rigid(step + text_of(next, "k") + ")");
    out.back().slips = {"Step: " + step + text_of(moved(next), "k") + ")", "Step: " + step + text_of(term_, "k") + ")"};
    line().fixed("= ").rigid(over(text_of(closed_, "k")) + " + (" + text_of(next, "k") + ")");
    const Polynomial added = scaled(next, den_), total = moved(closed_);
    if (merged_) {
      Terms both;
      for (int i = 4; i >= 0; --i) {
        both.emplace_back(closed_[static_cast<std::size_t>(i)], raised("k", i));
        both.emplace_back(added[static_cast<std::size_t>(i)], raised("k", i));
      }
      line().fixed("= ").rigid(over(terms(both)));
    }
    line().fixed("= ").rigid(over(text_of(total, "k")));
    if (expanded_) {
      Terms parts;
      for (std::size_t i = 5; i-- > 0;) parts.emplace_back(closed_[i], kExpansions[i]);
      line().fixed("= ").rigid(over(terms(parts)));
    }
    line().fixed("= ").rigid(over(text_of(closed_, "(k + 1)")));
    append_sum_table(out, count, slip, [this](std::int64_t i) { return value_at(term_, i); });
    return out;
  }

 private:
  [[nodiscard]] std::string over(const std::string& text) const {
    return den_ == 1 ? text : "(" + text + ")/" + std::to_string(den_);
  }

  Polynomial term_, closed_{};
  std::int64_t den_ = 1;
  bool merged_, expanded_;
};

/// Uniform in [low, high].
std::int64_t signed_between(Rng& rng, std::int64_t low, std::int64_t high) {
  return low + rng.below(static_cast<std::uint32_t>(high - low + 1));
}

}  // namespace

std::unique_ptr<Claim> draw_polynomial_sum(Rng& rng) {
  const std::uint32_t degree = rng.between(1, 3);
  // Bounds are such that terms are positive and grow.
  Polynomial term{};
  if (degree == 1) {
    term[1] = rng.between(1, 60);
    term[0] = signed_between(rng, 1 - term[1], 60);
  } else {
    term[degree] = rng.between(1, 9);
    term[1] = rng.below(3) == 0 ? 0 : signed_between(rng, -2 * term[degree], 12);
    const std::int64_t rest = term[degree] + term[1];
    term[0] = rest > 0 && rng.below(2) == 0 ? 0 : signed_between(rng, 1 - rest, 20);
  }
  const std::uint32_t optional = rng.below(4);
  return std::make_unique<PolynomialSum>(term, (optional & 1) != 0, (optional & 2) != 0);
}

}  // namespace trm::tasks::induction
