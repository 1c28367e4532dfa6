// Case by case: what the shipped training draws of it, and how a model is judged.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "bench/harness/frame_source.h"
#include "bench/harness/functions.h"
#include "engine/io/files.h"
#include "engine/train/config.h"
#include "tasks/sweep.h"
#include "tests/support/sweep.h"

namespace {

using namespace trm;
using namespace trm::bench;

TEST_CASE("training with the shipped mix draws every kind of cell of every function") {
  const FrameSource source;
  const std::string file = std::string(TRM_BENCH_MODELS) + "/trm-frames.json";
  const Result<std::string> text = read_text(file);
  REQUIRE(text.ok());
  const Result<TrainConfig> config = TrainConfig::parse(*text, file, source);
  REQUIRE_MESSAGE(config.ok(), config.error().text());
  std::map<tasks::Token, std::map<std::string, std::size_t>> drawn;
  const std::size_t frames = test::swept(200'000);
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
  for (const tasks::Function* function : tasks::all_functions()) {
    CAPTURE(tasks::function_name(*function));
    std::set<std::string> kinds;
    for (const tasks::SweptFrame& swept : tasks::sweep_of(*function, 1)) kinds.emplace(tasks::kind_of(swept.cell));
    for (const std::string& kind : kinds) {
      CAPTURE(kind);
      const std::size_t n = drawn[function->head][kind];
      if (n < 12) MESSAGE(n);
    }
  }
}

}  // namespace
