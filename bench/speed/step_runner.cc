#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include "bench/speed/random_puzzles.h"
#include "bench/speed/runner.h"
#include "engine/infer/canvas_stepper.h"

namespace trm::bench {
namespace {

class StepRunner final : public Runner {
 public:
  StepRunner(const SpeedWorkload& workload, std::uint64_t seed, const simd::Kernels<float>& kernels)
      : registry_(workload.model),
        weights_(random_weights(registry_, seed)),
        network_(workload.model, registry_, weights_.data(), kernels, Purpose::inference),
        carry_(network_, workload.batch),
        output_(workload.model, workload.batch),
        slots_(workload.batch) {
    std::iota(slots_.begin(), slots_.end(), std::size_t{0});
    carry_.refill(network_, random_puzzles(workload.model, workload.batch, seed));
  }

  Status create(ThreadPool& pool) {
    Result<CanvasStepper<float>> stepper = CanvasStepper<float>::create(network_, {}, pool);
    if (!stepper.ok()) return stepper.error();
    stepper_.emplace(*std::move(stepper));
    threads_ = pool.size();
    return {};
  }

  Result<double> warm_up() override {
    // Each worker takes its share at once, as in a whole run.
    const std::size_t most = threads_ * samples_per_pass(network_.config());
    const std::size_t part = std::min(most, slots_.size());
    stepper_->step(carry_, std::span(slots_).first(part), output_);
    return static_cast<double>(slots_.size()) / static_cast<double>(part);
  }

  Status run() override {
    stepper_->step(carry_, slots_, output_);
    return {};
  }

 private:
  Registry registry_;
  Buffer<float> weights_;
  CanvasNetwork<float> network_;
  Carry<float> carry_;
  CanvasOutput<float> output_;
  std::vector<std::size_t> slots_;
  std::optional<CanvasStepper<float>> stepper_;
  std::size_t threads_ = 1;
};

}  // namespace

Result<std::unique_ptr<Runner>> make_step_runner(const SpeedWorkload& workload, std::uint64_t seed,
                                                 const simd::Kernels<float>& kernels, ThreadPool& pool) {
  if (Status s = workload.model.validate(); !s.ok()) return s.error();
  auto out = std::make_unique<StepRunner>(workload, seed, kernels);
  if (Status s = out->create(pool); !s.ok()) return s.error();
  return std::unique_ptr<Runner>(std::move(out));
}

}  // namespace trm::bench
