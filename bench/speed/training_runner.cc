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
    const Result<CanvasStepReport> report = learner_.step(puzzles_, min_steps_, 1.0);
    return report.ok() ? Status{} : Status{report.error()};
  }

 private:
  CanvasLearner learner_;
  CanvasBatch puzzles_;
  std::vector<std::int32_t> min_steps_;
};

}  // namespace

Result<std::unique_ptr<Runner>> make_training_runner(const RandomModel& model, std::size_t batch, std::uint64_t seed,
                                                     const simd::Kernels<float>& kernels, ThreadPool& pool) {
  const CanvasLearner::Batches batches{batch, samples_per_pass(model.config), 1};
  Result<CanvasLearner> learner = CanvasLearner::create(model.config, published_optimizer(), batches, pool, kernels);
  if (!learner.ok()) return learner.error();
  return std::unique_ptr<Runner>(std::make_unique<TrainingRunner>(model, batch, seed, *std::move(learner)));
}

}  // namespace trm::bench
