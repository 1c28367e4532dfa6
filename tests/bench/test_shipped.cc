#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "bench/harness/shipped_shapes.h"
#include "engine/sys/files.h"
#include "engine/train/config.h"
#include "tasks/training/frame_source.h"
#include "tasks/training/task_source.h"

namespace {

TEST_CASE("shipped shapes are those of the training configurations") {
  const trm::tasks::FrameSource source;
  const std::pair<std::string, trm::ModelConfig> models[] = {
      {"trm-frames", trm::bench::trm_frames_config()},
      {"transformer-frames", trm::bench::transformer_frames_config()},
  };
  for (const auto& [name, expected] : models) {
    const std::string file = std::string(TRM_BENCH_MODELS) + "/" + name + ".json";
    CAPTURE(file);
    const auto text = trm::read_text(file);
    REQUIRE(text.ok());
    const auto config = trm::TrainConfig::parse(*text, file, source);
    REQUIRE(config.ok());
    CHECK(config->model.canonical() == expected.canonical());
  }
}

TEST_CASE("models without the machine have the networks of those on it, and room for their sequences") {
  const auto read = [](const std::string& name, const auto& look) {
    const std::string file = std::string(TRM_BENCH_MODELS) + "/" + name + ".json";
    CAPTURE(file);
    const auto text = trm::read_text(file);
    REQUIRE(text.ok());
    const auto source = trm::tasks::task_source(*text, file);
    REQUIRE(source.ok());
    const auto config = trm::TrainConfig::parse(*text, file, **source);
    REQUIRE_MESSAGE(config.ok(), config.error().text());
    look(*config, (*source)->max_tokens());
  };
  for (const std::string name : {"trm", "transformer", "transformer-3x", "hrm"}) {
    trm::ModelConfig expected;
    read(name + "-frames", [&](const trm::TrainConfig& config, std::size_t) { expected = config.model; });
    for (const std::string mode : {"trace", "answer"}) {
      read(name + "-" + mode, [&](const trm::TrainConfig& config, std::size_t max_tokens) {
        CHECK(config.encoding == mode);
        expected.max_tokens = max_tokens;
        if (expected.rope) expected.window = max_tokens;
        CHECK(config.model.canonical() == expected.canonical());
      });
    }
  }
}

}  // namespace
