#include <numeric>
#include <string>

#include "tasks/recursion/induction/claim.h"

namespace trm::tasks::induction {
namespace {

/// a^n - b^n with d | a - b; or a^n - b with a^2 = a and b = a modulo d.
struct DivisibilityNumbers {
  std::int64_t d, a, b;
  bool powers;
};

/// DivisibilityNumbers with as many digits for which the claim fails at n = 1.
template <class Difference>
std::vector<std::string> failing(std::int64_t number, const Difference& difference) {
  std::vector<std::string> out;
  const std::size_t digits = std::to_string(number).size();
  for (std::int64_t other = 2; other < 100; ++other)
    if (std::to_string(other).size() == digits && difference(other)) out.push_back(std::to_string(other));
  return out;
}

class Divisibility final : public Claim {
 public:
  explicit Divisibility(const DivisibilityNumbers& numbers) : numbers_(numbers) {}

  [[nodiscard]] std::size_t core() const override { return 8; }

  [[nodiscard]] std::vector<Line> lines(std::size_t count, const Slip& slip) const override {
    const std::int64_t d = numbers_.d, a = numbers_.a, b = numbers_.b;
    const std::string d_text = std::to_string(d), a_text = std::to_string(a);
    // a D(k) and this make D(k + 1).
    const std::int64_t rest = numbers_.powers ? a - b : b * (a - 1);
    const std::string power_of_b = numbers_.powers ? std::to_string(b) + "^k" : "";

    std::vector<Line> out;
    const auto line = [&]() -> Line& { return out.emplace_back(); };
    line()
        .fixed("Claim: ")
        .chosen(d, failing(d, [&](std::int64_t other) { return (a - b) % other != 0; }))
        .fixed(" divides D(n) = ")
        .chosen(a, failing(a, [&](std::int64_t other) { return (other - b) % d != 0; }))
        .fixed("^n - ")
        .chosen(b, failing(b, [&](std::int64_t other) { return (a - other) % d != 0; }))
        .fixed(numbers_.powers ? "^n for all n >= 1" : " for all n >= 1");
    line().fixed("Base: ").rigid("D(1) = " + a_text + " - " + std::to_string(b) + " = " + std::to_string(a - b) +
                                 " = " + d_text + "*" + std::to_string((a - b) / d));
    line().fixed("Hypothesis: D(k) = ").rigid(value("k") + " = " + d_text + "m");
    line().fixed("Step: ").rigid("D(k + 1) = " + value("(k + 1)"));
    out.back().slips = {"Step: D(k + 1) = " + value("(k + 2)")};
    line().fixed("= ").rigid(a_text + "*" + a_text + "^k - " + (numbers_.powers ? std::to_string(b) + "*" : "") +
                             constant_or_power("k"));
    line().fixed("= ").rigid(a_text + "(" + value("k") + ") + " + terms({{rest, power_of_b}}));
    line().fixed("= ").rigid(terms({{a * d, "m"}, {rest, power_of_b}}));
    line().fixed("= ").rigid(d_text + "(" + terms({{a, "m"}, {rest / d, power_of_b}}) + ")");

    std::int64_t remainder = 1;
    for (std::int64_t i = 1; out.size() < count; ++i) {
      const std::int64_t whole = a * remainder;
      const std::string made = i == 1 ? a_text
                                      : a_text + "*R(" + std::to_string(i - 1) + ") = " + a_text + "*" +
                                            std::to_string(remainder) + " = " + std::to_string(whole);
      remainder = whole % d;
      if (slip.line == out.size()) remainder = 1 + ((remainder - 1 + slip.by) % (d - 1) + (d - 1)) % (d - 1);
      if (remainder == 0) return {};  // none is 0 in a valid proof
      line()
          .rigid("R(" + std::to_string(i) + ") = " + std::to_string(remainder))
          .fixed(", as ")
          .rigid(made + " = " + d_text + "*" + std::to_string(whole / d) + " + " + std::to_string(remainder));
    }
    return out;
  }

 private:
  [[nodiscard]] std::string constant_or_power(const std::string& exponent) const {
    return std::to_string(numbers_.b) + (numbers_.powers ? "^" + exponent : "");
  }
  /// D as it is written.
  [[nodiscard]] std::string value(const std::string& exponent) const {
    return std::to_string(numbers_.a) + "^" + exponent + " - " + constant_or_power(exponent);
  }

  DivisibilityNumbers numbers_;
};

}  // namespace

std::unique_ptr<Claim> draw_divisibility(Rng& rng) {
  DivisibilityNumbers numbers{};
  auto& [d, a, b, powers] = numbers;
  powers = rng.below(2) == 0;
  do {
    d = rng.between(3, 40);
    if (powers) {
      b = rng.between(2, 60);
      a = b + d * rng.between(1, 9);
    } else {
      const std::int64_t root = rng.between(1, static_cast<std::uint32_t>(d - 1));
      b = root + d * rng.between(0, 3);
      a = b + d * rng.between(1, 9);
      if (root * root % d != root) a = 0;
    }
  } while (a < 3 || a > 99 || b < 2 || (powers && std::gcd(a, d) != 1));
  return std::make_unique<Divisibility>(numbers);
}

}  // namespace trm::tasks::induction
