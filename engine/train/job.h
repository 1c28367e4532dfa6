// A training of any kind of model, as the loop (run.h) sees it.
#pragma once

#include <cstddef>
#include <string>

#include "engine/base/status.h"
#include "engine/train/event.h"
#include "engine/train/plan.h"

namespace trm {

class TrainingJob {
 public:
  virtual ~TrainingJob() = default;
  [[nodiscard]] virtual const TrainingPlan& plan() const = 0;
  [[nodiscard]] virtual std::size_t step() const = 0;  ///< updates done

  /// One update. Error (diverged): loss or gradient is not finite; the weights are those before.
  virtual Result<TrainingEvent> advance() = 0;
  /// The averaged weights on samples that are held out.
  virtual TrainingEvent validate() = 0;

  /// Everything that resume() needs, atomically. resume() continues with the same bits as a run that never stopped.
  [[nodiscard]] virtual Status save_checkpoint(const std::string& path) const = 0;
  /// Error: the file is damaged or belongs to another configuration (names the first differing field).
  virtual Status resume(const std::string& path) = 0;
  /// The averaged weights (the live ones without EMA), atomically.
  [[nodiscard]] virtual Status save_model(const std::string& path) const = 0;

  [[nodiscard]] bool finished() const { return step() >= plan().steps; }
  /// After an update whose number is a multiple of validate_every, and after the last.
  [[nodiscard]] bool validation_due() const {
    return step() > 0 && (step() % plan().validate_every == 0 || finished());
  }
  [[nodiscard]] bool checkpoint_due() const { return step() % plan().checkpoint_every == 0; }
};

}  // namespace trm
