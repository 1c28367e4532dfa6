#include <algorithm>
#include <string>

#include "tasks/recursion/induction/claim.h"
#include "tasks/recursion/induction/sum_table.h"

namespace trm::tasks::induction {
namespace {

class GeometricSum final : public Claim {
 public:
  /// First term c(r - 1), ratio r: the sum is c r^n - c.
  GeometricSum(std::int64_t c, std::int64_t ratio) : c_(c), ratio_(ratio) {}

  [[nodiscard]] std::size_t core() const override { return 7; }

  [[nodiscard]] std::vector<Line> lines(std::size_t count, const Slip& slip) const override {
    std::vector<Line> out;
    const auto line = [&]() -> Line& { return out.emplace_back(); };
    const std::string c = " - " + std::to_string(c_);
    line()
        .fixed("Claim: S(n) = ")
        .rigid(std::to_string(first()))
        .fixed(" + ")
        .rigid(std::to_string(first() * ratio_))
        .fixed(" + ... + ")
        .rigid(times(first(), "^(n - 1)") + " = " + times(c_, "^n") + c)
        .fixed(" for all n >= 1");
    line().fixed("Base: ").rigid("S(1) = " + std::to_string(first()) + " = " + times(c_, "^1") + c);
    line().fixed("Hypothesis: S(k) = ").rigid(times(c_, "^k") + c);
    const std::string step = "S(k + 1) = S(k) + ";
    line().fixed("Step: ").rigid(step + times(first(), "^k"));
    out.back().slips = {"Step: " + step + times(c_, "^k"), "Step: " + step + times(first() * ratio_, "^k")};
    line().fixed("= ").rigid(times(c_, "^k") + c + " + " + times(first(), "^k"));
    line().fixed("= ").rigid(times(c_ * ratio_, "^k") + c);
    line().fixed("= ").rigid(times(c_, "^(k + 1)") + c);
    append_sum_table(out, count, slip, [this](std::int64_t i) {
      std::int64_t term = first();
      for (; i > 1; --i) term *= ratio_;
      return term;
    });
    return out;
  }

 private:
  [[nodiscard]] std::int64_t first() const { return c_ * (ratio_ - 1); }
  [[nodiscard]] std::string times(std::int64_t factor, const std::string& exponent) const {
    return terms({{factor, std::to_string(ratio_) + exponent}});
  }

  std::int64_t c_, ratio_;
};

}  // namespace

std::unique_ptr<Claim> draw_geometric_sum(Rng& rng, std::size_t table) {
  std::uint32_t ratio = 0;
  double last = 0;  // of the table, for c = 1
  do {
    ratio = rng.between(2, 9);
    last = ratio;
    for (std::size_t i = 0; i < table; ++i) last *= ratio;
  } while (last > 1e13);
  return std::make_unique<GeometricSum>(rng.between(1, 99) * (last < 1e11 ? rng.between(1, 9) : 1), ratio);
}

}  // namespace trm::tasks::induction
