// What a person sees of a running training.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/train/job.h"
#include "tools/progress.h"

namespace trm::cli {

/// A bar that redraws itself on a terminal, a line per validation elsewhere.
class TrainingProgress {
 public:
  /// `plan` must outlive it. first: updates done before this session.
  TrainingProgress(const TrainingPlan& plan, std::size_t first) : plan_(plan), bar_("steps", first) {}

  void show(const TrainingEvent& event);
  /// Leaves the bar as it stands.
  void finish() { bar_.finish(); }

 private:
  void show(std::size_t step, const CausalUpdate& update);
  void show(std::size_t step, const CausalValidation& validation);
  void show(std::size_t step, const CanvasUpdate& update);
  void show(std::size_t step, const CanvasValidation& validation);
  /// Of the updates, smoothed.
  void add_loss(double loss) { loss_ = loss_ == 0.0 ? loss : 0.95 * loss_ + 0.05 * loss; }

  const TrainingPlan& plan_;
  ProgressBar bar_;
  double loss_ = 0;
  std::size_t rows_ = 0;  ///< tokens of this session
  CanvasMetrics halted_;  ///< puzzles since the last validation
};

/// What a causal model learns: frames, traces or answers.
std::string samples_name(std::string_view encoding);

}  // namespace trm::cli
