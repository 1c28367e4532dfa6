#include <algorithm>
#include <utility>

#include "bench/speed/runner.h"
#include "engine/infer/canvas_stepper.h"
#include "engine/train/canvas_learner.h"

namespace trm::bench {
namespace {

CanvasOptimizerConfig published_optimizer() {
  CanvasOptimizerConfig out;
  out.network.kind = OptimizerKind::adam_atan2;
  out.network.lr = 1e-4;
  out.network.clip = 0;
  return out;
}

class TrainingRunner final : public Runner {
 public:
  TrainingRunner(const RandomModel& model, std::size_t batch, std::uint64_t seed, CanvasLearner learner)
      : learner_(std::move(learner)), puzzles_(random_puzzles(model.config, batch, seed)), min_steps_(batch) {
    std::ranges::copy(model.weights.span(), learner_.optimizer().weights.data());
    learner_.start();
  }

  Result<double> warm_up() override {
    if (Status s = run(); !s.ok()) return s.error();
    return 1.0;
  }

  Status run() override {
    const Result<CanvasStepReport> report = step();
    return report.ok() ? Status{} : Status{report.error()};
  }

  Result<CanvasStepReport> step() { return learner_.step(puzzles_, min_steps_, 1.0); }

 private:
  CanvasLearner learner_;
  CanvasBatch puzzles_;
  std::vector<std::int32_t> min_steps_;
};

Result<TrainingRunner> make_training(const RandomModel& model, std::size_t batch, std::uint64_t seed,
                                     const simd::Kernels<float>& kernels, ThreadPool& pool) {
  const CanvasLearner::Batches batches{batch, samples_per_pass(model.config), 1};
  Result<CanvasLearner> learner = CanvasLearner::create(model.config, published_optimizer(), batches, pool, kernels);
  if (!learner.ok()) return learner.error();
  return TrainingRunner(model, batch, seed, *std::move(learner));
}

}  // namespace

Result<std::unique_ptr<Runner>> make_training_runner(const RandomModel& model, std::size_t batch, std::uint64_t seed,
                                                     const simd::Kernels<float>& kernels, ThreadPool& pool) {
  Result<TrainingRunner> made = make_training(model, batch, seed, kernels, pool);
  if (!made.ok()) return made.error();
  return std::unique_ptr<Runner>(std::make_unique<TrainingRunner>(*std::move(made)));
}

Result<FirstUpdate> first_update(const RandomModel& model, std::size_t batch, std::uint64_t seed,
                                 const simd::Kernels<float>& kernels, ThreadPool& pool) {
  Result<TrainingRunner> made = make_training(model, batch, seed, kernels, pool);
  if (!made.ok()) return made.error();
  const Result<CanvasStepReport> report = made->step();
  if (!report.ok()) return report.error();
  return FirstUpdate{report->loss, report->grad_norm};
}

}  // namespace trm::bench
