// Training of a causal model as a job of the outer loop.
#include "engine/json/json_object.h"
#include "engine/train/job.h"
#include "engine/train/trainer.h"

namespace trm {

namespace {

std::string step_line(const StepReport& r) {
  JsonWriter out;
  out.set("kind", "train");
  out.set("step", r.step);
  out.set("stage", r.stage);
  out.set("loss", r.loss);
  out.set("token_accuracy", r.token_accuracy);
  out.set("sequence_accuracy", r.sequence_accuracy);
  out.set("grad_norm", r.grad_norm);
  out.set("lr", r.lr);
  out.set("rows", r.rows);
  return out.text(true);
}

std::string validation_line(const ValidationReport& r, double seconds) {
  JsonWriter out;
  out.set("kind", "validation");
  out.set("step", r.step);
  out.set("stage", r.stage);
  out.set("loss", r.loss);
  out.set("token_accuracy", r.token_accuracy);
  out.set("sequence_accuracy", r.sequence_accuracy);
  out.set("sequences", r.sequences);
  out.set("seconds", seconds);
  if (r.advanced) out.set("advanced", r.reason);
  return out.text(true);
}

class CausalJob : public TrainingJob {
 public:
  CausalJob(Trainer& trainer, const TrainConfig& config, const TrainingRun& run)
      : trainer_(&trainer), config_(&config), run_(&run) {}

  [[nodiscard]] bool finished() const override { return trainer_->finished(); }
  [[nodiscard]] std::size_t step() const override { return trainer_->step(); }
  Result<std::string> advance() override {
    const Result<StepReport> report = trainer_->advance();
    if (!report.ok()) return report.error();
    if (run_->on_step) run_->on_step(*report);
    return step_line(*report);
  }
  [[nodiscard]] bool validation_due() const override { return trainer_->validation_due(); }
  std::string validate() override {
    const ValidationReport report = trainer_->validate();
    if (run_->on_validation) run_->on_validation(report);
    return validation_line(report, trainer_->seconds());
  }
  [[nodiscard]] bool checkpoint_due() const override { return trainer_->step() % config_->checkpoint_every == 0; }
  [[nodiscard]] Status save_checkpoint(const std::string& path) const override {
    return trainer_->save_checkpoint(path);
  }
  Status resume(const std::string& path) override { return trainer_->resume(path); }
  [[nodiscard]] Status save_model(const std::string& path) const override {
    return trm::save_model(path, trainer_->model());
  }

 private:
  Trainer* trainer_;
  const TrainConfig* config_;
  const TrainingRun* run_;
};

}  // namespace

Result<bool> train(Trainer& trainer, const TrainConfig& config, const TrainingRun& run) {
  CausalJob job(trainer, config, run);
  return run_training(job, {run.directory, run.resume, run.stop});
}

}  // namespace trm
