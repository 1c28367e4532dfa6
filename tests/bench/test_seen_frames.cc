// What a training showed is known exactly, and frames of questions are found in it.
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/frames/accuracy.h"
#include "bench/frames/seen_frames.h"
#include "engine/sys/thread_pool.h"
#include "engine/train/trainer.h"
#include "engine/train/training_record.h"
#include "simd/cpu.h"
#include "tasks/frames/right_frames.h"
#include "tasks/training/frame_source.h"

namespace test_seen_frames {

namespace {

using namespace trm;
using bench::SeenFrames;
using tasks::FrameSource;

TrainConfig short_training() {
  TrainConfig c;
  c.model.family = Family::trm;
  c.model.hidden_size = 16;
  c.model.layers = 1;
  c.model.num_heads = 2;
  c.model.global_heads = 1;
  c.model.head_dim = 8;
  c.model.window = 16;
  c.model.intermediate_size = 24;
  c.model.max_tokens = tasks::kMaxFrameTokens;
  c.model.vocab_size = trm::tasks::FrameSource().vocabulary().size();
  c.model.run_tokens = trm::tasks::FrameSource().run_tokens();
  c.seed = 5;
  c.steps = 9;
  c.batch_size = 40;
  c.validate_every = 2;
  c.validation_samples = 4;
  c.stages = {{"one", {{"fact", 1}, {"mul", 1}, {"max_digits", 2}}, 1.0, 2},
              {"two", {{"fact", 4}, {"shift", 1}, {"mul", 2}, {"add", 1}, {"max_digits", 3}}, 1.0, 4},
              {"three", {{"less", 1}}, 1.0, 0}};
  return c;
}

Model trained(const TrainConfig& config) {
  static const trm::tasks::FrameSource source;
  ThreadOptions options;
  options.threads = 2;
  const auto pool = ThreadPool::create(options);
  REQUIRE(pool.ok());
  auto trainer = Trainer::create(config, source, **pool, *simd::select_isa("").table);
  REQUIRE(trainer.ok());
  while (!trainer->finished()) {
    REQUIRE(trainer->advance().ok());
    if (trainer->validation_due()) trainer->validate();
  }
  return trainer->model();
}

Result<SeenFrames> seen_of(const Model& model) {
  Result<bench::FrameHistory> history = bench::frame_history(model);
  if (!history.ok()) return history.error();
  return SeenFrames::create(*std::move(history));
}

std::uint64_t fingerprint_of(const Sample& sample) {
  return fingerprint(sample.tokens, sample.own);
}

TEST_CASE("seen frames: every frame of a training of three stages, and no others") {
  const TrainConfig config = short_training();
  const Model model = trained(config);
  REQUIRE(model.info.at(TrainingRecord::kStageEndsKey) == "2 6");
  const Result<SeenFrames> seen = seen_of(model);
  REQUIRE(seen.ok());
  CHECK(seen->shown() == config.steps * config.batch_size);
  CHECK(seen->distinct() < seen->shown());
  CHECK(seen->distinct() > seen->shown() / 2);

  const trm::tasks::FrameSource source;
  Sample sample;
  std::size_t unseen = 0;
  for (std::size_t i = 0; i < seen->shown(); ++i) {
    const std::size_t step = i / config.batch_size, stage = step < 2 ? 0 : step < 6 ? 1 : 2;
    source.train_sample(config.seed, config.stages[stage].mix, i, sample);
    CHECK(seen->contains(fingerprint_of(sample)));
    source.train_sample(config.seed + 1, {{"add", 1}, {"max_digits", 12}}, i, sample);
    unseen += seen->contains(fingerprint_of(sample)) ? 0 : 1;
  }
  CHECK(unseen > seen->shown() * 9 / 10);
}

TEST_CASE("seen frames: a record that is missing or does not fit is said, not guessed") {
  const Model good = trained(short_training());
  const auto refused = [&](const char* key, const char* value) {
    Model changed(good.config);
    changed.info = good.info;
    if (value == nullptr) {
      changed.info.erase(key);
    } else {
      changed.info[key] = value;
    }
    const Result<SeenFrames> seen = seen_of(changed);
    REQUIRE_FALSE(seen.ok());
    CHECK(seen.error().code == ErrorCode::unsupported);
    return seen.error().message;
  };
  CHECK(refused(TrainingRecord::kDigestKey, nullptr) == "does not tell which frames it was trained on");
  CHECK(refused("training_config", nullptr) == "does not tell which frames it was trained on");
  CHECK(refused(TrainingRecord::kDigestKey, "0123456789abcdef") ==
        "was trained on other frames than this program makes");
  CHECK(refused(TrainingRecord::kStageEndsKey, "2 4") == "was trained on other frames than this program makes");
  CHECK(refused(TrainingRecord::kStageEndsKey, "2 6 8").find("stages") != std::string::npos);
  CHECK(refused(TrainingRecord::kStageEndsKey, "2 99").find("stages") != std::string::npos);
  for (const char* broken : {"6 2", "2 2", "2,6", "-1", " 2", "2  6", "99999999999999999999"}) {
    CAPTURE(broken);
    CHECK(refused(TrainingRecord::kStageEndsKey, broken) == "does not tell which frames it was trained on");
  }
}

TEST_CASE("seen frames: the frames of a benchmark's questions are looked up one by one") {
  const Result<SeenFrames> seen = seen_of(trained(short_training()));
  REQUIRE(seen.ok());
  bench::WorkloadOptions options;
  options.tasks = {"factorial"};
  options.slices = {"plain"};
  options.items = 9;
  const auto workloads = bench::make_workloads(options);
  REQUIRE(workloads.ok());
  const bench::Workload& workload = workloads->front();
  bench::OfflineOptions offline;
  offline.threads = 2;
  const auto kernels = simd::select_isa("");
  offline.kernels = kernels.table;
  offline.seen = &*seen;
  const auto pass = bench::run_offline({"trm-frames", std::string(TRM_BENCH_MODELS) + "/trm-frames.safetensors"},
                                       workload, offline, {});
  REQUIRE(pass.ok());
  std::size_t all = 0;
  for (std::size_t i = 0; i < workload.items.size(); ++i) {
    CAPTURE(workload.items[i].prompt);
    // What a perfect model writes; the shipped one is perfect here.
    const auto run = tasks::run_right_frames(workload.task->encode(workload.items[i]), {.keep_frames = true});
    REQUIRE(run.ok());
    std::size_t shown = 0;
    for (const tasks::Frame& frame : (*run)->kept) {
      shown += seen->contains(fingerprint(frame.tokens, frame.own)) ? 1 : 0;
    }
    CHECK(pass->items[i].right);
    CHECK(pass->items[i].seen_frames == shown);
    CHECK(pass->items[i].right_unseen_frames == (*run)->kept.size() - shown);
    all += shown;
  }
  CHECK(all > 0);
  CHECK(pass->distinct_seen_frames > 0);
  CHECK(pass->distinct_seen_frames < pass->distinct_frames);
}

}  // namespace

}  // namespace test_seen_frames
