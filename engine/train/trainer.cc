#include "engine/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "engine/store/weight_choice.h"
#include "engine/sys/memory.h"
#include "engine/train/checkpoint.h"
#include "engine/train/gradient.h"
#include "engine/train/training_record.h"
#include "simd/cpu.h"

namespace trm {

namespace {

constexpr const char* kFormat = "trm.cpp checkpoint 2";

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The weakest first; equal ones by token.
std::vector<GroupAccuracy> sorted_groups(const std::vector<std::vector<GroupAccuracy>>& of_workers,
                                         const std::vector<std::string>& vocabulary) {
  std::vector<GroupAccuracy> out = of_workers[0];
  for (std::size_t token = 0; token < out.size(); ++token) {
    out[token].first_token = vocabulary[token];
    for (std::size_t worker = 1; worker < of_workers.size(); ++worker) {
      out[token].right += of_workers[worker][token].right;
      out[token].sequences += of_workers[worker][token].sequences;
    }
  }
  std::erase_if(out, [](const GroupAccuracy& group) { return group.sequences == 0; });
  std::stable_sort(out.begin(), out.end(), [](const GroupAccuracy& a, const GroupAccuracy& b) {
    return a.right * b.sequences < b.right * a.sequences;
  });
  return out;
}

}  // namespace

struct Trainer::Impl {
  TrainConfig config;
  const SampleSource* source;
  ThreadPool* pool;
  const simd::Kernels<float>* kernels;
  Registry registry;

  Optimizer optimizer;
  std::unique_ptr<CausalNetwork<float>> network, averaged;
  std::vector<GradientPass<float>> passes;  ///< one per worker

  std::size_t micro_batches = 0;
  std::vector<TokenBatch> batches;     ///< one per micro-batch
  std::vector<Sample> samples;         ///< one per worker
  std::vector<BatchOutcome> outcomes;  ///< one per micro-batch

  std::size_t step = 0, stage = 0, stage_start = 0;
  double seconds = 0;
  TrainingRecord record;
  std::vector<std::uint64_t> digests;  ///< one per micro-batch

  Impl(const TrainConfig& c, const SampleSource& s, ThreadPool& p, const simd::Kernels<float>& k)
      : config(c), source(&s), pool(&p), kernels(&k), registry(c.model), optimizer(registry, p, k) {
    initialise(registry, c.seed, optimizer.weights.span());
    optimizer.start_average();
    network = std::make_unique<CausalNetwork<float>>(c.model, registry, optimizer.weights.data(), k, Purpose::training);
    averaged =
        std::make_unique<CausalNetwork<float>>(c.model, registry, optimizer.shadow.data(), k, Purpose::inference);
    micro_batches = (c.batch_size + c.micro_batch - 1) / c.micro_batch;
    batches.resize(std::max(micro_batches, (c.validation_samples + c.micro_batch - 1) / c.micro_batch));
    outcomes.resize(batches.size());
    digests.resize(micro_batches);
    samples.resize(p.size());
  }

  /// Fills micro-batch `b` with the samples first + b*micro_batch ... of the current stage.
  void fill(std::size_t b, std::uint64_t first, std::size_t total, bool training, Sample& sample) {
    TokenBatch& batch = batches[b];
    batch.clear();
    const std::size_t begin = b * config.micro_batch;
    const std::size_t end = std::min(total, begin + config.micro_batch);
    const Mix& mix = config.stages[stage].mix;
    if (training) digests[b] = 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (training) {
        source->train_sample(config.seed, mix, first + i, sample);
        digests[b] += fingerprint(sample.tokens, sample.own);
      } else {
        source->validation_sample(config.seed, mix, first + i, sample);
      }
      batch.add(config.model, sample.tokens, sample.own);
    }
  }

  std::vector<CheckpointTensor> arrays() {
    std::vector<CheckpointTensor> out;
    add_optimizer(out, registry, optimizer);
    return out;
  }

  void update(double lr, double norm) {
    optimizer.update(config.optimizer, step + 1, lr, norm);
    pool->run(network->parts(), [&](std::size_t part, std::size_t) { network->pack_part(part); });
  }
};

Trainer::Trainer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Trainer::Trainer(Trainer&&) noexcept = default;
Trainer& Trainer::operator=(Trainer&&) noexcept = default;
Trainer::~Trainer() = default;

Result<Trainer> Trainer::create(const TrainConfig& config, const SampleSource& source, ThreadPool& pool,
                                const simd::Kernels<float>& kernels) {
  if (Status s = config.validate(); !s.ok()) return s.error();
  if (config.model.vocab_size != source.vocabulary().size()) {
    return Error{ErrorCode::bad_input, "", "model.vocab_size",
                 "is " + std::to_string(config.model.vocab_size) + ", the tasks have " +
                     std::to_string(source.vocabulary().size()) + " tokens",
                 "leave the field out"};
  }
  if (config.model.rope && config.model.max_tokens < source.max_tokens()) {
    return Error{ErrorCode::bad_input, "", "model.max_tokens",
                 "is " + std::to_string(config.model.max_tokens) + ", samples have up to " +
                     std::to_string(source.max_tokens()) + " tokens",
                 "raise it"};
  }
  // A sample has at least a row or two, of which a batch keeps four numbers.
  const std::size_t samples = std::max(config.batch_size, config.validation_samples);
  constexpr std::size_t kLeastSampleBytes = 8 * sizeof(std::int32_t);
  if (Status s = Optimizer::check_room(Registry(config.model), saturated_product(samples, kLeastSampleBytes)); !s.ok())
    return s.error();
  const Result<const simd::Kernels<float>*> typed = training_kernels(kernels, config.dtype);
  if (!typed.ok()) return typed.error();
  auto impl = std::make_unique<Impl>(config, source, pool, **typed);
  const std::size_t longest = source.max_tokens();
  for (std::size_t w = 0; w < pool.size(); ++w) {
    Result<GradientPass<float>> pass =
        GradientPass<float>::create(*impl->network, config.micro_batch * longest, longest);
    if (!pass.ok()) return pass.error();
    impl->passes.push_back(std::move(*pass));
  }
  return Trainer(std::move(impl));
}

const TrainConfig& Trainer::plan() const {
  return impl_->config;
}
std::size_t Trainer::step() const {
  return impl_->step;
}

Result<TrainingEvent> Trainer::advance() {
  Impl& t = *impl_;
  const TrainConfig& c = t.config;
  const double begin = now_seconds();
  const std::uint64_t first = static_cast<std::uint64_t>(t.step) * c.batch_size;
  t.pool->run(t.micro_batches,
              [&](std::size_t b, std::size_t worker) { t.fill(b, first, c.batch_size, true, t.samples[worker]); });
  std::size_t targets = 0;
  CausalUpdate report;
  for (std::size_t b = 0; b < t.micro_batches; ++b) {
    targets += t.batches[b].target_count();
    report.rows += t.batches[b].rows();
  }
  const float weight = targets == 0 ? 0.0f : 1.0f / static_cast<float>(targets);
  t.pool->run(Optimizer::kLanes, [&](std::size_t lane, std::size_t worker) {
    float* grad = t.optimizer.lane(lane);
    std::memset(grad, 0, t.registry.flat_size * sizeof(float));
    for (std::size_t b = lane; b < t.micro_batches; b += Optimizer::kLanes) {
      t.outcomes[b] = t.passes[worker].forward(*t.network, t.batches[b], weight);
      t.passes[worker].backward(*t.network, t.batches[b], grad);
    }
  });
  BatchOutcome sum;
  for (std::size_t b = 0; b < t.micro_batches; ++b) {
    sum.loss += t.outcomes[b].loss;
    sum.right_targets += t.outcomes[b].right_targets;
    sum.sequences += t.outcomes[b].sequences;
    sum.right_sequences += t.outcomes[b].right_sequences;
  }
  const double norm = t.optimizer.reduce();
  const double count = static_cast<double>(std::max<std::size_t>(1, targets));
  report.loss = sum.loss / count;
  report.token_accuracy = static_cast<double>(sum.right_targets) / count;
  report.sequence_accuracy =
      static_cast<double>(sum.right_sequences) / static_cast<double>(std::max<std::size_t>(1, sum.sequences));
  report.grad_norm = norm;
  report.stage = t.stage;
  report.stage_name = c.stages[t.stage].name;
  if (!std::isfinite(report.loss) || !std::isfinite(norm)) {
    return Error{ErrorCode::diverged, "", "loss",
                 "is not finite at step " + std::to_string(t.step + 1) + " (loss " + std::to_string(report.loss) +
                     ", gradient norm " + std::to_string(norm) + ")",
                 "lower optimizer.lr or optimizer.clip; the last checkpoint holds finite weights"};
  }
  report.lr = c.optimizer.lr * c.factor(t.step + 1);
  t.update(report.lr, norm);
  for (const std::uint64_t digest : t.digests) t.record.digest += digest;
  ++t.step;
  t.seconds += now_seconds() - begin;
  return TrainingEvent{t.step, report};
}

TrainingEvent Trainer::validate() {
  Impl& t = *impl_;
  const TrainConfig& c = t.config;
  const double begin = now_seconds();
  t.pool->run(t.averaged->parts(), [&](std::size_t part, std::size_t) { t.averaged->pack_part(part); });
  const std::size_t parts = (c.validation_samples + c.micro_batch - 1) / c.micro_batch;
  std::vector<std::vector<GroupAccuracy>> groups(t.pool->size(), std::vector<GroupAccuracy>(c.model.vocab_size));
  t.pool->run(parts, [&](std::size_t b, std::size_t worker) {
    const TokenBatch& batch = t.batches[b];
    t.fill(b, 0, c.validation_samples, false, t.samples[worker]);
    t.outcomes[b] = t.passes[worker].forward(*t.averaged, batch, 0.0f);
    std::size_t first = 0;
    for (std::size_t i = 0; i < batch.ends.size(); first = batch.ends[i++]) {
      GroupAccuracy& group = groups[worker][static_cast<std::size_t>(batch.tokens[first])];
      ++group.sequences;
      group.right += t.passes[worker].exact()[i];
    }
  });
  BatchOutcome sum;
  for (std::size_t b = 0; b < parts; ++b) {
    sum.loss += t.outcomes[b].loss;
    sum.targets += t.outcomes[b].targets;
    sum.right_targets += t.outcomes[b].right_targets;
    sum.sequences += t.outcomes[b].sequences;
    sum.right_sequences += t.outcomes[b].right_sequences;
  }
  const Stage& stage = c.stages[t.stage];
  CausalValidation report;
  report.stage = t.stage;
  report.stage_name = stage.name;
  report.encoding = c.encoding;
  report.loss = sum.loss / static_cast<double>(std::max<std::size_t>(1, sum.targets));
  report.token_accuracy =
      static_cast<double>(sum.right_targets) / static_cast<double>(std::max<std::size_t>(1, sum.targets));
  report.sequence_accuracy =
      static_cast<double>(sum.right_sequences) / static_cast<double>(std::max<std::size_t>(1, sum.sequences));
  report.sequences = sum.sequences;
  report.groups = sorted_groups(groups, t.source->vocabulary());
  if (t.stage + 1 < c.stages.size()) {
    const std::size_t spent = t.step - t.stage_start;
    if (report.sequence_accuracy >= stage.advance_at) {
      report.advanced = true;
      report.reason = "validation accuracy reached advance_at";
    } else if (stage.max_steps > 0 && spent >= stage.max_steps) {
      report.advanced = true;
      report.reason = "max_steps of the stage are over";
    }
    if (report.advanced) {
      ++t.stage;
      t.stage_start = t.step;
      t.record.stage_ends.push_back(t.step);
    }
  }
  t.seconds += now_seconds() - begin;
  report.seconds = t.seconds;
  return {t.step, std::move(report)};
}

Status Trainer::save_checkpoint(const std::string& path) const {
  const Impl& t = *impl_;
  JsonWriter progress;
  progress.set("step", t.step);
  progress.set("stage", t.stage);
  progress.set("stage_start", t.stage_start);
  progress.set("seconds", t.seconds);
  for (const auto& [key, value] : t.record.entries()) progress.set(key, value);
  return write_checkpoint(path, kFormat, t.config.canonical(), progress, impl_->arrays());
}

Status Trainer::resume(const std::string& path) {
  Impl& t = *impl_;
  Result<CheckpointReader> file = CheckpointReader::open(path, kFormat, t.config.canonical());
  if (!file.ok()) return file.error();
  JsonObject& progress = file->progress();
  std::size_t step = 0;
  std::size_t stage = 0;
  std::size_t stage_start = 0;
  double seconds = 0;
  for (const char* key : {"step", "stage", "stage_start", "seconds"}) progress.require(key);
  progress.get("step", step, 0, t.config.steps);
  progress.get("stage", stage, 0, t.config.stages.size() - 1);
  progress.get("stage_start", stage_start, 0, t.config.steps);
  progress.get("seconds", seconds, 0.0, 1e12);
  std::map<std::string, std::string> entries;
  for (const char* key : {TrainingRecord::kDigestKey, TrainingRecord::kStageEndsKey}) {
    progress.require(key);
    progress.get(key, entries[key]);
  }
  const std::optional<TrainingRecord> record = TrainingRecord::read(entries);
  if (!record)
    progress.fail(TrainingRecord::kDigestKey, "is no record of training samples", "start again with --restart");
  if (Status s = progress.finish(); !s.ok()) return s;
  const std::vector<CheckpointTensor> arrays = t.arrays();
  if (Status s = file->check(arrays); !s.ok()) return s;
  if (Status s = file->load(arrays); !s.ok()) return s;
  t.step = step;
  t.stage = stage;
  t.stage_start = stage_start;
  t.seconds = seconds;
  t.record = *record;
  t.network->pack();
  return {};
}

Status Trainer::save_model(const std::string& path) const {
  return trm::save_model(path, model());
}

Model Trainer::model() const {
  const Impl& t = *impl_;
  Model out(t.config.model);
  const Buffer<float>& from = t.config.optimizer.ema > 0.0 ? t.optimizer.shadow : t.optimizer.weights;
  std::copy_n(from.data(), t.registry.flat_size, out.weights.data());
  out.vocabulary = t.source->vocabulary();
  std::vector<Mix> mixes;
  for (const Stage& stage : t.config.stages) mixes.push_back(stage.mix);
  out.info = t.source->record(mixes);
  for (const auto& [key, value] : t.record.entries()) out.info[key] = value;
  if (t.config.dtype != simd::WeightType::fp32) out.info[kWeightsField] = simd::weight_type_name(t.config.dtype);
  out.info["name"] = t.config.name;
  out.info["seed"] = std::to_string(t.config.seed);
  out.info["step"] = std::to_string(t.step);
  out.info["ema"] = std::to_string(t.config.optimizer.ema);
  out.info["training_seconds"] = std::to_string(static_cast<std::size_t>(t.seconds));
  out.info["training_config"] = t.config.canonical();
  return out;
}

}  // namespace trm
