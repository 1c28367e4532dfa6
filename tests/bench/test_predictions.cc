#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "bench/frames/predictions.h"
#include "bench/frames/suite.h"
#include "simd/cpu.h"
#include "tasks/exchange/jsonl.h"
#include "tasks/registry.h"
#include "tests/bench/support.h"

namespace test_predictions {

namespace {

using namespace trm::bench;
using trm::reports::Record;
using trm::reports::RunResults;
using trm::tasks::Prediction;
using trm::tests::ScratchDirectory;

SuiteOptions two_slices() {
  SuiteOptions options;
  options.workload.tasks = {"factorial"};
  options.workload.slices = {"test", "plain"};
  options.workload.items = 10;
  options.contestants = {{kExactSolver, ""}};
  options.kernels = trm::simd::select_isa("");
  options.threads = 1;
  options.latency_items = 2;
  return options;
}

/// Of factorial/plain: 6 right, 2 wrong, 2 missing; of factorial/test none; one for an item that nobody asks.
std::vector<Prediction> some_predictions() {
  std::vector<Prediction> out;
  for (std::uint64_t i = 0; i < 8; ++i) {
    const trm::tasks::Item item = *trm::tasks::find_task("factorial")->item("plain", 0, i);
    out.push_back({item.id, i < 6 ? item.answer : item.answer + "0"});
  }
  out.push_back({"factorial/plain/0/24", "1"});
  return out;
}

Contestant write(const ScratchDirectory& scratch, const std::vector<Prediction>& predictions) {
  const std::string file = scratch.file("gpt-x.jsonl");
  std::ofstream(file) << trm::tasks::write_predictions(predictions);
  const auto read = read_predictions(file, trm::tasks::Reading::strict);
  REQUIRE(read.ok());
  return {"gpt-x", file, ContestantKind::predictions, *read};
}

const Record* find(const RunResults& results, const std::string& slice, const std::string& metric) {
  const auto at = std::find_if(results.records.begin(), results.records.end(), [&](const Record& r) {
    return r.model == "gpt-x" && r.slice == slice && r.metric == metric && r.depth < 0;
  });
  return at == results.records.end() ? nullptr : &*at;
}

TEST_CASE("predictions: a column of answers with what is missing, and nothing that was not measured") {
  const ScratchDirectory scratch;
  SuiteOptions options = two_slices();
  options.contestants.push_back(write(scratch, some_predictions()));
  std::vector<SuiteStep> steps;
  const auto results = run_suite(options, [&](const SuiteStep& step) { steps.push_back(step); });
  REQUIRE_MESSAGE(results.ok(), results.error().text());
  CHECK(trm::reports::validate(*results).ok());
  CHECK(find(*results, "plain", "exact_answer")->value == doctest::Approx(0.6));
  CHECK(find(*results, "plain", "exact_answer")->n == 10);
  CHECK(find(*results, "plain", "items_not_predicted")->value == 2);
  CHECK(find(*results, "test", "exact_answer")->value == 0);
  CHECK(find(*results, "test", "items_not_predicted")->value == 10);
  for (const Record& record : results->records) {
    if (record.model != "gpt-x") continue;
    CAPTURE(record.metric);
    CHECK((record.metric == "exact_answer" || record.metric == "exact_answer_by_depth" ||
           record.metric == "items_not_predicted"));
    CHECK(record.mode == "predictions");
  }
  // Nothing was timed: what is kept of each question is whether its answer is right.
  for (const auto& set : results->samples) CHECK((set.model == kExactSolver || set.metric == "exact_answer"));
  REQUIRE(results->models.size() == 2);
  CHECK(results->models.back().family == "predictions");
  CHECK(results->models.back().description.find("1 of 9 predictions") != std::string::npos);
  // Said before the first step; each later one is counted.
  CHECK(steps.front().number == 0);
  CHECK(steps.front().outcome == "1 of 9 predictions are for items that this run does not ask");
  CHECK(steps.back().number == steps.back().steps);
  CHECK(steps.back().steps == 6);
}

TEST_CASE("predictions: alone, too, without a single-stream pass") {
  const ScratchDirectory scratch;
  SuiteOptions options = two_slices();
  options.contestants = {write(scratch, some_predictions())};
  const auto results = run_suite(options, {});
  REQUIRE_MESSAGE(results.ok(), results.error().text());
  for (const auto& set : results->samples) CHECK(set.metric == "exact_answer");
  CHECK(find(*results, "plain", "exact_answer") != nullptr);
}

TEST_CASE("predictions: none for the run, and a name that a model has, are errors") {
  const ScratchDirectory scratch;
  SuiteOptions options = two_slices();
  options.contestants.push_back(write(scratch, {{"factorial/plain/7/0", "1"}}));
  const auto none = run_suite(options, {});
  REQUIRE(!none.ok());
  CHECK(none.error().text().find("gpt-x.jsonl: holds no prediction for an item of this run") != std::string::npos);
  options.contestants.back() = write(scratch, some_predictions());
  options.contestants.back().name = kExactSolver;
  const auto clash = run_suite(options, {});
  REQUIRE(!clash.ok());
  CHECK(clash.error().text().find("two models are called \"exact-solver\"") != std::string::npos);
  CHECK(!read_predictions(scratch.file("absent.jsonl"), trm::tasks::Reading::strict).ok());
}

}  // namespace

}  // namespace test_predictions
