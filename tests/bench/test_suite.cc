#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "bench/harness/environment.h"
#include "bench/harness/suite.h"
#include "reports/json.h"
#include "reports/stats.h"
#include "simd/cpu.h"
#include "tests/bench/support.h"

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
  options.token_text = [](std::span<const std::int32_t> tokens) { return trm::tasks::to_text(tokens); };
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
  const Contestant one = trm::tests::one_model(scratch);
  std::vector<SuiteStep> steps;
  const auto results =
      run_suite(small_suite({one, {exact_solver, ""}}), [&](const SuiteStep& step) { steps.push_back(step); });
  REQUIRE(results.ok());
  REQUIRE(trm::reports::validate(*results).ok());
  const auto text = trm::reports::to_json(*results);
  REQUIRE(text.ok());
  const auto again = trm::reports::from_json(*text, "results.json");
  REQUIRE(again.ok());
  CHECK(*trm::reports::to_json(*again) == *text);

  const std::map<std::string, std::vector<std::string>> slices = {
      {"factorial", {"test", "plain", "depth_2x"}}, {"fibonacci", {"test", "plain", "lucas", "depth_2x"}}};
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
        for (const std::string model : {"one", exact_solver}) {
          const Record* record = find(*results, task, slice, model, metric);
          REQUIRE(record != nullptr);
          CHECK(record->mode == (model == "one" ? "machine" : "solver"));
        }
      }
      for (const std::string& metric : of_models) {
        CAPTURE(metric);
        CHECK(find(*results, task, slice, "one", metric) != nullptr);
        CHECK(find(*results, task, slice, exact_solver, metric) == nullptr);
      }
      const Record* solved = find(*results, task, slice, exact_solver, "exact_answer");
      CHECK(solved->value == 1.0);
      CHECK(solved->n == (task == "factorial" && slice == "plain" ? 21 : 25));
    }
  }
  for (const char* metric : {"parameters", "state_bytes", "arena_bytes"}) {
    CAPTURE(metric);
    const Record* record = find(*results, "", "", "one", metric);
    REQUIRE(record != nullptr);
    CHECK(record->value > 0);
  }

  // Two of the 21 plain factorials are 1.
  const Record* plain = find(*results, "factorial", "plain", "one", "exact_answer");
  CHECK(plain->value == doctest::Approx(2.0 / 21.0));
  const trm::reports::Interval interval = trm::reports::wilson_interval(2, 21);
  REQUIRE(plain->ci_low.has_value());
  CHECK(*plain->ci_low == doctest::Approx(interval.low));
  CHECK(*plain->ci_high == doctest::Approx(interval.high));
  CHECK(find(*results, "factorial", "plain", "one", "exact_frame")->value == doctest::Approx(1.0 / 21.0));

  // Depths add up to the slice.
  std::uint64_t items = 0;
  for (const Record& r : results->records) {
    if (r.metric == "exact_answer_by_depth" && r.task == "factorial" && r.slice == "plain" && r.model == "one") {
      CHECK(r.value == (r.depth <= 1 ? 1.0 : 0.0));
      items += r.n;
    }
  }
  CHECK(items == 21);

  // Raw samples: latency and first token of the model, latency of the solver, for each of the seven slices.
  CHECK(results->samples.size() == 7 * 3);
  for (const auto& set : results->samples) {
    CHECK(set.values.size() == 6);
    CHECK(set.unit == "ns");
  }
  // A right and a wrong example of each task.
  CHECK(results->examples.size() == 4);
  for (const auto& example : results->examples) {
    CHECK(example.correct == (example.expected == example.answer));
    CHECK(!example.transcript.empty());
  }
  REQUIRE(results->models.size() == 2);
  CHECK(results->models.front().hash.size() == 16);

  // Every step ends with an outcome, the last one is the last.
  std::size_t outcomes = 0;
  for (const SuiteStep& step : steps) {
    CHECK(step.steps == 7 * 3);
    CHECK(step.done <= step.total);
    if (!step.outcome.empty()) CHECK(step.number == ++outcomes);
  }
  CHECK(outcomes == 7 * 3);
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
  SuiteOptions none = small_suite({});
  SuiteOptions twice = small_suite({one, one});
  SuiteOptions task = small_suite({one});
  task.workload.tasks = {"factorail"};
  for (const SuiteOptions* options : {&none, &twice, &task}) {
    const auto results = run_suite(*options, {});
    REQUIRE(!results.ok());
    CHECK(results.error().code == trm::ErrorCode::usage);
  }
  const auto absent = run_suite(small_suite({{"absent", scratch.file("absent.safetensors")}}), {});
  REQUIRE(!absent.ok());
  CHECK(absent.error().text().find("absent.safetensors") != std::string::npos);
}

TEST_CASE("environment: unique keys, no empty value, what the run said") {
  const auto entries = capture_environment({"avx2", ""});
  std::map<std::string, std::string> seen;
  for (const auto& entry : entries) {
    CAPTURE(entry.key);
    CHECK(!entry.value.empty());
    CHECK(seen.emplace(entry.key, entry.value).second);
  }
  CHECK(seen["isa"] == "avx2");
  CHECK(seen["isa_cap"] == "none");
  for (const char* key :
       {"commit", "compiler", "flags", "build_type", "machine", "kernel", "load", "date", "pinning"}) {
    CAPTURE(key);
    CHECK(seen.contains(key));
  }
  const std::string commit(build_commit());
  CHECK((commit == "unknown" || commit.substr(0, 40).find_first_not_of("0123456789abcdef") == std::string::npos));
}

}  // namespace
