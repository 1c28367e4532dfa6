#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "bench/frames/suite.h"
#include "bench/harness/environment.h"
#include "engine/base/interval.h"
#include "reports/json.h"
#include "reports/stats.h"
#include "simd/cpu.h"
#include "tasks/registry.h"
#include "tests/bench/support.h"

namespace test_suite {

namespace {

using namespace trm::bench;
using trm::reports::Record;
using trm::reports::RunResults;
using trm::tests::ScratchDirectory;

SuiteOptions small_suite(std::vector<Contestant> contestants) {
  SuiteOptions options;
  options.workload.items = 25;
  options.contestants = std::move(contestants);
  options.kernels = trm::simd::select_isa("");
  options.threads = 2;
  options.latency_items = 6;
  options.latency_seconds = 1;
  return options;
}

const Record* find(const RunResults& results, const std::string& task, const std::string& slice,
                   const std::string& model, const std::string& metric) {
  const auto at = std::find_if(results.records.begin(), results.records.end(), [&](const Record& r) {
    return r.task == task && r.slice == slice && r.model == model && r.metric == metric && r.depth < 0;
  });
  return at == results.records.end() ? nullptr : &*at;
}

TEST_CASE("suite: every record is there, well formed, and round-trips") {
  const ScratchDirectory scratch;
  const Contestant one = trm::tests::one_model(scratch), yes = trm::tests::yes_model(scratch);
  std::vector<SuiteStep> steps;
  const auto results =
      run_suite(small_suite({one, yes, {kExactSolver, ""}}), [&](const SuiteStep& step) { steps.push_back(step); });
  REQUIRE(results.ok());
  REQUIRE(trm::reports::validate(*results).ok());
  const auto text = trm::reports::to_json(*results);
  REQUIRE(text.ok());
  const auto again = trm::reports::from_json(*text, "results.json");
  REQUIRE(again.ok());
  CHECK(*trm::reports::to_json(*again) == *text);

  std::map<std::string, std::vector<std::string>> slices;
  std::size_t workloads = 0;
  for (const std::string& task : known_tasks()) {
    for (const std::string& slice : known_slices({task})) {
      if (slice == "train" || slice == "validation") continue;
      slices[task].push_back(slice);
      ++workloads;
    }
  }
  REQUIRE(slices.size() == 16);
  REQUIRE(slices["factorial"] == std::vector<std::string>{"test", "plain", "depth_2x", "depth_8x", "beyond_counters"});
  const std::vector<std::string> both = {"exact_answer", "items_per_s", "rss_peak_bytes", "latency_p50_ns"};
  const std::vector<std::string> of_models = {
      "exact_frame",         "tokens_per_s", "frames_per_item",           "stack_depth_max",
      "own_tokens_per_item", "ttft_p50_ns",  "single_stream_tokens_per_s"};
  for (const auto& of_task : slices) {
    const std::string& task = of_task.first;
    for (const std::string& slice : of_task.second) {
      CAPTURE(task);
      CAPTURE(slice);
      for (const std::string& metric : both) {
        CAPTURE(metric);
        for (const std::string model : {"one", "yes", kExactSolver}) {
          const Record* record = find(*results, task, slice, model, metric);
          REQUIRE(record != nullptr);
          CHECK(record->mode == (model == kExactSolver ? "solver" : "machine"));
        }
      }
      for (const std::string& metric : of_models) {
        CAPTURE(metric);
        CHECK(find(*results, task, slice, "one", metric) != nullptr);
        CHECK(find(*results, task, slice, kExactSolver, metric) == nullptr);
      }
      const Record* solved = find(*results, task, slice, kExactSolver, "exact_answer");
      CHECK(solved->value == 1.0);
      const std::size_t cost = trm::tasks::find_task(task)->info().cost(slice);
      CHECK(solved->n == std::min<std::size_t>(trm::tasks::find_task(task)->size(slice), (24 + cost) / cost));
    }
  }
  for (const char* metric : {"parameters", "state_bytes", "arena_bytes"}) {
    CAPTURE(metric);
    const Record* record = find(*results, "", "", "one", metric);
    REQUIRE(record != nullptr);
    CHECK(record->value > 0);
  }

  // Two of the 25 plain factorials are 1.
  const Record* plain = find(*results, "factorial", "plain", "one", "exact_answer");
  CHECK(plain->value == doctest::Approx(2.0 / 25.0));
  const trm::Interval interval = trm::wilson_interval(2, 25);
  REQUIRE(plain->ci_low.has_value());
  CHECK(*plain->ci_low == doctest::Approx(interval.low));
  CHECK(*plain->ci_high == doctest::Approx(interval.high));
  // Half of the numbers that mutual asks about are even(even) or odd(odd), and even(0) alone asks nobody.
  const auto asked = make_workloads(small_suite({}).workload);
  REQUIRE(asked.ok());
  for (const Workload& workload : *asked) {
    if (workload.task->name() != "mutual" || workload.slice != "plain") continue;
    const auto& of = workload.items;
    REQUIRE(of.size() == 25);
    const auto yes_items = std::count_if(of.begin(), of.end(), [](const auto& item) { return item.answer == "yes"; });
    const auto ends = std::count_if(of.begin(), of.end(), [](const auto& item) { return item.prompt == "even 0"; });
    CHECK(yes_items > 5);
    CHECK(find(*results, "mutual", "plain", "yes", "exact_answer")->value ==
          doctest::Approx(static_cast<double>(yes_items) / 25.0));
    CHECK(find(*results, "mutual", "plain", "yes", "exact_frame")->value ==
          doctest::Approx(static_cast<double>(ends) / 25.0));
  }

  // Depths add up to the slice.
  std::uint64_t items = 0;
  for (const Record& r : results->records) {
    if (r.metric == "exact_answer_by_depth" && r.task == "factorial" && r.slice == "plain" && r.model == "one") {
      CHECK(r.value == (r.depth <= 1 ? 1.0 : 0.0));
      items += r.n;
    }
  }
  CHECK(items == 25);

  // Raw samples: latency and first token of the models, latency of the solver, answers of all three, for each slice.
  CHECK(results->samples.size() == workloads * 8);
  for (const auto& set : results->samples) {
    if (set.metric == "exact_answer") {
      const Record* rate = find(*results, set.task, set.slice, set.model, "exact_answer");
      REQUIRE(rate != nullptr);
      CHECK(set.values.size() == rate->n);
      continue;
    }
    CHECK(set.values.size() == std::min<std::size_t>(trm::tasks::find_task(set.task)->size(set.slice), 6));
    CHECK(set.unit == "ns");
  }
  // What they are held against: goals of all slices of the tasks asked, and claims that are marked as published.
  for (const auto& goal : results->goals) CHECK(slices.contains(goal.task));
  const auto aims = [&](const char* task, const char* slice, double value) {
    return std::any_of(results->goals.begin(), results->goals.end(), [&](const trm::reports::Goal& g) {
      return g.task == task && g.slice == slice && g.value == value;
    });
  };
  CHECK(aims("factorial", "depth_8x", 0.99));
  CHECK(aims("mutual", "test", 0.999));
  const Record* claim =
      find(*results, "factorial", "the article that started this project", "seed article", "benchmark_score");
  CHECK(claim->value == 0.94);
  CHECK(claim->mode == trm::reports::kPublishedMode);

  // A right and a wrong example of each task and model, as far as there are: never two of a kind.
  std::set<std::string> kinds;
  for (const auto& example : results->examples) {
    CAPTURE(example.prompt);
    CHECK(example.correct == (example.expected == example.answer));
    REQUIRE(!example.frames.empty());
    CHECK(example.frames[0].parent == -1);
    CHECK(kinds.insert(example.task + " " + example.model + (example.correct ? " right" : " wrong")).second);
  }
  std::set<std::string> expected;
  for (const auto& of_task : slices) {
    for (const std::string model : {"one", "yes"}) {
      double most = 0, least = 1;
      for (const std::string& slice : of_task.second) {
        const double value = find(*results, of_task.first, slice, model, "exact_answer")->value;
        most = std::max(most, value);
        least = std::min(least, value);
      }
      if (most > 0) expected.insert(of_task.first + " " + model + " right");
      if (least < 1) expected.insert(of_task.first + " " + model + " wrong");
    }
  }
  CHECK(kinds == expected);
  CHECK(kinds.contains("factorial one right"));
  CHECK(kinds.contains("mutual yes wrong"));
  REQUIRE(results->models.size() == 3);
  CHECK(results->models.front().hash.size() == 16);

  // Every step ends with an outcome, the last one is the last.
  std::size_t outcomes = 0;
  for (const SuiteStep& step : steps) {
    CHECK(step.steps == workloads * 4);
    CHECK(step.done <= step.total);
    if (!step.outcome.empty()) CHECK(step.number == ++outcomes);
  }
  CHECK(outcomes == workloads * 4);

  // What a reader has to know to judge the figures.
  std::map<std::string, std::string> facts;
  for (const auto& entry : results->environment) facts[entry.key] = entry.value;
  CHECK(facts["items_per_slice"] == "25");
  CHECK(facts["memo"] == "on for fibonacci");
  for (const std::string& task : known_tasks()) {
    CHECK(facts["task_versions"].find(task + " ") != std::string::npos);
  }
}

TEST_CASE("suite: accuracy records do not depend on the number of threads") {
  const ScratchDirectory scratch;
  const std::vector<Contestant> contestants = {trm::tests::random_model(scratch), trm::tests::one_model(scratch)};
  const std::set<std::string> stable = {"exact_answer",    "exact_frame",         "exact_answer_by_depth",
                                        "frames_per_item", "own_tokens_per_item", "stack_depth_max"};
  std::vector<Record> expected;
  for (const std::size_t threads : {1, 2, 4}) {
    CAPTURE(threads);
    SuiteOptions options = small_suite(contestants);
    options.workload.items = 12;
    options.workload.slices = {"test"};
    options.threads = threads;
    options.latency_items = 1;
    const auto results = run_suite(options, {});
    REQUIRE(results.ok());
    std::vector<Record> seen;
    for (const Record& r : results->records) {
      if (stable.contains(r.metric)) seen.push_back(r);
    }
    if (expected.empty()) expected = seen;
    REQUIRE(seen.size() == expected.size());
    REQUIRE(!seen.empty());
    for (std::size_t i = 0; i < seen.size(); ++i) {
      CHECK(seen[i].metric == expected[i].metric);
      CHECK(seen[i].value == expected[i].value);
      CHECK(seen[i].n == expected[i].n);
    }
  }
}

TEST_CASE("suite: choices that cannot be measured are errors") {
  const ScratchDirectory scratch;
  const Contestant one = trm::tests::one_model(scratch);
  const auto of_task = [](std::vector<Contestant> contestants, const char* name) {
    SuiteOptions options = small_suite(std::move(contestants));
    options.workload.tasks = {name};
    return options;
  };
  const SuiteOptions none = of_task({}, "factorial"), twice = of_task({one, one}, "factorial"),
                     task = of_task({one}, "factorail");
  for (const SuiteOptions* options : {&none, &twice, &task}) {
    const auto results = run_suite(*options, {});
    REQUIRE(!results.ok());
    CHECK(results.error().code == trm::ErrorCode::usage);
  }
  const auto absent = run_suite(of_task({{"absent", scratch.file("absent.safetensors")}}, "factorial"), {});
  REQUIRE(!absent.ok());
  CHECK(absent.error().text().find("absent.safetensors") != std::string::npos);
}

/// With a swipl of our own, which answers 1 to everything as long as `condition` (a shell command) holds.
trm::Result<RunResults> run_with_prolog(const ScratchDirectory& scratch, const std::string& condition, bool optional) {
  const trm::tests::FakeProgram swipl(scratch, "swipl",
                                      "echo start >> " + scratch.file("starts") + "\n" + "while read -r question; do " +
                                          condition +
                                          " || exit 5; case $question in "
                                          "prolog_version.) echo 'SWI-Prolog 9.0.4';; *) echo 1;; esac; done");
  SuiteOptions options =
      small_suite({trm::tests::one_model(scratch),
                   {kPrologSolver, std::string(TRM_BENCH_BASELINES) + "/prolog", ContestantKind::prolog}});
  options.contestants.back().optional = optional;
  options.workload.tasks = {"factorial", "gcd"};
  options.workload.slices = {"test"};
  options.left_out = {"somebody: for a reason"};
  return run_suite(options, {});
}

TEST_CASE("suite: an optional contestant that fails is left out with its reason, a named one ends the run") {
  const std::string count = "$(wc -l < \"$(dirname \"$0\")/starts\")";
  // It is started to be described, for the two offline passes and for the two passes of latencies.
  for (const int last : {0, 1, 2, 3, 4, 9}) {
    CAPTURE(last);
    const ScratchDirectory scratch;
    const std::string condition = "[ " + count + " -le " + std::to_string(last) + " ]";
    const auto results = run_with_prolog(scratch, condition, true);
    REQUIRE_MESSAGE(results.ok(), results.error().text());
    REQUIRE(trm::reports::validate(*results).ok());
    CHECK(find(*results, "factorial", "test", "one", "exact_answer") != nullptr);
    CHECK(find(*results, "gcd", "test", "one", "latency_p50_ns") != nullptr);
    std::string left_out;
    for (const auto& entry : results->environment) {
      if (entry.key == "left_out") left_out = entry.value;
    }
    const bool whole = last == 9;
    CHECK((find(*results, "factorial", "test", "prolog", "exact_answer") != nullptr) == whole);
    const auto of_prolog = [](const auto& what) { return what.model == "prolog"; };
    CHECK(std::any_of(results->records.begin(), results->records.end(), of_prolog) == whole);
    CHECK(std::any_of(results->samples.begin(), results->samples.end(), of_prolog) == whole);
    CHECK(results->models.size() == (whole ? 2 : 1));
    CHECK(left_out.starts_with("somebody: for a reason"));
    CHECK((left_out.find("; prolog: ") == std::string::npos) == whole);
    CHECK((left_out.find("swipl ended with status 5") == std::string::npos) == whole);
    if (last == 0 || last == 2 || last == 4) {
      const ScratchDirectory other;
      const auto named = run_with_prolog(other, condition, false);
      REQUIRE(!named.ok());
      CHECK(named.error().text().find("swipl ended with status 5") != std::string::npos);
      CHECK(!named.error().fix.empty());
    }
  }
}

TEST_CASE("environment: unique keys, no empty value, what the run said") {
  const auto entries = capture_environment({"avx2", "", "auto: off, one thread", "int8"});
  std::map<std::string, std::string> seen;
  for (const auto& entry : entries) {
    CAPTURE(entry.key);
    CHECK(!entry.value.empty());
    CHECK(seen.emplace(entry.key, entry.value).second);
  }
  CHECK(seen["isa"] == "avx2");
  CHECK(seen["isa_cap"] == "none");
  CHECK(seen["weights"] == "int8");
  CHECK(seen["pinning"] == "auto: off, one thread");
  for (const char* key :
       {"commit", "compiler", "flags", "build_type", "machine", "kernel", "load", "date", "pinning"}) {
    CAPTURE(key);
    CHECK(seen.contains(key));
  }
  const std::string commit(build_commit());
  CHECK((commit == "unknown" || commit.substr(0, 40).find_first_not_of("0123456789abcdef") == std::string::npos));
}

}  // namespace

}  // namespace test_suite
