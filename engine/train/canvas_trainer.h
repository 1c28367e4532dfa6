// Trains a puzzle model by deep supervision: exact resume, the same bits for any number of threads.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "engine/base/status.h"
#include "engine/infer/canvas_eval.h"
#include "engine/train/canvas_source.h"
#include "engine/train/canvas_train_config.h"
#include "engine/train/job.h"

namespace trm {

struct CanvasProgress {
  std::size_t step = 0;
  double lr = 0;
  CanvasStepReport report;  ///< of this update; losses are sums over the batch
};

struct CanvasValidation {
  std::size_t step = 0;
  double seconds = 0;
  CanvasScores scores;
};

class CanvasTrainer : public TrainingJob {
 public:
  /// `source` and `pool` must outlive the trainer.
  static Result<std::unique_ptr<CanvasTrainer>> create(const CanvasTrainConfig& config, CanvasSource& source,
                                                       ThreadPool& pool, const simd::Kernels<float>& kernels);
  ~CanvasTrainer() override;

  std::function<void(const CanvasProgress&)> on_step;
  std::function<void(const CanvasValidation&)> on_validation;

  [[nodiscard]] bool finished() const override;
  [[nodiscard]] std::size_t step() const override;
  Result<std::string> advance() override;
  [[nodiscard]] bool validation_due() const override;
  /// The averaged weights on the source's validation puzzles.
  std::string validate() override;
  [[nodiscard]] bool checkpoint_due() const override;
  /// Weights, moments, average, puzzle table, the carry of every slot and the place in the data.
  [[nodiscard]] Status save_checkpoint(const std::string& path) const override;
  Status resume(const std::string& path) override;
  /// The averaged weights (the live ones without EMA) with the live puzzle table, as published.
  [[nodiscard]] Status save_model(const std::string& path) const override;

 private:
  struct Impl;
  explicit CanvasTrainer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace trm
