#include <string>

#include "tasks/recursion/induction/claim.h"

namespace trm::tasks::induction {
namespace {

std::int64_t power(std::int64_t base, std::int64_t exponent) {
  std::int64_t out = 1;
  for (; exponent > 0; --exponent) out *= base;
  return out;
}

/// base^n > slope n + offset for all n >= start, and not for start - 1.
struct InequalityNumbers {
  std::int64_t base, slope, offset, start;

  [[nodiscard]] bool holds(std::int64_t n) const { return power(base, n) > slope * n + offset; }
  /// By how much base (slope k + offset) exceeds slope (k + 1) + offset: coefficient of k, and the rest.
  [[nodiscard]] std::int64_t more_slope() const { return (base - 1) * slope; }
  [[nodiscard]] std::int64_t more_offset() const { return (base - 1) * offset - slope; }
};

class Inequality final : public Claim {
 public:
  explicit Inequality(const InequalityNumbers& numbers) : numbers_(numbers) {}

  [[nodiscard]] std::size_t core() const override { return 9; }

  [[nodiscard]] std::vector<Line> lines(std::size_t count, const Slip& slip) const override {
    const auto [a, c, e, n0] = numbers_;
    const std::string base = std::to_string(a), start = std::to_string(n0);
    const std::string next = base + "^(k + 1)", c_n0 = std::to_string(c) + "*" + start;
    const std::string more = terms({{numbers_.more_slope(), "k"}, {numbers_.more_offset(), ""}});
    const std::int64_t least = numbers_.more_slope() * n0 + numbers_.more_offset();
    std::int64_t left = power(a, n0), right_side = c * n0 + e;

    std::vector<Line> out;
    const auto line = [&]() -> Line& { return out.emplace_back(); };
    claim(line());
    line()
        .fixed("Base: ")
        .rigid(base + "^" + start + " = " + std::to_string(left))
        .fixed(" > ")
        .rigid(terms({{1, c_n0}, {e, ""}}) + " = " + std::to_string(right_side));
    line().fixed("Hypothesis: ").rigid(base + "^k = " + right("k") + " + g").fixed(" with g > 0");
    line().fixed("Step: ").rigid(next + " = " + base + "*" + base + "^k");
    line().fixed("= ").rigid(base + "(" + right("k") + " + g)");
    line().fixed("= ").rigid(terms({{a * c, "k"}, {a * e, ""}, {a, "g"}}));
    line().fixed("= ").rigid(right("(k + 1)") + " + (" + more + ") + " + terms({{a, "g"}}));
    line().fixed("Bound: ").rigid(more).fixed(" >= ").rigid(
        terms({{1, std::to_string(numbers_.more_slope()) + "*" + start}, {numbers_.more_offset(), ""}}) + " = " +
        std::to_string(least));
    out.back().fixed(" for k >= ").rigid(start);
    line().fixed("Conclusion: ").rigid(next).fixed(" > ").rigid(right("(k + 1)"));
    out.back().slips = {"Conclusion: " + next + " > " + right("(k + 2)")};

    for (std::int64_t n = n0 + 1; out.size() < count; ++n) {
      const std::string made = base + "*" + std::to_string(left) + " = ";
      const std::string grown = std::to_string(right_side) + " + " + std::to_string(c) + " = ";
      left *= a;
      right_side += c;
      if (slip.line == out.size()) (slip.right_side ? right_side : left) += slip.by;
      if (left <= right_side || right_side <= 0) return {};
      line()
          .rigid("n = " + std::to_string(n) + ": " + made + std::to_string(left))
          .fixed(" > ")
          .rigid(grown + std::to_string(right_side));
    }
    return out;
  }

 private:
  [[nodiscard]] std::string right(const std::string& n) const {
    return terms({{numbers_.slope, n}, {numbers_.offset, ""}});
  }

  /// Other numbers in the claim make it wrong only where it fails at its start.
  void claim(Line& line) const {
    const auto failing = [this](std::int64_t InequalityNumbers::*number) {
      std::vector<std::string> out;
      const std::int64_t value = numbers_.*number;
      for (std::int64_t other = 2; other < 100; ++other) {
        InequalityNumbers changed = numbers_;
        changed.*number = other;
        const std::string text = std::to_string(other);
        if (text.size() == std::to_string(value).size() && other != value && !changed.holds(changed.start))
          out.push_back(text);
      }
      return out;
    };
    line.fixed("Claim: ").chosen(numbers_.base, failing(&InequalityNumbers::base)).fixed("^n > ");
    if (numbers_.slope > 1) line.chosen(numbers_.slope, failing(&InequalityNumbers::slope));
    line.fixed(numbers_.offset < 0 ? "n - " : numbers_.offset > 0 ? "n + " : "n");
    if (numbers_.offset > 0) line.chosen(numbers_.offset, failing(&InequalityNumbers::offset));
    if (numbers_.offset < 0) line.fixed(std::to_string(-numbers_.offset));
    line.fixed(" for all n >= ").chosen(numbers_.start, {std::to_string(numbers_.start - 1)});
  }

  InequalityNumbers numbers_;
};

}  // namespace

std::unique_ptr<Claim> draw_inequality(Rng& rng, std::size_t table) {
  for (;;) {
    InequalityNumbers numbers{};
    numbers.base = rng.between(2, 7);
    numbers.slope = rng.between(1, 60);
    numbers.offset = static_cast<std::int64_t>(rng.below(120)) - 50;
    numbers.start = 9;
    if (!numbers.holds(numbers.start)) continue;
    while (numbers.start > 2 && numbers.holds(numbers.start - 1)) --numbers.start;
    const std::int64_t first = numbers.slope * numbers.start + numbers.offset;
    if (numbers.holds(numbers.start - 1) || first <= 0 ||
        numbers.more_slope() * numbers.start + numbers.more_offset() <= 0)
      continue;
    double last = static_cast<double>(power(numbers.base, numbers.start));
    for (std::size_t i = 0; i < table; ++i) last *= static_cast<double>(numbers.base);
    if (last < 1e15) return std::make_unique<Inequality>(numbers);
  }
}

}  // namespace trm::tasks::induction
