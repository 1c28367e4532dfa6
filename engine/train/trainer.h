// Trains a causal model: curriculum stages, exact resume, the same bits for any number of threads.
//
// A step: the batch is cut into micro-batches; micro-batch m belongs to gradient lane m mod 8; a lane adds up its
// micro-batches in order; lanes are added in order. The threads share lanes, so their number does not touch the sums.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "engine/base/status.h"
#include "engine/store/model_file.h"
#include "engine/sys/thread_pool.h"
#include "engine/train/config.h"
#include "engine/train/job.h"
#include "simd/kernels.h"

namespace trm {

class Trainer final : public TrainingJob {
 public:
  /// `source` and `pool` must outlive the trainer. Error: configuration and source contradict one another;
  /// linear layers of this type cannot be trained.
  static Result<Trainer> create(const TrainConfig& config, const SampleSource& source, ThreadPool& pool,
                                const simd::Kernels<float>& kernels);
  Trainer(Trainer&&) noexcept;
  Trainer& operator=(Trainer&&) noexcept;
  ~Trainer() override;

  [[nodiscard]] const TrainConfig& plan() const override;
  [[nodiscard]] std::size_t step() const override;
  /// Reports a CausalUpdate.
  Result<TrainingEvent> advance() override;
  /// Reports a CausalValidation; may end the stage.
  TrainingEvent validate() override;
  [[nodiscard]] Status save_checkpoint(const std::string& path) const override;
  Status resume(const std::string& path) override;
  [[nodiscard]] Status save_model(const std::string& path) const override;
  /// What save_model() writes.
  [[nodiscard]] Model model() const;

 private:
  struct Impl;
  explicit Trainer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace trm
