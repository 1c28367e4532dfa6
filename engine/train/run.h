// The loop of every training: checkpoints, metrics, stopping, resuming.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/sys/output_lock.h"
#include "engine/train/job.h"

namespace trm {

/// Where a training writes checkpoint.safetensors, metrics.jsonl and model.safetensors. Nobody else trains there
/// meanwhile (OutputLock): take it before data are read or made, and two trainings find out at once.
class TrainingDirectory {
 public:
  /// Makes the last folder of `path`, and with `parent` the one that holds it. Error: it cannot be made; another
  /// process trains in it.
  static Result<TrainingDirectory> take(const std::string& path, bool parent = false);
  TrainingDirectory(TrainingDirectory&&) noexcept = default;
  TrainingDirectory& operator=(TrainingDirectory&&) = delete;
  /// Folders that take() made go if they are empty still: a training that never began leaves nothing.
  ~TrainingDirectory();

  [[nodiscard]] std::string checkpoint() const { return path_ + "/checkpoint.safetensors"; }
  [[nodiscard]] std::string metrics() const { return path_ + "/metrics.jsonl"; }
  [[nodiscard]] std::string model() const { return path_ + "/model.safetensors"; }

 private:
  explicit TrainingDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
  std::vector<std::string> made_;  ///< the outer one first
  std::optional<OutputLock> lock_;
};

struct RunOptions {
  bool resume = true;                       ///< continue from the directory's checkpoint if there is one
  const std::atomic<bool>* stop = nullptr;  ///< set by a signal handler: checkpoint and return
  std::function<void(const TrainingEvent&)> on_event;
};

/// true: finished; false: stopped early, resumable. Error: those of the job; a file cannot be read or written.
Result<bool> run_training(TrainingJob& job, const TrainingDirectory& directory, const RunOptions& options = {});

}  // namespace trm
