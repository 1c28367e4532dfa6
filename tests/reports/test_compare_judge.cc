// Verdicts of trm compare on scripted machines: nothing here is timed.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/json/json_value.h"
#include "reports/compare/export.h"
#include "reports/compare/judge.h"
#include "reports/compare/page.h"
#include "reports/compare/text.h"
#include "reports/json.h"
#include "tests/reports/noise.h"

namespace test_compare_judge {

using namespace trm::reports::compare;
using trm::test::NoisyMachine;

namespace {

Series series_of(const std::string& name, const std::string& metric, const std::string& unit,
                 std::vector<double> samples) {
  Series out;
  out.name = name;
  out.metric = metric;
  out.unit = unit;
  out.samples = std::move(samples);
  out.field = "samples";
  set_direction(out);
  REQUIRE(complete(out, "test").ok());
  return out;
}

Series value_of(const std::string& name, const std::string& metric, const std::string& unit, double value,
                std::uint64_t n = 0) {
  Series out;
  out.name = name;
  out.metric = metric;
  out.unit = unit;
  out.value = value;
  out.n = n;
  set_direction(out);
  return out;
}

Measurements side_of(const std::string& file, std::vector<Series> series) {
  Measurements out;
  out.file = file;
  out.series = std::move(series);
  return out;
}

/// Pairs of runs in random order on one machine; A/A pairs first. `slower`: of the later program, as a share.
struct Scenario {
  double slower = 0;
  double noise = 0.02;
  std::size_t benchmarks = 1;
  std::size_t pairs = 20;
  bool outlier = false;
  bool busy_later = false;  ///< a neighbour comes after the A/A pairs
};

Evidence measure(const Scenario& scenario, std::uint64_t seed) {
  NoisyMachine machine(seed, scenario.noise);
  Evidence out;
  out.paired = out.same_paired = true;
  out.before.file = "old";
  out.after.file = "new";
  out.same.emplace();
  for (std::size_t b = 0; b < scenario.benchmarks; ++b) {
    const std::string name = "work " + std::to_string(b);
    std::vector<double> first, second, before, after;
    for (std::size_t i = 0; i < scenario.pairs; ++i) {
      first.push_back(machine.run(1e6));
      second.push_back(machine.run(1e6));
    }
    const auto disturbed = [&](std::size_t i) {
      // Steals up to half of the time, each run another share.
      return scenario.busy_later ? 1 + trm::random_uniform(seed, 77, 1000 * b + i) : 1.0;
    };
    for (std::size_t i = 0; i < scenario.pairs; ++i) {
      const bool old_first = trm::random_bits(seed, 5, i) >> 63 == 0;
      double times[2];
      for (const bool is_first : {true, false}) {
        const bool old = is_first == old_first;
        times[old ? 0 : 1] = machine.run(1e6 * (old ? 1 : 1 + scenario.slower)) * disturbed(2 * i + (old ? 0 : 1));
      }
      before.push_back(times[0]);
      after.push_back(times[1]);
    }
    if (scenario.outlier) after[after.size() / 2] *= 10;
    out.before.series.push_back(series_of(name, "latency_ns", "ns", before));
    out.after.series.push_back(series_of(name, "latency_ns", "ns", after));
    out.same->first.series.push_back(series_of(name, "latency_ns", "ns", first));
    out.same->second.series.push_back(series_of(name, "latency_ns", "ns", second));
  }
  return out;
}

Verdict verdict_of(const Evidence& evidence, const Rules& rules = {}) {
  const auto comparison = judge(evidence, rules);
  REQUIRE(comparison.ok());
  return comparison->verdict;
}

}  // namespace

TEST_CASE("compare: a planted 10 % is regressed in 20 of 20") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    CHECK(verdict_of(measure({.slower = 0.10}, seed)) == Verdict::regressed);
  }
}

TEST_CASE("compare: the same program passes in 20 of 20, also among 30 benchmarks") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    CHECK(verdict_of(measure({}, seed)) == Verdict::pass);
    CHECK(verdict_of(measure({.noise = 0.015, .benchmarks = 30}, 100 + seed)) == Verdict::pass);
  }
}

TEST_CASE("compare: a planted 3 % is never regressed at 5 %") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    CHECK(verdict_of(measure({.slower = 0.03}, seed)) != Verdict::regressed);
  }
}

TEST_CASE("compare: one outlier of ten times the size changes nothing") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    CHECK(verdict_of(measure({.outlier = true}, seed)) == Verdict::pass);
    CHECK(verdict_of(measure({.slower = 0.10, .outlier = true}, seed)) == Verdict::regressed);
  }
}

TEST_CASE("compare: a busy neighbour never makes a regression") {
  int told = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    const Verdict quiet = verdict_of(measure({.busy_later = true}, seed));
    CHECK(quiet != Verdict::regressed);
    told += static_cast<int>(quiet == Verdict::inconclusive);
    CHECK(verdict_of(measure({.noise = 0.2}, seed)) != Verdict::regressed);
  }
  CHECK(told > 100);
}

TEST_CASE("compare: improvements are said, and rates are better higher") {
  Evidence evidence = measure({.slower = -0.2}, 3);
  auto comparison = judge(evidence, {});
  REQUIRE(comparison.ok());
  CHECK(comparison->verdict == Verdict::pass);
  CHECK(comparison->rows[0].verdict == Verdict::improved);
  CHECK(comparison->rows[0].change == doctest::Approx(-0.2).epsilon(0.15));
  // The same numbers as a rate are a loss.
  for (Measurements* side : {&evidence.before, &evidence.after, &evidence.same->first, &evidence.same->second}) {
    side->series[0].metric = "tokens_per_s";
    side->series[0].unit = "1/s";
    set_direction(side->series[0]);
  }
  comparison = judge(evidence, {});
  REQUIRE(comparison.ok());
  CHECK(comparison->rows[0].better == trm::reports::Better::higher);
  CHECK(comparison->verdict == Verdict::regressed);
  CHECK(comparison->rows[0].interval->high < -0.1);
}

TEST_CASE("compare: a floor above the threshold makes it inconclusive and says how many pairs it takes") {
  const auto comparison = judge(measure({.slower = 0.3, .noise = 0.25}, 4), {});
  REQUIRE(comparison.ok());
  const Row& row = comparison->rows[0];
  CHECK(row.verdict == Verdict::inconclusive);
  CHECK(*row.floor > 0.05);
  CHECK(row.more.has_value());
  CHECK(row.reason.find("noise floor") != std::string::npos);
}

TEST_CASE("compare: too few samples are inconclusive") {
  const auto comparison = judge(measure({.slower = 0.5, .pairs = 5}, 4), {});
  REQUIRE(comparison.ok());
  CHECK(comparison->verdict == Verdict::inconclusive);
  CHECK(comparison->rows[0].reason.find("too few samples: 5") != std::string::npos);
  CHECK(*comparison->rows[0].more == 1);
}

TEST_CASE("compare: unpaired samples of two files") {
  for (const double slower : {0.0, 0.03, 0.10}) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      CAPTURE(seed);
      CAPTURE(slower);
      Evidence evidence;
      evidence.before = side_of("a", {series_of("w", "t_ns", "ns", trm::test::log_normal(60, 10, 0.03, 2 * seed))});
      evidence.after = side_of(
          "b", {series_of("w", "t_ns", "ns", trm::test::log_normal(60, 10 + std::log1p(slower), 0.03, 2 * seed + 1))});
      const Verdict verdict = verdict_of(evidence);
      if (slower == 0.10) CHECK(verdict == Verdict::regressed);
      if (slower < 0.10) CHECK(verdict != Verdict::regressed);
      if (slower == 0) CHECK(verdict == Verdict::pass);
    }
  }
}

TEST_CASE("compare: sizes, counts and facts") {
  Evidence evidence;
  evidence.before =
      side_of("a", {value_of("m", "rss_peak_bytes", "bytes", 1000), value_of("m", "instructions", "count", 1000),
                    value_of("m", "parameters", "count", 10), value_of("m", "arena_bytes", "bytes", 0)});
  evidence.after =
      side_of("b", {value_of("m", "rss_peak_bytes", "bytes", 1040), value_of("m", "instructions", "count", 1060),
                    value_of("m", "parameters", "count", 11), value_of("m", "arena_bytes", "bytes", 0)});
  const auto comparison = judge(evidence, {});
  REQUIRE(comparison.ok());
  CHECK(comparison->rows[0].verdict == Verdict::pass);
  CHECK(comparison->rows[1].verdict == Verdict::regressed);
  CHECK(comparison->rows[2].verdict == Verdict::changed);
  CHECK(comparison->rows[3].verdict == Verdict::pass);
  CHECK(comparison->verdict == Verdict::regressed);
}

TEST_CASE("compare: accuracy of the same questions, and of others") {
  // 100 questions: 12 lost, 1 won.
  std::vector<double> early(100, 1.0), late(100, 1.0);
  early[99] = 0;
  for (std::size_t i = 0; i < 12; ++i) late[i] = 0;
  Evidence evidence;
  evidence.before = side_of("a", {series_of("t", "exact_answer", "ratio", early)});
  evidence.after = side_of("b", {series_of("t", "exact_answer", "ratio", late)});
  auto comparison = judge(evidence, {});
  REQUIRE(comparison.ok());
  CHECK(comparison->rows[0].verdict == Verdict::regressed);
  CHECK(comparison->rows[0].method == "same questions: 12 lost, 1 won");
  CHECK(*comparison->rows[0].p == doctest::Approx(2 * 14.0 / 8192));
  // Other seeds: not the same questions.
  evidence.after.seeds = {7};
  comparison = judge(evidence, {});
  REQUIRE(comparison.ok());
  CHECK(comparison->rows[0].method == "two binomial intervals");
  // The fingerprint of the questions of this task knows better than the seeds; that of another says nothing.
  evidence.before.environment = {{"questions, t", "1f"}, {"questions, u", "3"}};
  evidence.after.environment = {{"questions, t", "1f"}, {"questions, u", "4"}};
  comparison = judge(evidence, {});
  REQUIRE(comparison.ok());
  CHECK(comparison->rows[0].method == "same questions: 12 lost, 1 won");
  evidence.after.seeds.clear();
  evidence.after.environment[0].value = "2f";
  comparison = judge(evidence, {});
  REQUIRE(comparison.ok());
  CHECK(comparison->rows[0].method == "two binomial intervals");
  // Copies of a few puzzles are right or wrong together: no test, and a loss is not sure.
  evidence.after.environment = evidence.before.environment;
  evidence.before.series[0].dependent = true;
  comparison = judge(evidence, {});
  REQUIRE(comparison.ok());
  CHECK_FALSE(comparison->rows[0].p.has_value());
  CHECK(comparison->rows[0].method == "same questions: 12 lost, 1 won");
  CHECK(comparison->rows[0].verdict == Verdict::inconclusive);
  CHECK(comparison->rows[0].reason.find("hang together") != std::string::npos);
  // 90 of 100 against 88 of 100: fewer, but nobody can be sure.
  evidence.before = side_of("a", {value_of("t", "exact_answer", "ratio", 0.90, 100)});
  evidence.after = side_of("b", {value_of("t", "exact_answer", "ratio", 0.88, 100)});
  CHECK(verdict_of(evidence) == Verdict::inconclusive);
  evidence.after = side_of("b", {value_of("t", "exact_answer", "ratio", 0.60, 100)});
  CHECK(verdict_of(evidence) == Verdict::regressed);
  evidence.after = evidence.before;
  CHECK(verdict_of(evidence) == Verdict::pass);
}

TEST_CASE("compare: one side only is listed, other units and machines are refused") {
  Evidence evidence;
  evidence.before =
      side_of("a", {value_of("x", "rss_peak_bytes", "bytes", 5), value_of("gone", "rss_peak_bytes", "bytes", 5)});
  evidence.after =
      side_of("b", {value_of("x", "rss_peak_bytes", "bytes", 5), value_of("fresh", "rss_peak_bytes", "bytes", 5)});
  auto comparison = judge(evidence, {});
  REQUIRE(comparison.ok());
  CHECK(comparison->count(Verdict::only_before) == 1);
  CHECK(comparison->count(Verdict::only_after) == 1);
  CHECK(comparison->verdict == Verdict::pass);
  evidence.before.machine = "CPU A";
  evidence.after.machine = "CPU B";
  comparison = judge(evidence, {});
  REQUIRE_FALSE(comparison.ok());
  CHECK(comparison.error().text().find("--across-machines") != std::string::npos);
  Rules rules;
  rules.across_machines = true;
  comparison = judge(evidence, rules);
  REQUIRE(comparison.ok());
  CHECK(comparison->notes[0].find("Across machines") == 0);
  evidence.after.series[0].unit = "KiB";
  CHECK(judge(evidence, rules).error().text().find("in KiB") != std::string::npos);
  evidence.after.series.erase(evidence.after.series.begin());
  CHECK(judge(evidence, rules).error().text().find("no benchmark") != std::string::npos);
}

TEST_CASE("compare: failures of the new program are a regression, of the old one nobody can tell") {
  Evidence evidence = measure({}, 1);
  evidence.failures = {{true, "pair 3", "was killed by signal 11", "boom"}};
  auto comparison = judge(evidence, {});
  REQUIRE(comparison.ok());
  CHECK(comparison->verdict == Verdict::regressed);
  CHECK(comparison->rows[0].verdict == Verdict::pass);
  CHECK(to_text(*comparison, false).find("its last words: boom") != std::string::npos);
  evidence.failures[0].after = false;
  CHECK(verdict_of(evidence) == Verdict::inconclusive);
}

TEST_CASE("compare: learned thresholds replace the default") {
  Rules rules;
  rules.learned[{"work 0", "latency_ns"}] = 0.2;
  const auto comparison = judge(measure({.slower = 0.10}, 2), rules);
  REQUIRE(comparison.ok());
  CHECK(comparison->rows[0].verdict == Verdict::pass);
  CHECK(comparison->rows[0].learned);
}

TEST_CASE("compare: all formats of one comparison") {
  Evidence evidence = measure({.slower = 0.10, .benchmarks = 2}, 6);
  evidence.after.series[1].name = "a <b> | \"c\"";
  auto comparison = judge(evidence, {});
  REQUIRE(comparison.ok());
  const auto json = trm::JsonValue::parse_object(to_json(*comparison, 1), "json");
  REQUIRE(json.ok());
  CHECK(*json->find("verdict")->as<std::string>() == "regressed");
  CHECK(json->find("rows")->as<trm::JsonValue::Array>()->size() == 3);
  const std::string markdown = to_markdown(*comparison);
  CHECK(markdown.find("<details>") != std::string::npos);
  CHECK(markdown.find("<b>") == std::string::npos);
  const std::string page = to_html(*comparison, {"no-such-gnuplot"});
  CHECK(page.find("a &lt;b&gt;") != std::string::npos);
  CHECK(page.find("http") == std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("prefers-color-scheme") != std::string::npos);
  const auto bmf = trm::JsonValue::parse_object(to_bmf(comparison->after), "bmf");
  REQUIRE(bmf.ok());
  const trm::JsonValue* latency = bmf->find("work 0")->find("latency");
  REQUIRE(latency != nullptr);
  CHECK(*latency->find("value")->as<double>() == doctest::Approx(1.1e6).epsilon(0.3));
  CHECK(*latency->find("lower_value")->as<double>() <= *latency->find("value")->as<double>());
  const auto google = to_google_benchmark(comparison->after);
  REQUIRE(google.ok());
  CHECK(google->find("\"run_name\":\"work 0\"") != std::string::npos);
  CHECK(to_csv(*comparison).find("work 0,latency_ns,ns,") != std::string::npos);
}

}  // namespace test_compare_judge
