#include "reports/compare/change_points.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/random.h"

namespace trm::reports::compare {
namespace {

struct Split {
  std::size_t at = 0;
  double statistic = 0;
};

double energy(double cross, double left, double right, std::size_t k, std::size_t n) {
  const double a = static_cast<double>(k), b = static_cast<double>(n - k);
  // Sums over unordered pairs.
  const double e = 2 * cross / (a * b) - left / (a * (a - 1) / 2) - right / (b * (b - 1) / 2);
  return a * b / (a + b) * e;
}

/// The best split; each part has at least `least` values, which are two at least.
Split best_split(const std::vector<double>& x, std::size_t least) {
  const std::size_t n = x.size();
  double left = 0, right = 0, cross = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) right += std::abs(x[i] - x[j]);
  }
  Split best{0, -1};
  for (std::size_t k = 1; k < n; ++k) {
    // x[k - 1] moves to the left.
    double to_left = 0, to_right = 0;
    for (std::size_t i = 0; i + 1 < k; ++i) to_left += std::abs(x[i] - x[k - 1]);
    for (std::size_t i = k; i < n; ++i) to_right += std::abs(x[i] - x[k - 1]);
    left += to_left;
    right -= to_right;
    cross += to_right - to_left;
    if (k < least || n - k < least) continue;
    const double statistic = energy(cross, left, right, k, n);
    if (statistic > best.statistic) best = {k, statistic};
  }
  return best;
}

void search(const std::vector<double>& values, std::size_t begin, std::size_t end, const ChangePointRules& rules,
            std::vector<ChangePoint>& found) {
  const std::size_t least = std::max<std::size_t>(rules.least, 2);
  if (end - begin < 2 * least) return;
  std::vector<double> stretch(values.begin() + static_cast<std::ptrdiff_t>(begin),
                              values.begin() + static_cast<std::ptrdiff_t>(end));
  const Split split = best_split(stretch, least);
  if (split.at == 0 || !(split.statistic > 0)) return;
  std::size_t reached = 0;
  const double all = static_cast<double>(rules.permutations + 1);
  for (std::size_t round = 0; round < rules.permutations; ++round) {
    const std::uint64_t stream =
        (static_cast<std::uint64_t>(begin) << 40) ^ (static_cast<std::uint64_t>(end) << 20) ^ round;
    for (std::size_t i = stretch.size(); i > 1; --i) {
      const std::uint64_t bits = random_bits(rules.seed, stream, i) >> 32;
      std::swap(stretch[i - 1], stretch[static_cast<std::size_t>((bits * i) >> 32)]);
    }
    if (best_split(stretch, least).statistic >= split.statistic) ++reached;
    // The rest cannot make it significant again.
    if (static_cast<double>(reached + 1) / all > rules.significance) return;
  }
  const std::size_t at = begin + split.at;
  search(values, begin, at, rules, found);
  found.push_back({at, static_cast<double>(reached + 1) / all});
  search(values, at, end, rules, found);
}

}  // namespace

double split_statistic(const std::vector<double>& values, std::size_t at) {
  double left = 0, right = 0, cross = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i + 1; j < values.size(); ++j)
      (j < at ? left : i >= at ? right : cross) += std::abs(values[i] - values[j]);
  }
  return energy(cross, left, right, at, values.size());
}

std::vector<ChangePoint> change_points(const std::vector<double>& values, const ChangePointRules& rules) {
  std::vector<ChangePoint> found;
  search(values, 0, values.size(), rules, found);
  return found;
}

}  // namespace trm::reports::compare
