#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "engine/base/interval.h"
#include "reports/stats.h"
#include "reports/summary.h"

namespace test_stats {

using namespace trm::reports;

TEST_CASE("normal quantile: tabulated values and symmetry") {
  CHECK(trm::normal_quantile(0.5) == doctest::Approx(0).epsilon(1e-12));
  CHECK(trm::normal_quantile(0.975) == doctest::Approx(1.959963984540054).epsilon(1e-12));
  CHECK(trm::normal_quantile(0.995) == doctest::Approx(2.5758293035489004).epsilon(1e-12));
  CHECK(trm::normal_quantile(0.9999) == doctest::Approx(3.719016485455709).epsilon(1e-12));
  CHECK(trm::normal_quantile(1e-10) == doctest::Approx(-6.361340902404056).epsilon(1e-10));
  for (double p : {0.0, 1.0, -1.0, 2.0}) CHECK(std::isnan(trm::normal_quantile(p)));
}

TEST_CASE("Wilson interval: published values and borders") {
  // Newcombe 1998, table I: method 3 (score), 95 %.
  struct Case {
    std::uint64_t successes, n;
    double low, high;
  };
  for (const Case& c : {Case{81, 263, 0.2553, 0.3662}, Case{15, 148, 0.0624, 0.1605}, Case{0, 20, 0.0, 0.1611},
                        Case{1, 29, 0.0061, 0.1718}, Case{29, 29, 0.8830, 1.0}}) {
    CAPTURE(c.successes);
    CAPTURE(c.n);
    const trm::Interval interval = trm::wilson_interval(c.successes, c.n);
    CHECK(std::abs(interval.low - c.low) < 5.1e-5);
    CHECK(std::abs(interval.high - c.high) < 5.1e-5);
  }
  CHECK(trm::wilson_interval(0, 0).low == 0);
  CHECK(trm::wilson_interval(0, 0).high == 1);
  CHECK(trm::wilson_interval(0, 7).low == 0);
  CHECK(trm::wilson_interval(7, 7).high == 1);
  CHECK(trm::wilson_interval(9, 7).low == trm::wilson_interval(7, 7).low);
  CHECK(trm::wilson_interval(50, 100, 0.99).low < trm::wilson_interval(50, 100, 0.95).low);
}

TEST_CASE("percentile: nearest rank") {
  std::vector<double> hundred(100);
  std::iota(hundred.rbegin(), hundred.rend(), 1.0);  // 100 ... 1: order must not matter
  for (int p = 1; p <= 100; ++p) {
    CAPTURE(p);
    CHECK(percentile(hundred, p / 100.0) == static_cast<double>(p));
  }
  CHECK(percentile({15, 20, 35, 40, 50}, 0.30) == 20);
  CHECK(percentile({15, 20, 35, 40, 50}, 0.40) == 20);
  CHECK(percentile({3}, 0.99) == 3);
  CHECK_FALSE(percentile({}, 0.5).has_value());
  CHECK_FALSE(percentile({1}, 0).has_value());
  CHECK_FALSE(percentile({1}, 1.01).has_value());
  CHECK_FALSE(percentile({1, std::numeric_limits<double>::quiet_NaN()}, 0.5).has_value());
}

TEST_CASE("median") {
  CHECK(median({5, 1, 3}) == 3);
  CHECK(median({4, 1, 3, 2}) == 2.5);
  CHECK_FALSE(median({}).has_value());
  CHECK_FALSE(median({std::numeric_limits<double>::infinity()}).has_value());
}

TEST_CASE("a percentile needs samples: 44 for p90, 459 for p99 at 99 %") {
  CHECK_FALSE(percentile_is_supported(43, 0.9));
  CHECK(percentile_is_supported(44, 0.9));
  CHECK_FALSE(percentile_is_supported(458, 0.99));
  CHECK(percentile_is_supported(459, 0.99));
  CHECK(percentile_is_supported(299, 0.99, 0.95));
  CHECK_FALSE(percentile_is_supported(298, 0.99, 0.95));
  CHECK_FALSE(percentile_is_supported(1000, 1.0));
}

TEST_CASE("order-statistic interval: tabulated ranks of the median") {
  struct Case {
    std::size_t n, low, high;
  };
  for (const Case& c : {Case{6, 1, 6}, Case{10, 2, 9}, Case{20, 6, 15}, Case{50, 18, 33}, Case{100, 40, 61}}) {
    CAPTURE(c.n);
    std::vector<double> samples(c.n);
    std::iota(samples.begin(), samples.end(), 1.0);
    const auto interval = percentile_interval(samples, 0.5);
    REQUIRE(interval.has_value());
    CHECK(interval->low == static_cast<double>(c.low));
    CHECK(interval->high == static_cast<double>(c.high));
  }
  CHECK_FALSE(percentile_interval({1, 2, 3, 4, 5}, 0.5).has_value());
  CHECK_FALSE(percentile_interval({}, 0.5).has_value());
  CHECK_FALSE(percentile_interval({1, 2}, 1).has_value());
}

TEST_CASE("order-statistic interval covers as often as it promises") {
  // P(x_(l) <= q < x_(u)) summed from the binomial distribution, for ranks read off samples 1..n.
  for (std::size_t n : {30, 200, 500, 2000}) {
    for (double p : {0.5, 0.9, 0.99}) {
      std::vector<double> samples(n);
      std::iota(samples.begin(), samples.end(), 1.0);
      const auto interval = percentile_interval(samples, p);
      if (!interval) continue;
      CAPTURE(n);
      CAPTURE(p);
      double covered = 0;
      for (auto k = static_cast<std::size_t>(interval->low); k < static_cast<std::size_t>(interval->high); ++k) {
        const double count = static_cast<double>(n);
        const double right = static_cast<double>(k);
        covered += std::exp(std::lgamma(count + 1) - std::lgamma(right + 1) - std::lgamma(count - right + 1) +
                            right * std::log(p) + (count - right) * std::log1p(-p));
      }
      CHECK(covered >= 0.95);
      CHECK(covered < 0.99);
    }
  }
}

TEST_CASE("percentile records leave out what the sample cannot support") {
  SampleSet samples{"task", "test", "model", "mode", "latency_ns", "ns", {}};
  const auto names = [&](std::size_t n) {
    samples.values.assign(n, 0);
    std::iota(samples.values.begin(), samples.values.end(), 1.0);
    std::string out;
    for (const Record& r : percentile_records(samples)) out += r.metric + " ";
    return out;
  };
  CHECK(names(0).empty());
  CHECK(names(43) == "latency_p50_ns ");
  CHECK(names(44) == "latency_p50_ns latency_p90_ns ");
  CHECK(names(459) == "latency_p50_ns latency_p90_ns latency_p99_ns ");
  const Record p90 = percentile_records(samples)[1];
  CHECK(p90.value == 414);
  CHECK(p90.n == 459);
  CHECK(p90.task == "task");
  CHECK(p90.mode == "mode");
  REQUIRE(p90.ci_low.has_value());
  CHECK(*p90.ci_low < 414);
  CHECK(*p90.ci_high > 414);
}

TEST_CASE("ratio record") {
  const Record r = ratio_record({}, 3, 4);
  CHECK(r.value == 0.75);
  CHECK(r.unit == "ratio");
  CHECK(r.n == 4);
  CHECK(*r.ci_low == trm::wilson_interval(3, 4).low);
  CHECK(ratio_record({}, 0, 0).value == 0);
}

TEST_CASE("difference of proportions: Newcombe's intervals") {
  // Newcombe 1998, table II, method 10: (a) 56/70 - 48/80 and (h) 10/10 - 0/10.
  const trm::Interval a = difference_interval(56, 70, 48, 80);
  CHECK(a.low == doctest::Approx(0.0524).epsilon(0.002));
  CHECK(a.high == doctest::Approx(0.3339).epsilon(0.001));
  const trm::Interval h = difference_interval(10, 10, 0, 10);
  CHECK(h.low == doctest::Approx(0.6075).epsilon(0.001));
  CHECK(h.high == doctest::Approx(1));
  const trm::Interval mirrored = difference_interval(48, 80, 56, 70);
  CHECK(mirrored.low == doctest::Approx(-a.high));
  CHECK(mirrored.high == doctest::Approx(-a.low));
  CHECK(difference_interval(0, 0, 1, 2).low == -1);
  CHECK(difference_interval(1, 2, 0, 0).high == 1);
}

}  // namespace test_stats
