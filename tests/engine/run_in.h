// Trains in a directory as a program does.
#pragma once

#include <string>

#include "engine/train/run.h"

namespace trm::test {

inline Result<bool> run_in(const std::string& directory, TrainingJob& job, const RunOptions& options = {}) {
  const Result<TrainingDirectory> taken = TrainingDirectory::take(directory);
  if (!taken.ok()) return taken.error();
  return run_training(job, *taken, options);
}

}  // namespace trm::test
