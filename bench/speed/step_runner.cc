#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include "bench/speed/runner.h"
#include "engine/infer/canvas_stepper.h"

namespace trm::bench {
namespace {

class StepRunner final : public Runner {
 public:
  StepRunner(std::shared_ptr<const RandomModel> model, std::size_t batch, std::uint64_t seed,
             const simd::Kernels<float>& kernels)
      : model_(std::move(model)),
        network_(model_->config, model_->registry, model_->weights.data(), kernels, Purpose::inference),
        carry_(network_, batch),
        output_(model_->config, batch),
        slots_(batch) {
    std::iota(slots_.begin(), slots_.end(), std::size_t{0});
    carry_.refill(network_, random_puzzles(model_->config, batch, seed));
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

  [[nodiscard]] std::span<const float> logits() const { return output_.logits.span(); }

 private:
  std::shared_ptr<const RandomModel> model_;
  CanvasNetwork<float> network_;
  Carry<float> carry_;
  CanvasOutput<float> output_;
  std::vector<std::size_t> slots_;
  std::optional<CanvasStepper<float>> stepper_;
  std::size_t threads_ = 1;
};

}  // namespace

Result<std::unique_ptr<Runner>> make_step_runner(std::shared_ptr<const RandomModel> model, std::size_t batch,
                                                 std::uint64_t seed, const simd::Kernels<float>& kernels,
                                                 ThreadPool& pool) {
  auto out = std::make_unique<StepRunner>(std::move(model), batch, seed, kernels);
  if (Status s = out->create(pool); !s.ok()) return s.error();
  return std::unique_ptr<Runner>(std::move(out));
}

Result<std::vector<float>> first_logits(std::shared_ptr<const RandomModel> model, std::size_t batch, std::uint64_t seed,
                                        const simd::Kernels<float>& kernels, ThreadPool& pool) {
  StepRunner runner(std::move(model), batch, seed, kernels);
  if (Status s = runner.create(pool); !s.ok()) return s.error();
  if (Status s = runner.run(); !s.ok()) return s.error();
  return std::vector<float>(runner.logits().begin(), runner.logits().end());
}

}  // namespace trm::bench
