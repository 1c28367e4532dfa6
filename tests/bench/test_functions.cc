// Case by case: what the shipped training draws of it, and how a model is judged.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "bench/frames/functions.h"
#include "engine/sys/files.h"
#include "engine/train/config.h"
#include "simd/ref.h"
#include "tasks/frames/sweep.h"
#include "tasks/training/frame_source.h"
#include "tests/bench/support.h"
#include "tests/support/sweep.h"

namespace test_functions {

namespace {

using namespace trm;
using namespace trm::bench;

TEST_CASE("training with the shipped mix draws every kind of cell of every function") {
  const trm::tasks::FrameSource source;
  const std::string file = std::string(TRM_BENCH_MODELS) + "/trm-frames.json";
  const Result<std::string> text = read_text(file);
  REQUIRE(text.ok());
  const Result<TrainConfig> config = TrainConfig::parse(*text, file, source);
  REQUIRE_MESSAGE(config.ok(), config.error().text());
  std::map<tasks::Token, std::map<std::string, std::size_t>> drawn;
  const std::size_t frames = test::swept(200'000);
  const bool all = frames == 200'000;  // of fewer, some kinds may have none
  Sample sample;
  for (std::uint64_t index = 0; index < frames; ++index) {
    source.train_sample(config->seed, config->stages.back().mix, index, sample);
    tasks::Frame frame{std::move(sample.tokens), 0, std::move(sample.own)};
    const auto given = std::find(frame.own.begin(), frame.own.end(), 1);
    frame.prompt = static_cast<std::size_t>(given - frame.own.begin());
    const Result<std::vector<std::string>> kinds = tasks::kinds_in(frame);
    REQUIRE(kinds.ok());
    for (const std::string& kind : *kinds) ++drawn[frame.tokens[0]][kind];
  }
  if (!all) return;  // what a frame holds has been read
  for (const tasks::Function* function : tasks::all_functions()) {
    CAPTURE(tasks::function_name(*function));
    std::set<std::string> kinds;
    for (const tasks::SweptFrame& swept : tasks::sweep_of(*function, 1)) kinds.emplace(tasks::kind_of(swept.cell));
    for (const std::string& kind : kinds) {
      CAPTURE(kind);
      const std::size_t n = drawn[function->head][kind];
      CHECK(n >= 3);
    }
  }
}

TEST_CASE("a model is judged by every token of its own, and its worst cells come first") {
  const trm::tests::ScratchDirectory scratch;
  const Contestant yes = trm::tests::yes_model(scratch);
  FunctionOptions options;
  options.functions = {"even", "post"};
  for (const std::size_t threads : {1, 2}) {
    options.threads = threads;
    std::vector<std::size_t> told;
    const Result<std::vector<FunctionOutcome>> outcomes =
        sweep_functions(yes, simd::reference<float>(), options, [&](std::size_t done, std::size_t total) {
          CHECK(total == 2);
          told.push_back(done);
        });
    REQUIRE_MESSAGE(outcomes.ok(), outcomes.error().text());
    CHECK(told == std::vector<std::size_t>{0, 1});
    REQUIRE(outcomes->size() == 2);
    const FunctionOutcome &even = (*outcomes)[0], &post = (*outcomes)[1];
    // EVEN 0 alone is answered with YES and no call.
    CHECK(even.frames > 1000);
    CHECK(even.wrong + 1 == even.frames);
    REQUIRE_FALSE(even.wrong_cells.empty());
    CHECK(even.wrong_cells[0].error_rate() == 1.0);
    CHECK(even.wrong_cells.back().cell == "N 0..99");
    CHECK(even.wrong_cells.back().wrong == 99);
    CHECK(even.wrong_cells.back().example == "EVEN 1 END >>RET<< instead of CALL");
    CHECK(post.wrong == post.frames);
    const std::string text = to_text(*outcomes);
    CHECK(text.find("N 0..99: 99 of 100 wrong") == std::string::npos);  // others are worse
    CHECK(text.find("POST X , O END >>RET<< instead of READ") != std::string::npos);
    reports::RunResults results;
    results.models.emplace_back().name = "yes";
    results.records = to_records("yes", *outcomes);
    CHECK(reports::validate(results).ok());
    CHECK(results.records[0].slice == "even");
    CHECK(results.records[0].n == even.frames);
    CHECK(results.records[1].slice == "even: " + even.wrong_cells[0].cell);
    CHECK(results.records[1].value == 0.0);
  }
  options.functions = {"even", "evne"};
  const auto unknown = sweep_functions(yes, simd::reference<float>(), options, {});
  REQUIRE_FALSE(unknown.ok());
  CHECK(unknown.error().code == ErrorCode::usage);
  CHECK(unknown.error().text().starts_with("function: \"evne\" is no function; fix: use fact, mul, "));
}

}  // namespace

}  // namespace test_functions
