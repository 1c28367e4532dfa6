#include "engine/train/canvas_trainer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/json/json_object.h"
#include "engine/model/published_tensors.h"
#include "engine/store/published_file.h"
#include "engine/store/weight_choice.h"
#include "engine/train/checkpoint.h"
#include "simd/cpu.h"

namespace trm {

namespace {

constexpr const char* kPuzzleFormat = "trm.cpp puzzle checkpoint 2";
/// Streams of random numbers beside those of the initial weights, which use the tensors' indices.
constexpr std::uint64_t kExploreStream = 1 << 20;
constexpr std::uint64_t kDepthStream = kExploreStream + 2;

}  // namespace

struct CanvasTrainer::Impl {
  CanvasTrainConfig config;
  CanvasSource* source;
  ThreadPool* pool;
  CanvasLearner learner;
  CanvasNetwork<float> averaged;
  std::optional<CanvasStepper<float>> stepper;  ///< of the averaged weights
  CanvasBatch batch;
  std::vector<std::int32_t> min_steps, max_steps;
  double seconds = 0;

  Impl(const CanvasTrainConfig& c, CanvasSource& s, CanvasLearner l, ThreadPool& p, const simd::Kernels<float>& kernels)
      : config(c),
        source(&s),
        pool(&p),
        learner(std::move(l)),
        averaged(c.model, learner.registry(), shipped(), kernels, Purpose::inference),
        batch(c.batch_size, c.model.seq_len),
        min_steps(c.batch_size),
        max_steps(c.batch_size) {}

  /// The weights that are validated and shipped.
  [[nodiscard]] const float* shipped() const {
    const Optimizer& o = learner.optimizer();
    return config.optimizer.ema > 0.0 ? o.shadow.data() : o.weights.data();
  }
  [[nodiscard]] PuzzleTable<float> table() const {
    const CanvasConfig& m = config.model;
    return {m.puzzle_emb_ndim == 0 ? nullptr : learner.table().data(), m.num_puzzle_identifiers, m.puzzle_emb_ndim};
  }

  /// With probability halt_exploration_prob a slot must think for at least 2 ... halt_max_steps steps.
  void explore() {
    const CanvasConfig& m = config.model;
    for (std::size_t b = 0; b < min_steps.size(); ++b) {
      const std::uint64_t at = learner.updates() * min_steps.size() + b;
      min_steps[b] = 0;
      if (m.halt_max_steps < 2 || random_uniform(config.seed, kExploreStream, at) >= m.halt_exploration_prob) continue;
      min_steps[b] =
          static_cast<std::int32_t>(2 + random_bits(config.seed, kExploreStream + 1, at) % (m.halt_max_steps - 1));
    }
  }

  /// Steps that a puzzle gets which begins now, by the curriculum on depth.
  void limit_depth() {
    const CanvasConfig& m = config.model;
    const std::size_t update = learner.updates();
    std::size_t deepest = m.halt_max_steps;
    if (update < config.depth_warmup_steps) deepest = 1 + (deepest - 1) * update / config.depth_warmup_steps;
    for (std::size_t b = 0; b < max_steps.size(); ++b) {
      std::size_t depth = deepest;
      if (update < config.depth_warmup_steps) {
        depth = 1 + random_bits(config.seed, kDepthStream, update * max_steps.size() + b) % deepest;
      }
      max_steps[b] = static_cast<std::int32_t>(depth);
    }
  }

  std::vector<CheckpointTensor> arrays() {
    std::vector<CheckpointTensor> out;
    const CanvasConfig& m = config.model;
    add_optimizer(out, learner.registry(), learner.optimizer());
    if (m.puzzle_emb_ndim > 0) {
      out.push_back(
          {"puzzle_emb.weights", DType::f32, {m.num_puzzle_identifiers, m.puzzle_emb_ndim}, learner.table().data()});
    }
    std::vector<Carry<float>>& carries = learner.carries();
    for (std::size_t i = 0; i < carries.size(); ++i) {
      add_carry(out, carries[i], carries.size() == 1 ? "carry." : "carry" + std::to_string(i) + ".");
    }
    return out;
  }

  void add_carry(std::vector<CheckpointTensor>& out, Carry<float>& carry, const std::string& prefix) const {
    const CanvasConfig& m = config.model;
    const std::size_t n = carry.samples();
    for (std::size_t s = 0; s < carry.states.size(); ++s) {
      out.push_back({prefix + "state" + std::to_string(s),
                     DType::f32,
                     {n, m.total_len(), m.hidden_size},
                     carry.states[s].data()});
    }
    const auto last = [](std::size_t count) { return static_cast<std::int32_t>(count) - 1; };
    out.push_back({prefix + "steps", DType::i32, {n}, carry.steps.data(), 0, last(m.halt_max_steps + 1)});
    out.push_back({prefix + "max_steps", DType::i32, {n}, carry.max_steps.data(), 0, last(m.halt_max_steps + 1)});
    out.push_back({prefix + "halted", DType::u8, {n}, carry.halted.data()});
    out.push_back({prefix + "inputs", DType::i32, {n, m.seq_len}, carry.current.inputs.data(), 0, last(m.vocab_size)});
    out.push_back(
        {prefix + "labels", DType::i32, {n, m.seq_len}, carry.current.labels.data(), -100, last(m.vocab_size)});
    out.push_back({prefix + "puzzle_identifiers",
                   DType::i32,
                   {n},
                   carry.current.identifiers.data(),
                   0,
                   last(std::max<std::size_t>(m.num_puzzle_identifiers, 1))});
  }
};

CanvasTrainer::CanvasTrainer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CanvasTrainer::~CanvasTrainer() = default;

Result<std::unique_ptr<CanvasTrainer>> CanvasTrainer::create(const CanvasTrainConfig& config, CanvasSource& source,
                                                             ThreadPool& pool, const simd::Kernels<float>& kernels) {
  const CanvasSizes sizes = source.sizes();
  if (sizes.seq_len != config.model.seq_len || sizes.vocab_size != config.model.vocab_size ||
      sizes.num_puzzle_identifiers != config.model.num_puzzle_identifiers) {
    return Error{ErrorCode::bad_input, "", "model",
                 "vocab_size, seq_len or num_puzzle_identifiers are not those of the data", "leave the fields out"};
  }
  const std::size_t micro = config.micro_batch > 0 ? config.micro_batch : samples_per_pass(config.model);
  const Result<const simd::Kernels<float>*> typed = training_kernels(kernels, config.dtype);
  if (!typed.ok()) return typed.error();
  Result<CanvasLearner> learner = CanvasLearner::create(
      config.model, config.rates(), {config.batch_size, micro, config.carried_batches}, pool, **typed);
  if (!learner.ok()) return learner.error();
  // The scales change the first values alone: names and shapes are those of the learner's registry.
  initialise(Registry(config.model, config.init), config.seed, learner->optimizer().weights.span());
  learner->start();
  if (Status s = source.begin(config.batch_size, config.seed); !s.ok()) return s.error();
  auto impl = std::make_unique<Impl>(config, source, std::move(*learner), pool, **typed);
  Result<CanvasStepper<float>> stepper = CanvasStepper<float>::create(impl->averaged, impl->table(), pool);
  if (!stepper.ok()) return stepper.error();
  impl->stepper.emplace(std::move(*stepper));
  return std::unique_ptr<CanvasTrainer>(new CanvasTrainer(std::move(impl)));
}

const CanvasTrainConfig& CanvasTrainer::plan() const {
  return impl_->config;
}
std::size_t CanvasTrainer::step() const {
  return impl_->learner.updates();
}

Result<TrainingEvent> CanvasTrainer::advance() {
  Impl& t = *impl_;
  const std::int64_t begin = now_ns();
  t.explore();
  t.limit_depth();
  t.source->next(t.batch);
  const double rate = t.config.factor(step() + 1);
  const Result<CanvasStepReport> report = t.learner.step(t.batch, t.min_steps, rate, t.max_steps);
  if (!report.ok()) return report.error();
  t.seconds += seconds_since(begin);
  return TrainingEvent{step(), CanvasUpdate{t.config.optimizer.lr * rate, t.config.batch_size, *report}};
}

TrainingEvent CanvasTrainer::validate() {
  Impl& t = *impl_;
  const std::int64_t begin = now_ns();
  t.pool->run(t.averaged.parts(), [&](std::size_t part, std::size_t) { t.averaged.pack_part(part); });
  CanvasValidation report{CanvasScores(t.config.model.halt_max_steps)};
  const std::size_t samples = std::min(t.config.validation_samples, t.source->validation_samples());
  CanvasBatch batch(t.config.batch_size, t.config.model.seq_len);
  for (std::size_t first = 0; first < samples; first += batch.samples) {
    const std::size_t rows = std::min(t.source->validation(first, batch), samples - first);
    score_batch(t.averaged, *t.stepper, batch, rows, report.scores);
  }
  t.seconds += seconds_since(begin);
  report.seconds = t.seconds;
  return {step(), std::move(report)};
}

Status CanvasTrainer::save_checkpoint(const std::string& path) const {
  const CanvasPosition place = impl_->source->position();
  JsonWriter progress;
  progress.set("step", step());
  progress.set("iteration", place.iteration);
  progress.set("position", place.position);
  progress.set("seconds", impl_->seconds);
  return write_checkpoint(path, kPuzzleFormat, impl_->config.canonical(), progress, impl_->arrays());
}

Status CanvasTrainer::resume(const std::string& path) {
  Impl& t = *impl_;
  Result<CheckpointReader> file = CheckpointReader::open(path, kPuzzleFormat, t.config.canonical());
  if (!file.ok()) return file.error();
  JsonObject& progress = file->progress();
  constexpr std::size_t kMany = std::size_t{1} << 60;
  std::size_t step = 0;
  CanvasPosition place;
  double seconds = 0;
  for (const char* key : {"step", "iteration", "position", "seconds"}) progress.require(key);
  progress.get("step", step, 0, t.config.steps);
  progress.get("iteration", place.iteration, 0, kMany);
  progress.get("position", place.position, 0, kMany);
  progress.get("seconds", seconds, 0.0, 1e12);
  if (Status s = progress.finish(); !s.ok()) return s;
  // Everything that may be refused comes before the first change.
  const std::vector<CheckpointTensor> arrays = t.arrays();
  if (Status s = file->check(arrays); !s.ok()) return s;
  if (Status s = t.source->resume(place); !s.ok()) {
    s.error().file = path;
    return s;
  }
  if (Status s = file->load(arrays); !s.ok()) return s;
  t.seconds = seconds;
  t.learner.resume(step);
  return {};
}

Status CanvasTrainer::save_model(const std::string& path) const {
  const Impl& t = *impl_;
  const CanvasConfig& m = t.config.model;
  std::vector<TensorRef> tensors;
  for (const TensorSpec& spec : t.learner.registry().tensors) {
    tensors.push_back({spec.name, DType::f32, spec.shape, t.shipped() + spec.offset, {}});
  }
  if (m.puzzle_emb_ndim > 0) {
    tensors.push_back(
        {kPuzzleTable, DType::f32, {m.num_puzzle_identifiers, m.puzzle_emb_ndim}, t.learner.table().data(), {}});
  }
  std::map<std::string, std::string> info = {
      {"format", kPublishedFormat},
      {"config", m.canonical()},
      {"name", t.config.name},
      {"seed", std::to_string(t.config.seed)},
      {"step", std::to_string(step())},
      {"ema", std::to_string(t.config.optimizer.ema)},
      {"data", t.source->description()},
      {"training_seconds", std::to_string(static_cast<std::size_t>(t.seconds))},
      {"training_config", t.config.canonical()},
  };
  if (t.config.dtype != simd::WeightType::fp32) info[kWeightsField] = simd::weight_type_name(t.config.dtype);
  return write_safetensors(path, tensors, info);
}

}  // namespace trm
