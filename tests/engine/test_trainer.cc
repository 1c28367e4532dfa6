// Training: it learns, its bits do not depend on threads or interruptions, and nothing that goes wrong costs a
// checkpoint.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <csignal>

#include "engine/format/safetensors.h"
#include "engine/train/trainer.h"
#include "engine/train/training_record.h"
#include "simd/cpu.h"
#include "simd/ref.h"
#include "tests/engine/models.h"
#include "tests/engine/run_in.h"
#include "tests/engine/support.h"
#include "tests/support/kernels.h"
#include "tests/support/sweep.h"

namespace test_trainer {

using namespace trm;

namespace {

/// Digits and a mark; after the mark the digits come again in order.
class CopySource final : public SampleSource {
 public:
  [[nodiscard]] std::vector<std::string> vocabulary() const override {
    return {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "="};
  }
  [[nodiscard]] std::size_t run_tokens() const override { return 10; }
  [[nodiscard]] std::size_t max_tokens() const override { return 24; }
  [[nodiscard]] Status check(const Mix& mix) const override {
    for (const auto& [key, value] : mix) {
      if (key != "length") return Error{ErrorCode::bad_input, "", key, "is unknown", "use length"};
      if (value < 1 || value > 8) return Error{ErrorCode::bad_input, "", key, "is out of range", "use 1 to 8"};
    }
    return {};
  }
  void train_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const override {
    make(seed * 2, mix, index, out);
  }
  void validation_sample(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) const override {
    make(seed * 2 + 1, mix, index, out);
  }

 private:
  static void make(std::uint64_t seed, const Mix& mix, std::uint64_t index, Sample& out) {
    std::uint64_t state = seed * 0x9e3779b97f4a7c15ull + index * 0xbf58476d1ce4e5b9ull + 1;
    auto draw = [&](std::uint64_t n) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      return (state >> 11) % n;
    };
    for (int i = 0; i < 4; ++i) draw(2);
    const std::size_t length = 1 + draw(static_cast<std::uint64_t>(mix.at("length")));
    out.tokens.clear();
    out.own.clear();
    for (std::size_t i = 0; i < length; ++i) out.tokens.push_back(static_cast<std::int32_t>(draw(10)));
    out.tokens.push_back(10);
    out.own.assign(out.tokens.size(), 0);
    for (std::size_t i = 0; i < length; ++i) {
      out.tokens.push_back(out.tokens[i]);
      out.own.push_back(1);
    }
  }
};

TrainConfig small_config() {
  TrainConfig c;
  c.name = "copy";
  c.model = test_models::lightweight();
  c.model.run_tokens = 10;
  c.steps = 24;
  c.warmup_steps = 4;
  c.batch_size = 13;
  c.micro_batch = 3;
  c.optimizer.ema = 0.9;
  c.validate_every = 8;
  c.validation_samples = 20;
  c.checkpoint_every = 8;
  c.stages = {{"short", {{"length", 3}}, 0.0, 0}, {"long", {{"length", 8}}, 1.0, 0}};
  return c;
}

const simd::Kernels<float>& best() {
  return test::best_kernels();
}

std::unique_ptr<ThreadPool> make_pool(std::size_t threads) {
  ThreadOptions options;
  options.threads = threads;
  auto pool = ThreadPool::create(options);
  REQUIRE(pool.ok());
  return std::move(*pool);
}

Trainer make_trainer(const TrainConfig& c, ThreadPool& pool) {
  static const CopySource source;
  auto trainer = Trainer::create(c, source, pool, best());
  REQUIRE(trainer.ok());
  return std::move(*trainer);
}

/// Tensor data of a file, in order: what two runs must share bit for bit (metadata holds the seconds spent).
std::string tensor_bytes(const std::string& path) {
  auto file = SafetensorsFile::open(path);
  REQUIRE(file.ok());
  std::string out;
  for (const TensorView& t : file->tensors()) {
    out += t.name;
    out.append(reinterpret_cast<const char*>(t.data.data()), t.data.size());
  }
  return out;
}

}  // namespace

TEST_CASE("a run with any number of threads, interrupted or not, gives the same bits") {
  TrainConfig c = small_config();
  SUBCASE("fp32") {}
  SUBCASE("bf16") {
    c.dtype = simd::WeightType::bf16;
  }
  CAPTURE(std::string(simd::weight_type_name(c.dtype)));
  std::vector<std::string> checkpoints;
  std::vector<std::string> models;
  std::vector<std::string> metrics;
  std::vector<std::string> digests;
  auto collect = [&](const std::string& dir) {
    checkpoints.push_back(tensor_bytes(dir + "/checkpoint.safetensors"));
    models.push_back(tensor_bytes(dir + "/model.safetensors"));
    const auto model = load_model(dir + "/model.safetensors");
    REQUIRE(model.ok());
    digests.push_back(model->info.at(TrainingRecord::kDigestKey));
    CHECK(model->info.at(TrainingRecord::kStageEndsKey) == "8");
    std::string lines;
    std::istringstream in(test::slurp(dir + "/metrics.jsonl"));
    for (std::string line; std::getline(in, line);) {
      const std::size_t at = line.find("\"seconds\":");
      if (at != std::string::npos) line.erase(at, line.find_first_of(",}", at) - at);
      lines += line + "\n";
    }
    metrics.push_back(lines);
  };
  for (std::size_t threads : {1, 2, 3}) {
    const test::TempDir dir;
    auto pool = make_pool(threads);
    Trainer t = make_trainer(c, *pool);
    const auto done = test::run_in(dir.path(), t);
    REQUIRE(done.ok());
    CHECK(*done);
    collect(dir.path());
  }
  {
    // Stopped politely in the middle of nowhere, then continued.
    const test::TempDir dir;
    auto pool = make_pool(2);
    for (std::size_t stop_at : {5, 13}) {
      Trainer t = make_trainer(c, *pool);
      std::atomic<bool> stop{false};
      const auto done =
          test::run_in(dir.path(), t, {true, &stop, [&](const TrainingEvent& e) { stop = e.step >= stop_at; }});
      REQUIRE(done.ok());
      CHECK_FALSE(*done);
      CHECK(t.step() == stop_at);
    }
    Trainer t = make_trainer(c, *pool);
    REQUIRE(test::run_in(dir.path(), t).ok());
    collect(dir.path());
  }
  {
    // Killed between two checkpoints: the steps since the last one are done again.
    const test::TempDir dir;
    test::in_child([&]() -> std::string {
      auto pool = make_pool(1);
      Trainer t = make_trainer(c, *pool);
      const auto ignored = test::run_in(dir.path(), t, {true, nullptr, [](const TrainingEvent& e) {
                                                          if (e.step == 11) raise(SIGKILL);
                                                        }});
      return ignored.ok() ? "ended" : "failed";
    });
    auto pool = make_pool(2);
    Trainer t = make_trainer(c, *pool);
    REQUIRE(test::run_in(dir.path(), t).ok());
    collect(dir.path());
  }
  for (std::size_t i = 1; i < checkpoints.size(); ++i) {
    CAPTURE(i);
    CHECK(checkpoints[i] == checkpoints[0]);
    CHECK(models[i] == models[0]);
    CHECK(metrics[i] == metrics[0]);
    CHECK(digests[i] == digests[0]);
  }
}

TEST_CASE("both optimizers and types learn to copy, and the curriculum advances on validation accuracy") {
  struct Way {
    OptimizerKind kind;
    simd::WeightType dtype;
  };
  // Where it takes minutes, that the loss falls is enough: only what is learnt depends on the rest.
  const bool whole = test::sweep() == test::Sweep::full;
  for (const Way& way :
       {Way{OptimizerKind::adamw, simd::WeightType::fp32}, Way{OptimizerKind::adam_atan2, simd::WeightType::fp32},
        Way{OptimizerKind::adamw, simd::WeightType::bf16}}) {
    const OptimizerKind kind = way.kind;
    CAPTURE(static_cast<int>(kind));
    CAPTURE(static_cast<int>(way.dtype));
    TrainConfig c = small_config();
    c.optimizer.kind = kind;
    c.dtype = way.dtype;
    c.optimizer.lr = kind == OptimizerKind::adamw ? 5e-3 : 2e-3;
    c.optimizer.weight_decay = 0.01;
    c.steps = whole ? 600 : 60;
    c.warmup_steps = 20;
    c.batch_size = 32;
    c.micro_batch = 4;
    c.optimizer.ema = 0.97;
    c.validate_every = 50;
    c.validation_samples = 100;
    c.stages = {{"short", {{"length", 2}}, 0.9, 0}, {"long", {{"length", 5}}, 1.0, 0}};
    auto pool = make_pool(2);
    Trainer t = make_trainer(c, *pool);
    CausalValidation last;
    std::size_t advances = 0;
    double first_loss = 0, loss = 0;
    while (!t.finished()) {
      const auto r = t.advance();
      REQUIRE(r.ok());
      loss = std::get<CausalUpdate>(r->report).loss;
      if (r->step == 1) first_loss = loss;
      if (!t.validation_due()) continue;
      last = std::get<CausalValidation>(t.validate().report);
      if (last.advanced) {
        ++advances;
        CHECK(last.sequence_accuracy >= 0.9);
        CHECK(last.reason == "validation accuracy reached advance_at");
      }
    }
    CHECK(first_loss > 1.5);
    CHECK(loss < first_loss);
    if (!whole) continue;
    CHECK(advances == 1);
    CHECK(last.stage == 1);
    CHECK(last.sequence_accuracy > 0.8);
  }
}

TEST_CASE("an update allocates nothing once its buffers have grown") {
  TrainConfig c = small_config();
  SUBCASE("fp32") {}
  SUBCASE("bf16") {
    c.dtype = simd::WeightType::bf16;
  }
  auto pool = make_pool(2);
  Trainer t = make_trainer(c, *pool);
  // On a busy machine a thread may get its first long samples late, so buffers may grow once more.
  int quiet = 0;
  for (int i = 0; i < 100 && quiet < 5; ++i) {
    const std::size_t before = test::allocations();
    const bool ok = t.advance().ok();
    const bool allocated = test::allocations() != before;
    REQUIRE(ok);
    quiet = allocated ? 0 : quiet + 1;
  }
  CHECK(quiet == 5);
}

TEST_CASE("a loss that is not finite stops the run and keeps the last good checkpoint") {
  TrainConfig c = small_config();
  c.optimizer.clip = 0.0;
  c.optimizer.lr = 100.0;
  c.warmup_steps = 20;
  c.optimizer.weight_decay = 100.0;
  c.steps = 400;
  c.checkpoint_every = 1;
  const test::TempDir dir;
  auto pool = make_pool(1);
  Trainer t = make_trainer(c, *pool);
  const auto done = test::run_in(dir.path(), t);
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().code == ErrorCode::diverged);
  CHECK(done.error().text().find("loss: is not finite at step") != std::string::npos);
  CHECK(done.error().text().find("fix: lower optimizer.lr") != std::string::npos);
  Trainer again = make_trainer(c, *pool);
  CHECK(again.resume(dir / "checkpoint.safetensors").ok());
  CHECK(again.step() > 0);
}

TEST_CASE("a full disk leaves the old checkpoint whole and nothing beside it") {
  const TrainConfig c = small_config();
  const test::TempDir dir;
  auto pool = make_pool(1);
  Trainer t = make_trainer(c, *pool);
  REQUIRE(t.advance().ok());
  const std::string path = dir / "checkpoint.safetensors";
  REQUIRE(t.save_checkpoint(path).ok());
  const std::string good = test::slurp(path);
  REQUIRE(t.advance().ok());
  const std::string said = test::in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{10'000, 10'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    const Status s = t.save_checkpoint(path);
    return s.ok() ? std::string("saved") : s.error().text();
  });
  CHECK(said.find(path) == 0);
  CHECK(said.find("fix: ") != std::string::npos);
  CHECK(test::slurp(path) == good);
  CHECK(dir.entries() == 1);
}

TEST_CASE("a checkpoint of another configuration is refused with the field that differs") {
  TrainConfig c = small_config();
  const test::TempDir dir;
  auto pool = make_pool(1);
  Trainer t = make_trainer(c, *pool);
  const std::string path = dir / "checkpoint.safetensors";
  REQUIRE(t.save_checkpoint(path).ok());
  c.optimizer.lr = 0.25;
  Trainer other = make_trainer(c, *pool);
  const Status s = other.resume(path);
  REQUIRE_FALSE(s.ok());
  CHECK(s.error().text().find("\"lr\": 0.003 in the checkpoint, \"lr\": 0.25 in the configuration") !=
        std::string::npos);
  CHECK(other.step() == 0);
  test::spill(path, test::slurp(path).substr(0, 5000));
  CHECK_FALSE(other.resume(path).ok());
}

TEST_CASE("a type of weights: what it trains with, what the files say, what is refused") {
  const TrainConfig c = small_config();
  TrainConfig half = c;
  half.dtype = simd::WeightType::bf16;
  auto pool = make_pool(1);
  const test::TempDir dir;
  Trainer whole = make_trainer(c, *pool), rounded = make_trainer(half, *pool);
  const auto first = whole.advance(), second = rounded.advance();
  REQUIRE((first.ok() && second.ok()));
  // Both start from the same weights and samples, and the products differ by bfloat16's last bit.
  const double losses[] = {std::get<CausalUpdate>(first->report).loss, std::get<CausalUpdate>(second->report).loss};
  CHECK(losses[0] != losses[1]);
  CHECK(std::fabs(losses[0] - losses[1]) < 0.02 * losses[0]);
  CHECK_FALSE(whole.model().info.contains("weights"));
  CHECK(rounded.model().info.at("weights") == "bf16");

  const std::string path = dir / "checkpoint.safetensors", other = dir / "other.safetensors";
  REQUIRE(whole.save_checkpoint(path).ok());
  REQUIRE(rounded.save_checkpoint(other).ok());
  CHECK(rounded.resume(path).error().text().find("\"dtype\": \"bf16\" is in the configuration alone") !=
        std::string::npos);
  CHECK(whole.resume(other).error().text().find("\"dtype\": \"bf16\" is in the checkpoint alone") != std::string::npos);

  TrainConfig bytes = c;
  bytes.dtype = simd::WeightType::int8;
  const CopySource source;
  const auto refused = Trainer::create(bytes, source, *pool, best());
  REQUIRE_FALSE(refused.ok());
  CHECK(
      refused.error().text() ==
      "dtype: is int8, whose products have no gradient; fix: train in fp32 or bf16; a trained model runs with weights "
      "of every type");
  // Kernels of no instruction set have one type.
  const auto plain = Trainer::create(half, source, *pool, simd::reference<float>());
  REQUIRE_FALSE(plain.ok());
  CHECK(plain.error().text() == "dtype: reference has no products of bf16; fix: train in fp32");
}

TEST_CASE("training configurations: a table of mistakes") {
  const CopySource source;
  auto error = [&](std::string_view json) {
    const auto c = TrainConfig::parse(json, "c.json", source);
    return c.ok() ? std::string("accepted") : c.error().text();
  };
  const std::string stages = R"("stages": [{"name": "a", "mix": {"length": 2}}])";
  CHECK(error(R"({"steps": 10, "model": {}, )" + stages + "}") == "accepted");
  CHECK(error(R"({"model": {}, )" + stages + "}").find("c.json: steps: ") == 0);
  CHECK(error(R"({"steps": 10, )" + stages + "}").find("c.json: model: ") == 0);
  CHECK(error(R"({"steps": 10, "model": {}})").find("c.json: stages: ") == 0);
  CHECK(error(R"({"steps": 10, "model": {}, "stages": []})").find("c.json: stages: is empty") == 0);
  CHECK(error(R"({"steps": "10", "model": {}, )" + stages + "}").find("c.json: steps: ") == 0);
  CHECK(error(R"({"step": 10, "steps": 10, "model": {}, )" + stages + "}").find("c.json: step: ") == 0);
  CHECK(error(R"({"steps": 10, "warmup_steps": 11, "model": {}, )" + stages + "}") ==
        "c.json: warmup_steps: exceeds steps; fix: use at most 10");
  CHECK(error(R"({"steps": 10, "model": {"hidden_sise": 3}, )" + stages + "}").find("c.json: model.hidden_sise: ") ==
        0);
  CHECK(
      error(R"({"steps": 10, "model": {"global_heads": 9}, )" + stages + "}").find("global_heads: exceeds num_heads") !=
      std::string::npos);
  CHECK(
      error(R"({"steps": 10, "model": {"vocab_size": 50}, )" + stages + "}").find("c.json: model.vocab_size: is 50") ==
      0);
  CHECK(error(R"({"steps": 10, "model": {}, "stages": [{"name": "a", "mix": {"depth": 2}}]})") ==
        "c.json: stages.a.mix.depth: is unknown; fix: use length");
  CHECK(error(R"({"steps": 10, "optimizer": {"name": "sgd"}, "model": {}, )" + stages + "}")
            .find("c.json: optimizer.name: ") == 0);
  CHECK(error(R"({"steps": 10, "dtype": "bf16", "model": {}, )" + stages + "}") == "accepted");
  CHECK(error(R"({"steps": 10, "dtype": "int8", "model": {}, )" + stages + "}").find("c.json: dtype: is int8, ") == 0);
  CHECK(error(R"({"steps": 10, "dtype": "auto", "model": {}, )" + stages + "}").find("c.json: dtype: ") == 0);
  CHECK(error("[1]").find("c.json: ") == 0);
}

TEST_CASE("configurations round-trip through their canonical text") {
  const CopySource source;
  TrainConfig c = small_config();
  SUBCASE("fp32") {}
  SUBCASE("bf16") {
    c.dtype = simd::WeightType::bf16;
  }
  const auto again = TrainConfig::parse(c.canonical(), "canonical", source);
  REQUIRE(again.ok());
  CHECK(again->canonical() == c.canonical());
  CHECK(again->dtype == c.dtype);
  CHECK(again->model == c.model);
  for (const auto& named : test_models::all()) {
    const std::string& name = named.first;
    const ModelConfig& model = named.second;
    CAPTURE(name);
    const auto parsed = ModelConfig::parse(model.canonical(), "canonical");
    REQUIRE(parsed.ok());
    CHECK(*parsed == model);
  }
}

TEST_CASE("the learning rate warms up and follows the cosine") {
  TrainConfig c;
  c.steps = 110;
  c.warmup_steps = 10;
  c.min_lr_ratio = 0.1;
  CHECK(c.factor(1) == doctest::Approx(0.1));
  CHECK(c.factor(10) == doctest::Approx(1.0));
  CHECK(c.factor(60) == doctest::Approx(0.55));
  CHECK(c.factor(110) == doctest::Approx(0.1));
}

TEST_CASE("a training's key tells its name and seed apart from everything else") {
  const TrainConfig config = small_config();
  const std::string key = training_key(config.canonical());
  TrainConfig other = config;
  other.seed = 77;
  other.name = "another";
  CHECK(training_key(other.canonical()) == key);
  other.batch_size += 1;
  CHECK(training_key(other.canonical()) != key);
  other = config;
  other.stages[0].name = "renamed";  // a name deeper down is part of what was trained
  CHECK(training_key(other.canonical()) != key);
  CHECK(training_key("").empty());
}

}  // namespace test_trainer
