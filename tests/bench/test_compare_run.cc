// Running programs in pairs: the schedule on scripted samplers, and real small programs that end, crash, hang and
// print.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/compare/baseline.h"
#include "bench/compare/load.h"
#include "bench/compare/pairs.h"
#include "bench/compare/planted.h"
#include "bench/compare/process.h"
#include "bench/compare/programs.h"
#include "engine/sys/files.h"
#include "reports/compare/judge.h"
#include "reports/compare/read.h"
#include "tests/bench/support.h"

namespace test_compare_run {

using namespace trm::bench;
namespace compare = trm::reports::compare;

namespace {

compare::Measurements run_of(double ns) {
  compare::Measurements out;
  compare::Series series;
  series.name = "work", series.metric = "latency_ns", series.unit = "ns", series.samples = {ns, ns}, series.value = ns;
  set_direction(series);
  out.series.push_back(series);
  series.name = "answers", series.metric = "exact_answer", series.unit = "ratio", series.samples = {1, 0, 1};
  set_direction(series);
  out.series.push_back(series);
  return out;
}

ProcessOutcome ran(const std::vector<std::string>& words, std::int64_t timeout_ns = 0) {
  const auto outcome = run_measured({words, {}, timeout_ns});
  REQUIRE(outcome.ok());
  return *outcome;
}

}  // namespace

TEST_CASE("pairs: warm-up, equal pairs first, then both in random order") {
  std::string order;
  double now = 0;
  const Sampler sampler = [&](Side side) -> trm::Result<RunOutcome> {
    order += side == Side::before ? 'o' : 'n';
    return RunOutcome{run_of(side == Side::before ? 100 : 110 + ++now), "", "", ""};
  };
  PairOptions options;
  options.pairs = 12;
  options.same_pairs = 8;
  options.seed = 3;
  const auto evidence = measure_pairs(sampler, options);
  REQUIRE(evidence.ok());
  CHECK(order.substr(0, 18) == "on" + std::string(16, 'o'));
  REQUIRE(order.size() == 18 + 24);
  std::size_t old_first = 0;
  for (std::size_t i = 18; i < order.size(); i += 2) {
    CHECK(order[i] != order[i + 1]);
    old_first += static_cast<std::size_t>(order[i] == 'o');
  }
  CHECK(old_first > 2);
  CHECK(old_first < 10);
  CHECK(evidence->before.series[0].samples.size() == 12);
  // The warm-up run is no sample.
  CHECK(evidence->after.series[0].samples.front() == 112);
  CHECK(evidence->same->first.series[0].samples.size() == 8);
  // Answers are those of one run.
  CHECK(evidence->after.series[1].samples.size() == 3);
  order.clear();
  REQUIRE(measure_pairs(sampler, options).ok());
  const std::string again = order;
  order.clear();
  REQUIRE(measure_pairs(sampler, options).ok());
  CHECK(order == again);
}

TEST_CASE("pairs: what fails is told, the rest is kept") {
  std::size_t runs = 0, kept = 0;
  const Sampler sampler = [&](Side side) -> trm::Result<RunOutcome> {
    if (side == Side::after && ++runs == 4) return RunOutcome{{}, "was killed by signal 11", "last words", ""};
    return RunOutcome{run_of(100), "", "", ""};
  };
  PairOptions options;
  options.pairs = 10;
  options.keep = [&](const std::string&, const RunOutcome&) -> trm::Status {
    ++kept;
    return {};
  };
  auto evidence = measure_pairs(sampler, options);
  REQUIRE(evidence.ok());
  REQUIRE(evidence->failures.size() == 1);
  CHECK(evidence->failures[0].after);
  CHECK(evidence->failures[0].run == "pair 3");
  CHECK(evidence->before.series[0].samples.size() == 9);
  CHECK(evidence->after.series[0].samples.size() == 9);
  CHECK(kept == 2 + 20 + 20);
  // One that always fails is not run for ever.
  std::size_t all = 0;
  const Sampler broken = [&](Side side) -> trm::Result<RunOutcome> {
    ++all;
    if (side == Side::after && all > 2) return RunOutcome{{}, "ended with status 3", "", ""};
    return RunOutcome{run_of(100), "", "", ""};
  };
  evidence = measure_pairs(broken, options);
  REQUIRE(evidence.ok());
  CHECK(evidence->failures.size() == kMostFailures);
}

TEST_CASE("pairs: a metric that a run lacks shortens both sides alike") {
  std::size_t runs = 0;
  const Sampler sampler = [&](Side side) -> trm::Result<RunOutcome> {
    RunOutcome out{run_of(100), "", "", ""};
    if (side == Side::before && runs++ == 17) out.measured.series.erase(out.measured.series.begin());
    if (side == Side::after) out.measured.series[1].name = "fresh";
    return out;
  };
  PairOptions options;
  options.pairs = 8;
  options.same_pairs = 8;
  const auto evidence = measure_pairs(sampler, options);
  REQUIRE(evidence.ok());
  CHECK(evidence->before.find("work", "latency_ns")->samples.size() == 7);
  CHECK(evidence->after.find("work", "latency_ns")->samples.size() == 7);
  CHECK(evidence->before.find("fresh", "exact_answer") == nullptr);
  CHECK(evidence->after.find("fresh", "exact_answer") != nullptr);
}

TEST_CASE("pairs: the budget ends the run") {
  std::int64_t clock = 0;
  const Sampler sampler = [&](Side) -> trm::Result<RunOutcome> {
    clock += 1000;
    return RunOutcome{run_of(100), "", "", ""};
  };
  PairOptions options;
  options.pairs = 1000;
  options.budget_ns = 40'000;
  options.clock = [&] { return clock; };
  const auto evidence = measure_pairs(sampler, options);
  REQUIRE(evidence.ok());
  CHECK(clock <= 40'000);
  CHECK(evidence->before.series[0].samples.size() >= 8);
  CHECK(evidence->same->first.series[0].samples.size() >= 8);
  CHECK(evidence->after.notes.size() == 1);
}

TEST_CASE("process: time, memory, output and how it ended") {
  ProcessOutcome outcome = ran({"sh", "-c", "echo out; echo err >&2"});
  CHECK(outcome.failure.empty());
  CHECK(outcome.output == "out\n");
  CHECK(outcome.last_words == "err");
  CHECK(outcome.wall_ns > 0);
  CHECK(outcome.rss_peak_bytes > 100'000);
  CHECK(ran({"sh", "-c", "echo no luck >&2; exit 7"}).failure == "ended with status 7");
  CHECK(ran({"sh", "-c", "kill -SEGV $$"}).failure.find("signal 11") != std::string::npos);
  // Ended together with what it started.
  outcome = ran({"sh", "-c", "echo waiting >&2; sleep 60 & sleep 60"}, 1'000'000'000);
  CHECK(outcome.failure.find("did not end within 1 s") != std::string::npos);
  CHECK(outcome.last_words == "waiting");
  CHECK(outcome.wall_ns < 20'000'000'000);
  // A child that outlives the program holds nothing up.
  CHECK(ran({"sh", "-c", "sleep 60 & exit 0"}).wall_ns < 20'000'000'000);
  // Much output blocks nobody.
  outcome = ran(
      {"sh", "-c",
       "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789 >&2; i=$((i+1)); done; echo end"});
  CHECK(outcome.output == "end\n");
  CHECK(outcome.last_words.size() <= kLastWords + 3);
  const auto absent = run_measured({{"no-such-program-anywhere"}, {}, 0});
  REQUIRE_FALSE(absent.ok());
  CHECK(absent.error().code == trm::ErrorCode::bad_input);
  CHECK(run_measured({{"sh", "-c", "echo $TRM_TEST_WORD"}, {{"TRM_TEST_WORD", "seen"}}, 0})->output == "seen\n");
}

TEST_CASE("programs: results are found in their folder, in what was printed, or from outside") {
  ProgramOptions options;
  options.before = options.after = "sh";
  options.arguments = {"-c", "echo '" + planted_results(10) + "'"};
  auto outcome = program_sampler(options)(Side::before);
  REQUIRE(outcome.ok());
  CHECK(outcome->failure == "");
  REQUIRE(outcome->measured.series.size() == 1);
  CHECK(outcome->measured.series[0].samples.size() == kPlantedSamples);
  options.arguments = {"-c", "echo '" + planted_results(10) + "' > {out}/some.json"};
  outcome = program_sampler(options)(Side::before);
  REQUIRE(outcome.ok());
  CHECK(outcome->measured.series[0].samples.size() == kPlantedSamples);
  options.arguments = {"-c", "echo '{}'"};
  outcome = program_sampler(options)(Side::after);
  REQUIRE(outcome.ok());
  CHECK(outcome->measured.find("-c 'echo '{}''", "wall_time_ns") != nullptr);
  CHECK(compare::read_measurements(outcome->raw, "raw").ok());
  options.arguments = {"-c", "echo broken > {out}/results.json"};
  CHECK_FALSE(program_sampler(options)(Side::after).ok());
}

TEST_CASE("load: folders of ours and of criterion") {
  const trm::tests::ScratchDirectory folder;
  namespace fs = std::filesystem;
  const auto write = [&](const std::string& name, const std::string& text) {
    fs::create_directories(fs::path(folder.file(name)).parent_path());
    REQUIRE(trm::write_atomic(folder.file(name), text).ok());
  };
  CHECK_FALSE(load_measurements(folder.file("")).ok());
  write("ours/results.json", planted_results(10));
  CHECK(load_measurements(folder.file("ours")).ok());
  for (const char* baseline : {"base", "new"}) {
    const bool late = std::string(baseline) == "new";
    write(std::string("criterion/g/f/") + baseline + "/sample.json",
          late ? R"({"iters": [1], "times": [20]})" : R"({"iters": [1], "times": [10]})");
  }
  write("criterion/g/f/change/estimates.json", "{}");
  CHECK(load_measurements(folder.file("criterion"), "base")->series[0].value == 10);
  const auto late = load_measurements(folder.file("criterion"));
  CHECK(late->series[0].value == 20);
  CHECK(late->series[0].name == "g/f");
  CHECK(load_measurements(folder.file("criterion/g/f/base/sample.json"))->series[0].value == 10);
}

TEST_CASE("baseline: read, written, and refused where it cannot be compared") {
  const std::string text =
      R"({"trm_baseline": 1, "built": {"compiler": "gcc 1"}, "commands": [{"name": "a", "arguments": ["info"], "instructions": 5}]})";
  const auto baseline = read_baseline(text, "b.json");
  REQUIRE(baseline.ok());
  CHECK(baseline_text(*read_baseline(baseline_text(*baseline), "b.json")) == baseline_text(*baseline));
  CHECK(as_measurements(*baseline, "b").series[0].kind == compare::Kind::exact);
  CHECK(difference(baseline->built, {{"compiler", "gcc 2"}}) == "compiler is \"gcc 2\", and was \"gcc 1\"");
  CHECK(difference(baseline->built, baseline->built).empty());
  CHECK_FALSE(read_baseline("{}", "b.json").ok());
  CHECK_FALSE(read_baseline(R"({"trm_baseline": 1, "commands": []})", "b.json").ok());
  CHECK_FALSE(
      read_baseline(R"({"trm_baseline": 1, "commands": [{"name": "a", "arguments": [], "instructions": -1}]})", "b")
          .ok());
}

}  // namespace test_compare_run
