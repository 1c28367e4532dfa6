// What the outer loop of training needs of a trainer, and the loop: checkpoints, metrics, stopping, resuming.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>

#include "engine/base/status.h"

namespace trm {

class TrainingJob {
 public:
  virtual ~TrainingJob() = default;
  [[nodiscard]] virtual bool finished() const = 0;
  [[nodiscard]] virtual std::size_t step() const = 0;  ///< updates done
  /// One update. Its metrics as one line of JSON, with "step".
  virtual Result<std::string> advance() = 0;
  [[nodiscard]] virtual bool validation_due() const = 0;
  virtual std::string validate() = 0;
  [[nodiscard]] virtual bool checkpoint_due() const = 0;
  /// Atomic.
  [[nodiscard]] virtual Status save_checkpoint(const std::string& path) const = 0;
  virtual Status resume(const std::string& path) = 0;
  [[nodiscard]] virtual Status save_model(const std::string& path) const = 0;
};

struct RunOptions {
  std::string directory;  ///< checkpoint.safetensors, metrics.jsonl, model.safetensors are written here
  bool resume = true;     ///< continue from the directory's checkpoint if there is one
  const std::atomic<bool>* stop = nullptr;  ///< set by a signal handler: checkpoint and return
};

/// true: finished; false: stopped early, resumable. Error: also when another process trains in the directory, which is
/// locked meanwhile (OutputLock).
Result<bool> run_training(TrainingJob& job, const RunOptions& options);

}  // namespace trm
