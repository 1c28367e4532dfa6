// Trains a puzzle model by deep supervision: exact resume, the same bits for any number of threads.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "engine/base/status.h"
#include "engine/train/canvas_source.h"
#include "engine/train/canvas_train_config.h"
#include "engine/train/job.h"

namespace trm {

class CanvasTrainer final : public TrainingJob {
 public:
  /// `source` and `pool` must outlive the trainer. Error: configuration and source contradict one another; linear
  /// layers of this type cannot be trained.
  static Result<std::unique_ptr<CanvasTrainer>> create(const CanvasTrainConfig& config, CanvasSource& source,
                                                       ThreadPool& pool, const simd::Kernels<float>& kernels);
  ~CanvasTrainer() override;

  [[nodiscard]] const CanvasTrainConfig& plan() const override;
  [[nodiscard]] std::size_t step() const override;
  /// Reports a CanvasUpdate.
  Result<TrainingEvent> advance() override;
  /// Reports a CanvasValidation.
  TrainingEvent validate() override;
  /// Weights, moments, average, puzzle table, the carry of every slot and the place in the data.
  [[nodiscard]] Status save_checkpoint(const std::string& path) const override;
  Status resume(const std::string& path) override;
  /// With the live puzzle table, as published.
  [[nodiscard]] Status save_model(const std::string& path) const override;

 private:
  struct Impl;
  explicit CanvasTrainer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace trm
