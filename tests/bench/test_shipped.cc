#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "bench/harness/frame_source.h"
#include "bench/harness/shipped_shapes.h"
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

}  // namespace
