// Trains a causal model: curriculum stages, exact resume, the same bits for any number of threads.
//
// A step: the batch is cut into micro-batches; micro-batch m belongs to gradient lane m mod 8; a lane adds up its
// micro-batches in order; lanes are added in order. The threads share lanes, so their number does not touch the sums.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "engine/base/status.h"
#include "engine/store/model_file.h"
#include "engine/sys/thread_pool.h"
#include "engine/train/config.h"
#include "simd/kernels.h"

namespace trm {

struct StepReport {
  std::size_t step = 0;  ///< updates done
  std::size_t stage = 0;
  double loss = 0;  ///< mean over targets
  double token_accuracy = 0;
  double sequence_accuracy = 0;
  double grad_norm = 0;  ///< before clipping
  double lr = 0;
  std::size_t rows = 0;  ///< tokens that went through the network
};

/// Sequences that begin with the same token: those of one function, say.
struct GroupAccuracy {
  std::int32_t first_token = 0;
  std::size_t right = 0, sequences = 0;
};

struct ValidationReport {
  std::size_t step = 0, stage = 0;
  double loss = 0, token_accuracy = 0;
  double sequence_accuracy = 0;  ///< exact sequences of the averaged weights on held-out samples
  std::size_t sequences = 0;
  std::vector<GroupAccuracy> groups;  ///< the weakest first; equal ones by token
  bool advanced = false;              ///< the stage ended here
  std::string reason;                 ///< why it advanced
};

class Trainer {
 public:
  /// `source` and `pool` must outlive the trainer. Error: configuration and source contradict one another.
  static Result<Trainer> create(const TrainConfig& config, const SampleSource& source, ThreadPool& pool,
                                const simd::Kernels<float>& kernels);
  Trainer(Trainer&&) noexcept;
  Trainer& operator=(Trainer&&) noexcept;
  ~Trainer();

  [[nodiscard]] bool finished() const;
  [[nodiscard]] std::size_t step() const;
  [[nodiscard]] double seconds() const;  ///< spent in step() and validate() over all sessions of the run

  /// One update. Error (diverged): the loss or gradient is not finite; the weights are those before the step.
  Result<StepReport> advance();
  /// Due after an update whose number is a multiple of validate_every, and after the last; may end the stage.
  [[nodiscard]] bool validation_due() const;
  ValidationReport validate();

  /// Everything that resume() needs, atomically. resume() continues with the same bits as a run that never stopped.
  Status save_checkpoint(const std::string& path) const;
  /// Error: the file is damaged or belongs to another configuration (names the first differing field).
  Status resume(const std::string& path);
  /// The averaged weights (the live ones without EMA) as a model file.
  [[nodiscard]] Model model() const;

  [[nodiscard]] std::size_t arena_bytes() const;

 private:
  struct Impl;
  explicit Trainer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct TrainingRun {
  std::string directory;  ///< checkpoint.safetensors, metrics.jsonl, model.safetensors are written here
  bool resume = true;     ///< continue from the directory's checkpoint if there is one
  const std::atomic<bool>* stop = nullptr;  ///< set by a signal handler: checkpoint and return
  std::function<void(const StepReport&)> on_step;
  std::function<void(const ValidationReport&)> on_validation;
};

/// The whole run with checkpoints and metrics. true: finished; false: stopped early, resumable.
Result<bool> train(Trainer& trainer, const TrainConfig& config, const TrainingRun& run);

}  // namespace trm
