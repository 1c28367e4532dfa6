#include <utility>

#include "bench/speed/random_puzzles.h"
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
  TrainingRunner(const SpeedWorkload& workload, std::uint64_t seed, CanvasLearner learner)
      : learner_(std::move(learner)),
        puzzles_(random_puzzles(workload.model, workload.batch, seed)),
        min_steps_(workload.batch) {
    initialise(learner_.registry(), seed, learner_.optimizer().weights.span());
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

Result<std::unique_ptr<Runner>> make_training_runner(const SpeedWorkload& workload, std::uint64_t seed,
                                                     const simd::Kernels<float>& kernels, ThreadPool& pool) {
  Result<CanvasLearner> learner = CanvasLearner::create(
      workload.model, published_optimizer(), {workload.batch, samples_per_pass(workload.model), 1}, pool, kernels);
  if (!learner.ok()) return learner.error();
  return std::unique_ptr<Runner>(std::make_unique<TrainingRunner>(workload, seed, *std::move(learner)));
}

}  // namespace trm::bench
