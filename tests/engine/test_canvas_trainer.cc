// Training of puzzle models: it learns, its bits do not depend on threads or interruptions, and nothing that goes wrong
// changes what was there.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <sstream>
#include <variant>

#include "engine/format/safetensors.h"
#include "engine/train/canvas_trainer.h"
#include "simd/cpu.h"
#include "tests/engine/canvas_models.h"
#include "tests/engine/canvas_source.h"
#include "tests/engine/run_in.h"
#include "tests/engine/support.h"
#include "tests/support/kernels.h"
#include "tests/support/sweep.h"

namespace test_canvas_trainer {

using namespace trm;

namespace {

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

CanvasTrainConfig small_config(CanvasArch arch = CanvasArch::trm) {
  CanvasTrainConfig c;
  c.name = "copy";
  c.model = test_models::canvas(arch);
  c.model.halt_exploration_prob = 0.5;
  if (arch == CanvasArch::transformer_baseline) c.model.H_layers = 2;
  if (arch == CanvasArch::hrm) c.model.H_layers = c.model.L_layers = 1;
  c.optimizer.kind = OptimizerKind::adam_atan2;
  c.optimizer.lr = 1e-3;
  c.optimizer.clip = 0.0;
  c.optimizer.ema = 0.9;
  c.puzzle_emb_lr = 1e-2;
  c.puzzle_emb_weight_decay = 0.1;
  c.steps = 12;
  c.warmup_steps = 3;
  c.batch_size = 7;
  c.micro_batch = 2;
  c.validate_every = 4;
  c.validation_samples = 9;
  c.checkpoint_every = 4;
  return c;
}

CanvasSizes sizes_of(const CanvasConfig& c) {
  return {c.vocab_size, c.seq_len, c.num_puzzle_identifiers};
}

/// A trainer and the source that it needs.
struct Run {
  Run(const CanvasTrainConfig& c, ThreadPool& pool) : source(sizes_of(c.model)) {
    auto made = CanvasTrainer::create(c, source, pool, best());
    REQUIRE(made.ok());
    trainer = std::move(*made);
  }
  test::CopyCanvases source;
  std::unique_ptr<CanvasTrainer> trainer;
};

CanvasStepReport update(CanvasTrainer& trainer) {
  const auto event = trainer.advance();
  REQUIRE(event.ok());
  CHECK(event->step == trainer.step());
  return std::get<CanvasUpdate>(event->report).report;
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

/// Everything that a trainer holds.
std::string everything(const CanvasTrainer& trainer) {
  const test::TempDir dir;
  REQUIRE(trainer.save_checkpoint(dir / "now").ok());
  return tensor_bytes(dir / "now");
}

/// Everything that a run holds at its end which was stopped after so many updates and resumed.
std::string after_a_stop(const CanvasTrainConfig& c, ThreadPool& pool, int updates) {
  const test::TempDir dir;
  Run half(c, pool);
  for (int i = 0; i < updates; ++i) REQUIRE(half.trainer->advance().ok());
  REQUIRE(half.trainer->save_checkpoint(dir / "half").ok());
  Run resumed(c, pool);
  REQUIRE(resumed.trainer->resume(dir / "half").ok());
  while (!resumed.trainer->finished()) REQUIRE(resumed.trainer->advance().ok());
  return everything(*resumed.trainer);
}

/// A file with its tensors and metadata changed.
struct Edit {
  struct Tensor {
    DType dtype;
    std::vector<std::size_t> shape;
    std::string bytes;
    template <class T>
    void put(std::size_t index, T value) {
      std::memcpy(bytes.data() + index * sizeof(T), &value, sizeof(T));
    }
  };
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;

  explicit Edit(const std::string& path) {
    auto file = SafetensorsFile::open(path);
    REQUIRE(file.ok());
    for (const TensorView& t : file->tensors()) {
      tensors[t.name] = {t.dtype, t.shape, {reinterpret_cast<const char*>(t.data.data()), t.data.size()}};
    }
    metadata = file->metadata();
  }
  void replace(const std::string& key, const std::string& from, const std::string& to) {
    std::string& text = metadata.at(key);
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  }
  void save(const std::string& path) const {
    std::vector<TensorRef> refs;
    for (const auto& [name, t] : tensors) refs.push_back({name, t.dtype, t.shape, t.bytes.data(), {}});
    REQUIRE(write_safetensors(path, refs, metadata).ok());
  }
};

/// All of them; where the sweep shall be small, the one that does most in a step.
std::vector<CanvasArch> archs() {
  if (test::swept(10) < 10) return {CanvasArch::hrm};
  return {CanvasArch::trm, CanvasArch::trm_singlez, CanvasArch::trm_hier6, CanvasArch::hrm,
          CanvasArch::transformer_baseline};
}

}  // namespace

TEST_CASE("a puzzle run with any number of threads, interrupted or not, gives the same bits") {
  simd::WeightType dtype = simd::WeightType::fp32;
  SUBCASE("fp32") {}
  SUBCASE("bf16") {
    dtype = simd::WeightType::bf16;
  }
  for (const CanvasArch arch : archs()) {
    CAPTURE(std::string(arch_name(arch)));
    CanvasTrainConfig c = small_config(arch);
    c.dtype = dtype;
    std::vector<std::string> checkpoints;
    std::vector<std::string> models;
    std::vector<std::string> metrics;
    auto collect = [&](const std::string& dir) {
      checkpoints.push_back(tensor_bytes(dir + "/checkpoint.safetensors"));
      models.push_back(tensor_bytes(dir + "/model.safetensors"));
      std::string lines;
      std::istringstream in(test::slurp(dir + "/metrics.jsonl"));
      for (std::string line; std::getline(in, line);) {
        const std::size_t at = line.find("\"seconds\":");
        if (at != std::string::npos) line.erase(at, line.find_first_of(",}", at) - at);
        lines += line + "\n";
      }
      metrics.push_back(lines);
    };
    for (const std::size_t threads : {1, 2, 3}) {
      const test::TempDir dir;
      auto pool = make_pool(threads);
      const Run run(c, *pool);
      const auto done = test::run_in(dir.path(), *run.trainer);
      REQUIRE(done.ok());
      CHECK(*done);
      collect(dir.path());
    }
    {
      // Stopped politely between two checkpoints, then continued.
      const test::TempDir dir;
      auto pool = make_pool(2);
      for (const std::size_t stop_at : {3, 7}) {
        const Run run(c, *pool);
        std::atomic<bool> stop{false};
        const auto done = test::run_in(dir.path(), *run.trainer,
                                       {true, &stop, [&](const TrainingEvent& e) { stop = e.step >= stop_at; }});
        REQUIRE(done.ok());
        CHECK_FALSE(*done);
        CHECK(run.trainer->step() == stop_at);
      }
      const Run run(c, *pool);
      REQUIRE(test::run_in(dir.path(), *run.trainer).ok());
      collect(dir.path());
    }
    {
      // Killed: the updates since the last checkpoint are done again.
      const test::TempDir dir;
      test::in_child([&]() -> std::string {
        auto pool = make_pool(1);
        const Run run(c, *pool);
        const auto kill_late = [](const TrainingEvent& e) {
          if (e.step == 11) raise(SIGKILL);
        };
        return test::run_in(dir.path(), *run.trainer, {true, nullptr, kill_late}).ok() ? "ended" : "failed";
      });
      auto pool = make_pool(2);
      const Run run(c, *pool);
      REQUIRE(test::run_in(dir.path(), *run.trainer).ok());
      collect(dir.path());
    }
    // Weights, moments, average, puzzle table, states, step counts and puzzles of the slots are in the checkpoint.
    for (std::size_t i = 1; i < checkpoints.size(); ++i) {
      CAPTURE(i);
      CHECK(checkpoints[i] == checkpoints[0]);
      CHECK(models[i] == models[0]);
      CHECK(metrics[i] == metrics[0]);
    }
  }
}

TEST_CASE("a run depends on its seed, its data and the slots that a thread takes at a time") {
  auto pool = make_pool(1);
  const auto after = [&](const CanvasTrainConfig& c) {
    const Run run(c, *pool);
    for (int i = 0; i < 3; ++i) REQUIRE(run.trainer->advance().ok());
    return everything(*run.trainer);
  };
  const CanvasTrainConfig c = small_config();
  const std::string base = after(c);
  CHECK(after(c) == base);
  CanvasTrainConfig other = c;
  other.seed = 2;
  CHECK(after(other) != base);
  other = c;
  other.micro_batch = 3;
  CHECK(after(other) != base);
}

TEST_CASE("the curriculum on depth gives a puzzle few steps at first, and all of them later") {
  auto pool = make_pool(2);
  CanvasTrainConfig c = small_config();
  c.model.halt_max_steps = 4;
  c.model.halt_exploration_prob = 0.5;
  c.steps = 40;
  c.depth_warmup_steps = 16;
  Run run(c, *pool);
  std::vector<double> deepest;  // mean steps of what halted at each update
  while (!run.trainer->finished()) {
    const CanvasMetrics halted = update(*run.trainer).halted;
    deepest.push_back(halted.count == 0 ? 0.0 : halted.steps / static_cast<double>(halted.count));
  }
  // 1 + 3 u / 16 steps: one until update 5, two until 10, three until 15, then four.
  for (std::size_t u = 0; u < 6; ++u) CHECK(deepest[u] == 1.0);
  for (std::size_t u = 6; u < 11; ++u) CHECK(deepest[u] <= 2.0);
  for (std::size_t u = 11; u < 16; ++u) CHECK(deepest[u] <= 3.0);
  CHECK(*std::max_element(deepest.begin() + 16, deepest.end()) > 3.0);

  // A stopped run goes on with the depths that its puzzles were given.
  CHECK(after_a_stop(c, *pool, 9) == everything(*run.trainer));
}

TEST_CASE("batches in flight take turns, and a stopped run finds all of them again") {
  auto pool = make_pool(2);
  CanvasTrainConfig c = small_config();
  c.model.halt_max_steps = 2;
  c.model.halt_exploration_prob = 0;
  c.steps = 12;
  c.carried_batches = 3;
  Run run(c, *pool);
  std::vector<std::size_t> halted;
  while (!run.trainer->finished()) halted.push_back(update(*run.trainer).halted.count);
  // q_halt starts at -5, so puzzles end at their second step: that of the third batch after the first one's.
  for (std::size_t u = 0; u < 12; ++u) CHECK(halted[u] == (u / 3 % 2 == 0 ? 0 : c.batch_size));

  CHECK(after_a_stop(c, *pool, 5) == everything(*run.trainer));
}

TEST_CASE("puzzle models learn to copy in a second") {
  // Where it takes minutes, that the loss falls is enough: only what is learnt depends on the rest.
  const bool whole = test::sweep() == test::Sweep::full;
  simd::WeightType dtype = simd::WeightType::fp32;
  SUBCASE("fp32") {}
  SUBCASE("bf16") {
    dtype = simd::WeightType::bf16;
  }
  for (const CanvasArch arch : archs()) {
    CAPTURE(std::string(arch_name(arch)));
    CanvasTrainConfig c = small_config(arch);
    c.dtype = dtype;
    c.model.hidden_size = c.model.puzzle_emb_ndim = 16;
    c.model.L_layers = c.model.has_L_level() ? 1 : 0;
    c.model.H_layers = c.model.has_H_level() ? 1 : 0;
    c.model.puzzle_emb_len = 0;
    c.model.halt_exploration_prob = 0.1;
    c.optimizer.lr = 4e-3;
    c.optimizer.weight_decay = 0.01;
    c.steps = whole ? 150 : 30;
    c.batch_size = 16;
    c.micro_batch = 4;
    c.init = {0.5, 0.3};
    auto pool = make_pool(1);
    const Run run(c, *pool);
    double first = 0;
    double last = 0;
    while (!run.trainer->finished()) {
      const double loss = update(*run.trainer).lm_loss / static_cast<double>(c.batch_size);
      if (run.trainer->step() == 1) first = loss;
      if (run.trainer->step() > c.steps - 10) last += loss / 10;
    }
    const CanvasScores scores = std::get<CanvasValidation>(run.trainer->validate().report).scores;
    // Chance is log(7) = 1.95. Stablemax comes near certainty slowly: the answers are right long before.
    CHECK(first > 1.5);
    CHECK(last < (whole ? 0.6 : 0.9 * first));
    CHECK(scores.samples == c.validation_samples);
    if (whole) CHECK(scores.exact_by_step.back() == c.validation_samples);
  }
}

TEST_CASE("an update of a puzzle model allocates nothing") {
  simd::WeightType dtype = simd::WeightType::fp32;
  SUBCASE("fp32") {}
  SUBCASE("bf16") {
    dtype = simd::WeightType::bf16;
  }
  for (const CanvasArch arch : archs()) {
    CAPTURE(std::string(arch_name(arch)));
    const CanvasTrainConfig c = small_config(arch);
    auto pool = make_pool(2);
    auto learner = CanvasLearner::create(c.model, c.rates(), {c.batch_size, c.micro_batch}, *pool,
                                         simd::with_weights(best(), dtype));
    REQUIRE(learner.ok());
    initialise(learner->registry(), 3, learner->optimizer().weights.span());
    learner->start();
    test::CopyCanvases source(sizes_of(c.model));
    REQUIRE(source.begin(c.batch_size, 1).ok());
    CanvasBatch batch(c.batch_size, c.model.seq_len);
    const std::vector<std::int32_t> min_steps(c.batch_size);
    // The very first one too: memory is planned when the learner is made.
    for (int i = 0; i < 5; ++i) {
      CAPTURE(i);
      source.next(batch);
      const std::size_t before = test::allocations();
      const bool ok = learner->step(batch, min_steps, 1.0).ok();
      CHECK(test::allocations() == before);
      CHECK(ok);
    }
  }
}

TEST_CASE("a puzzle run that diverges keeps the weights from before and says what to do") {
  CanvasTrainConfig c = small_config();
  c.optimizer.lr = 100.0;
  c.optimizer.weight_decay = 100.0;
  c.warmup_steps = 0;
  c.steps = 400;
  auto pool = make_pool(2);
  const Run run(c, *pool);
  auto learner = CanvasLearner::create(c.model, c.rates(), {c.batch_size, c.micro_batch}, *pool, best());
  REQUIRE(learner.ok());
  initialise(learner->registry(), 3, learner->optimizer().weights.span());
  learner->start();
  test::CopyCanvases source(sizes_of(c.model));
  REQUIRE(source.begin(c.batch_size, 1).ok());
  CanvasBatch batch(c.batch_size, c.model.seq_len);
  const std::vector<std::int32_t> min_steps(c.batch_size);
  const auto held = [&] {
    std::vector<float> all;
    const CanvasLearner& l = *learner;
    const Optimizer& o = l.optimizer();
    for (const Buffer<float>* b : {&o.weights, &o.exp_avg, &o.exp_avg_sq, &o.shadow, &l.table()}) {
      all.insert(all.end(), b->span().begin(), b->span().end());
    }
    return all;
  };
  for (std::size_t updates = 0;; ++updates) {
    REQUIRE(updates < 400);
    const std::vector<float> before = held();
    source.next(batch);
    const auto report = learner->step(batch, min_steps, 1.0);
    if (report.ok()) {
      CHECK(held() != before);
      continue;
    }
    CHECK(updates > 0);
    CHECK(report.error().code == ErrorCode::diverged);
    CHECK(report.error().text().starts_with("loss: is not finite at step " + std::to_string(updates + 1) + " (loss "));
    CHECK(report.error().text().ends_with(
        "; fix: lower optimizer.lr or optimizer.clip; the last checkpoint holds finite weights"));
    CHECK(held() == before);
    CHECK(learner->updates() == updates);
    break;
  }
}

TEST_CASE("a puzzle run that diverges leaves a checkpoint that can be resumed") {
  CanvasTrainConfig c = small_config();
  c.optimizer.lr = 100.0;
  c.optimizer.weight_decay = 100.0;
  c.warmup_steps = 0;
  c.steps = 400;
  c.checkpoint_every = 1;
  c.validate_every = 400;
  const test::TempDir dir;
  auto pool = make_pool(1);
  const Run run(c, *pool);
  const auto done = test::run_in(dir.path(), *run.trainer);
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().code == ErrorCode::diverged);
  CHECK(done.error().file == dir / "checkpoint.safetensors");
  const Run again(c, *pool);
  const Status s = again.trainer->resume(dir / "checkpoint.safetensors");
  CHECK(s.ok());
  CHECK(again.trainer->step() > 0);
}

TEST_CASE("a puzzle checkpoint that does not fit or is damaged is refused and changes nothing") {
  const CanvasTrainConfig c = small_config();
  const test::TempDir dir;
  auto pool = make_pool(1);
  const std::string good = dir / "good.safetensors";
  {
    const Run run(c, *pool);
    for (int i = 0; i < 5; ++i) REQUIRE(run.trainer->advance().ok());
    REQUIRE(run.trainer->save_checkpoint(good).ok());
  }
  // What it does after the refusals is what it would have done without them.
  Run straight(c, *pool);
  Run run(c, *pool);
  for (Run* r : {&straight, &run}) {
    for (int i = 0; i < 2; ++i) REQUIRE(r->trainer->advance().ok());
  }
  const std::string before = everything(*run.trainer);
  const std::string bad = dir / "bad.safetensors";

  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinite = std::numeric_limits<float>::infinity();
  const std::string older = "; fix: use an older checkpoint";
  const std::string finite = ": holds a value that is not finite" + older;
  const std::string range = ": holds a value that is out of range" + older;
  const std::string shape = ": has another type or shape than the configuration asks for" + older;
  const std::string head = "model.inner.lm_head.weight";
  struct Damage {
    std::function<void(Edit&)> apply;
    std::string error;  ///< behind the file's name
  };
  const auto number = [](const char* name, std::size_t index, auto value) {
    return [=](Edit& e) { e.tensors.at(name).put(index, value); };
  };
  const auto progress = [](const char* from, const char* to) {
    return [=](Edit& e) { e.replace("progress", from, to); };
  };
  const Damage damages[] = {
      {number("weights.model.inner.lm_head.weight", 3, nan), "weights." + head + finite},
      {number("exp_avg.model.inner.lm_head.weight", 0, infinite), "exp_avg." + head + finite},
      {number("exp_avg_sq.model.inner.lm_head.weight", 5, -infinite), "exp_avg_sq." + head + finite},
      {number("ema.model.inner.q_head.bias", 1, nan), "ema.model.inner.q_head.bias" + finite},
      {number("weights.model.inner.H_init", 8, nan), "weights.model.inner.H_init" + finite},
      {number("puzzle_emb.weights", 35, nan), "puzzle_emb.weights" + finite},
      {number("carry.state0", 100, nan), "carry.state0" + finite},
      {number("carry.state1", 503, infinite), "carry.state1" + finite},
      {number("carry.steps", 0, std::int32_t{-1}), "carry.steps" + range},
      {number("carry.steps", 6, std::int32_t{4}), "carry.steps" + range},
      {number("carry.inputs", 0, std::int32_t{-1}), "carry.inputs" + range},
      {number("carry.inputs", 34, std::int32_t{7}), "carry.inputs" + range},
      {number("carry.labels", 1, std::int32_t{-101}), "carry.labels" + range},
      {number("carry.labels", 2, std::int32_t{7}), "carry.labels" + range},
      {number("carry.puzzle_identifiers", 3, std::int32_t{4}), "carry.puzzle_identifiers" + range},
      {number("carry.puzzle_identifiers", 3, std::int32_t{-1}), "carry.puzzle_identifiers" + range},
      {[](Edit& e) { e.tensors.erase("carry.halted"); }, "carry.halted: tensor is missing" + older},
      {[](Edit& e) { e.tensors.erase("ema.model.inner.L_init"); }, "ema.model.inner.L_init: tensor is missing" + older},
      {[](Edit& e) { e.tensors.at("carry.halted").dtype = DType::i8; }, "carry.halted" + shape},
      {[](Edit& e) {
         e.tensors.at("carry.inputs").shape = {5, 7};
       },
       "carry.inputs" + shape},
      {[](Edit& e) { e.tensors.at("carry.state0").dtype = DType::i32; }, "carry.state0" + shape},
      {progress(R"("step":5)", R"("step":13)"),
       "__metadata__.progress: step: must be from 0 to 12, is 13; fix: use a value in this range"},
      {progress(R"("step":5)", R"("step":"5")"),
       "__metadata__.progress: step: must be a whole number, is a string; fix: write a whole number"},
      {progress(R"("step":5)", R"("steps":5)"), "__metadata__.progress: step: is missing; fix: add it"},
      {progress(R"("position":5)", R"("position":-5)"),
       "__metadata__.progress: position: must be from 0 to 1152921504606846976, is -5; fix: use a value in this range"},
      {progress(R"("iteration":0)", R"("iteration":1)"), "iteration: is not 0; fix: use another file"},
      {progress("{", "["), "__metadata__.progress: is not a JSON object; fix: write {...}"},
      {[](Edit& e) { e.metadata.erase("progress"); },
       "__metadata__.progress: is empty; fix: write plain JSON (RFC 8259)"},
      {[](Edit& e) { e.metadata["format"] = "pt"; },
       R"(__metadata__.format: is "pt"; fix: give a checkpoint of this program (format "trm.cpp puzzle checkpoint 2"))"},
      {[](Edit& e) { e.replace("config", "\"batch_size\": 7", "\"batch_size\": 8"); },
       "__metadata__.config: the checkpoint belongs to another configuration: \"batch_size\": 8 in the checkpoint, "
       "\"batch_size\": 7 in the configuration; fix: resume with the configuration that started the run, or give a new "
       "output directory"},
      {[](Edit& e) { e.replace("config", "\"puzzle_emb_lr\": 0.01", "\"puzzle_emb_lr\": 0.5"); },
       "__metadata__.config: the checkpoint belongs to another configuration: \"puzzle_emb_lr\": 0.5 in the "
       "checkpoint, \"puzzle_emb_lr\": 0.01 in the configuration; fix: resume with the configuration that started the "
       "run, or give a new output directory"},
  };
  for (const Damage& damage : damages) {
    CAPTURE(damage.error);
    Edit edit(good);
    damage.apply(edit);
    edit.save(bad);
    const Status s = run.trainer->resume(bad);
    REQUIRE_FALSE(s.ok());
    const std::string text = s.error().text();
    CAPTURE(text);
    CHECK(text == bad + ": " + damage.error);
    CHECK(run.trainer->step() == 2);
    CHECK(run.source.position() == CanvasPosition{0, 2});
    CHECK(everything(*run.trainer) == before);
  }
  test::spill(bad, test::slurp(good).substr(0, 5000));
  CHECK_FALSE(run.trainer->resume(bad).ok());
  for (Run* r : {&straight, &run}) REQUIRE(r->trainer->advance().ok());
  CHECK(everything(*run.trainer) == everything(*straight.trainer));
  // And the undamaged file is taken.
  CHECK(run.trainer->resume(good).ok());
  CHECK(run.trainer->step() == 5);
  CHECK(run.source.position() == CanvasPosition{0, 5});
}

TEST_CASE("a puzzle run in another type of weights starts elsewhere, says so in its files, and is not mixed up") {
  CanvasTrainConfig c = small_config();
  auto pool = make_pool(1);
  const test::TempDir dir;
  const Run whole(c, *pool);
  c.dtype = simd::WeightType::bf16;
  const Run rounded(c, *pool);
  const double losses[] = {update(*whole.trainer).loss, update(*rounded.trainer).loss};
  CHECK(losses[0] != losses[1]);
  CHECK(std::fabs(losses[0] - losses[1]) < 0.02 * losses[0]);
  REQUIRE(whole.trainer->save_checkpoint(dir / "whole").ok());
  REQUIRE(rounded.trainer->save_model(dir / "model").ok());
  CHECK(Edit(dir / "model").metadata.at("weights") == "bf16");
  CHECK(
      rounded.trainer->resume(dir / "whole").error().text().find("\"dtype\": \"bf16\" is in the configuration alone") !=
      std::string::npos);
  c.dtype = simd::WeightType::int8;
  test::CopyCanvases source(sizes_of(c.model));
  const auto refused = CanvasTrainer::create(c, source, *pool, best());
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().field == "dtype");
  const auto learner = CanvasLearner::create(c.model, c.rates(), {c.batch_size, c.micro_batch}, *pool,
                                             simd::with_weights(best(), simd::WeightType::int8));
  REQUIRE_FALSE(learner.ok());
  CHECK(learner.error().text() == "dtype: is int8, whose products have no gradient; fix: train in fp32 or bf16");
}

TEST_CASE("a puzzle trainer asks for data of its own sizes") {
  auto pool = make_pool(1);
  const CanvasTrainConfig c = small_config();
  for (const CanvasSizes& sizes : {CanvasSizes{8, 5, 4}, CanvasSizes{7, 6, 4}, CanvasSizes{7, 5, 3}}) {
    test::CopyCanvases source(sizes);
    const auto made = CanvasTrainer::create(c, source, *pool, best());
    REQUIRE_FALSE(made.ok());
    CHECK(made.error().text() ==
          "model: vocab_size, seq_len or num_puzzle_identifiers are not those of the data; fix: leave the fields out");
  }
}

}  // namespace test_canvas_trainer
