// Statistics of trm compare against values known from hand, enumeration or the literature.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "engine/base/random.h"
#include "reports/compare/change_points.h"
#include "reports/compare/statistics.h"
#include "tests/reports/noise.h"

namespace test_compare_statistics {

using namespace trm::reports::compare;

namespace {

/// P(U >= observed) by going through all ways to choose which values are the later ones.
double brute_force_greater(const std::vector<double>& earlier, const std::vector<double>& later) {
  std::vector<double> all = earlier;
  all.insert(all.end(), later.begin(), later.end());
  const std::size_t n = all.size(), m = later.size();
  const auto u_of = [&](unsigned mask) {
    double u = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if ((mask >> i & 1U) == 0) continue;
      for (std::size_t j = 0; j < n; ++j) {
        if ((mask >> j & 1U) != 0) continue;
        u += all[i] > all[j] ? 1 : all[i] == all[j] ? 0.5 : 0;
      }
    }
    return u;
  };
  unsigned observed = 0;
  for (std::size_t i = earlier.size(); i < n; ++i) observed |= 1U << i;
  const double u = u_of(observed);
  double reached = 0, ways = 0;
  for (unsigned mask = 0; mask < (1U << n); ++mask) {
    if (static_cast<std::size_t>(__builtin_popcount(mask)) != m) continue;
    ++ways;
    if (u_of(mask) >= u) ++reached;
  }
  return reached / ways;
}

}  // namespace

TEST_CASE("compare: Mann-Whitney is exact for small samples") {
  // 3 and 3, wholly apart: 1 of 20 orders.
  CHECK(mann_whitney({1, 2, 3}, {4, 5, 6}).greater == doctest::Approx(0.05));
  CHECK(mann_whitney({1, 2, 3}, {4, 5, 6}).two_sided == doctest::Approx(0.1));
  CHECK(mann_whitney({4, 5, 6}, {1, 2, 3}).greater == doctest::Approx(1));
  CHECK(mann_whitney({}, {1}).two_sided == 1);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    std::vector<double> a, b;
    for (std::uint64_t i = 0; i < 4 + seed % 3; ++i) a.push_back(trm::random_uniform(seed, 1, i));
    for (std::uint64_t i = 0; i < 5; ++i) b.push_back(trm::random_uniform(seed, 2, i) + 0.2);
    CHECK(mann_whitney(a, b).greater == doctest::Approx(brute_force_greater(a, b)));
  }
}

TEST_CASE("compare: Mann-Whitney with ties and large samples") {
  // All equal: nothing is known.
  CHECK(mann_whitney({1, 1, 1, 1}, {1, 1, 1}).two_sided == 1);
  // The normal form meets the exact one where both apply: 30 and 30 without ties against 31 and 30.
  std::vector<double> a, b;
  for (std::uint64_t i = 0; i < 30; ++i) a.push_back(trm::random_uniform(7, 1, i));
  for (std::uint64_t i = 0; i < 30; ++i) b.push_back(trm::random_uniform(7, 2, i) + 0.12);
  const double exact = mann_whitney(a, b).two_sided;
  a.push_back(trm::random_uniform(7, 3, 0));
  CHECK(mann_whitney(a, b).two_sided == doctest::Approx(exact).epsilon(0.5));
  CHECK(mann_whitney(a, b).two_sided == doctest::Approx(mann_whitney(b, a).two_sided));
}

TEST_CASE("compare: sign test, McNemar and shares") {
  CHECK(sign_test_above({1, 2, 3, 4, 5, 6}, 0) == doctest::Approx(1.0 / 64));
  CHECK(sign_test_above({1, 2, 3, 4, 5, 6}, 7) == doctest::Approx(1));
  CHECK(sign_test_above({1, 1, 1}, 1) == doctest::Approx(1));  // ties count for neither
  CHECK(binomial_half_tail(8, 10) == doctest::Approx(56.0 / 1024));
  CHECK(binomial_half_tail(0, 0) == doctest::Approx(1));
  // 1 lost and 7 won of 8: twice 9 / 256.
  CHECK(mcnemar(1, 7) == doctest::Approx(18.0 / 256));
  CHECK(mcnemar(0, 0) == doctest::Approx(1));
  CHECK(mcnemar(4, 4) == doctest::Approx(1));
  CHECK(equal_shares(50, 100, 50, 100) == doctest::Approx(1));
  // 60 and 40 of 100: z = 0.2 / sqrt(0.5 * 0.5 * 0.02) = 2.8284.
  CHECK(equal_shares(60, 100, 40, 100) == doctest::Approx(0.004678).epsilon(0.001));
  CHECK(equal_shares(0, 10, 0, 10) == 1);
}

TEST_CASE("compare: Benjamini and Hochberg") {
  // Their method on four values: 0.01 * 4, 0.02 * 2, 0.03 * 4 / 3, 0.5.
  const std::vector<double> q = benjamini_hochberg({0.5, 0.01, 0.03, 0.02});
  CHECK(q[1] == doctest::Approx(0.04));
  CHECK(q[3] == doctest::Approx(0.04));
  CHECK(q[2] == doctest::Approx(0.04));
  CHECK(q[0] == doctest::Approx(0.5));
  CHECK(benjamini_hochberg({}).empty());
}

TEST_CASE("compare: the bootstrap of a median") {
  CHECK_FALSE(bootstrap_median({1, 2, 3, 4, 5}, 0).has_value());
  const auto same = bootstrap_median(std::vector<double>(10, 3.0), 0);
  REQUIRE(same.has_value());
  CHECK(same->low == 3);
  CHECK(same->high == 3);
  // Seeded.
  const std::vector<double> x = trm::test::log_normal(40, 0, 1, 5);
  CHECK(bootstrap_median(x, 9)->low == bootstrap_median(x, 9)->low);
  // It holds the true median (1) in about 95 of 100 samples.
  int inside = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto interval = bootstrap_median(trm::test::log_normal(25, 0, 0.5, seed), seed);
    inside += static_cast<int>(interval->low <= 1 && 1 <= interval->high);
  }
  CHECK(inside >= 178);
  // One sample of ten times the size moves no end by much.
  std::vector<double> outlier = x;
  outlier[3] *= 10;
  CHECK(bootstrap_median(outlier, 9)->high == doctest::Approx(bootstrap_median(x, 9)->high).epsilon(0.2));
}

TEST_CASE("compare: the outer fence") {
  // Quartiles 2 and 6 of 1 to 8 by nearest rank.
  CHECK(*outer_fence({1, 2, 3, 4, 5, 6, 7, 8}) == doctest::Approx(6 + 3 * 4));
  CHECK_FALSE(outer_fence({}).has_value());
}

TEST_CASE("compare: change points") {
  // The statistic by its definition.
  CHECK(split_statistic({0, 0, 1, 1}, 2) == doctest::Approx(2.0 * 2 / 4 * 2));
  const ChangePointRules rules;
  // A level that moves by 10 % under 2 % of noise.
  std::vector<double> x = trm::test::log_normal(20, 0, 0.02, 1);
  for (double& v : x) v = std::log(v);
  std::vector<double> y = x;
  for (std::size_t i = 12; i < y.size(); ++i) y[i] += 0.1;
  const std::vector<ChangePoint> found = change_points(y, rules);
  REQUIRE(found.size() == 1);
  CHECK(found[0].at == 12);
  CHECK(found[0].p <= 0.01);
  // Noise alone has next to none: at most a few of 100 series.
  int false_ones = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    std::vector<double> noise = trm::test::log_normal(30, 0, 0.03, seed);
    noise[7] *= 10;  // one outlier is no level
    for (double& v : noise) v = std::log(v);
    false_ones += static_cast<int>(!change_points(noise, rules).empty());
  }
  CHECK(false_ones <= 5);
  CHECK(change_points({1, 2, 3}, rules).empty());
  CHECK(change_points(std::vector<double>(30, 1.0), rules).empty());
  // Two steps, in order.
  std::vector<double> two(60, 0.0);
  for (std::size_t i = 0; i < two.size(); ++i)
    two[i] = 0.01 * trm::random_uniform(3, 3, i) + (i < 20 ? 0 : i < 40 ? 1 : 0.5);
  const std::vector<ChangePoint> both = change_points(two, rules);
  REQUIRE(both.size() == 2);
  CHECK(both[0].at == 20);
  CHECK(both[1].at == 40);
}

}  // namespace test_compare_statistics
