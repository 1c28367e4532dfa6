#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "bench/harness/frame_source.h"
#include "bench/harness/shipped_shapes.h"
#include "bench/harness/task_source.h"
#include "engine/io/files.h"
#include "engine/train/config.h"

namespace {

TEST_CASE("shipped shapes are those of the training configurations") {
  const trm::bench::FrameSource source;
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
  for (const auto& [name, like] : {std::pair{"trm-trace", trm::bench::trm_frames_config()},
                                   std::pair{"trm-answer", trm::bench::trm_frames_config()},
                                   std::pair{"transformer-trace", trm::bench::transformer_frames_config()},
                                   std::pair{"transformer-answer", trm::bench::transformer_frames_config()}}) {
    const std::string file = std::string(TRM_BENCH_MODELS) + "/" + name + ".json";
    CAPTURE(file);
    const auto text = trm::read_text(file);
    REQUIRE(text.ok());
    const auto source = trm::bench::task_source(*text, file);
    REQUIRE(source.ok());
    const auto config = trm::TrainConfig::parse(*text, file, **source);
    REQUIRE_MESSAGE(config.ok(), config.error().text());
    CHECK(std::string(name).ends_with("-" + config->encoding));
    trm::ModelConfig expected = like;
    expected.max_tokens = (*source)->max_tokens();
    if (expected.rope) expected.window = expected.max_tokens;
    CHECK(config->model.canonical() == expected.canonical());
  }
}

}  // namespace
