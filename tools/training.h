// What the trainings of trm train share: stopping by signal, and the bar of a run.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string_view>

namespace trm::cli {

/// From now on an interrupt or a request to end sets the flag instead of ending the program.
const std::atomic<bool>& stop_on_signals();

/// A bar on standard error that redraws itself; nothing where that is no terminal.
class TrainingBar {
 public:
  /// steps: of the whole run; first: steps done before this session.
  TrainingBar(std::size_t steps, std::size_t first) : steps_(steps), first_(first), begin_(Clock::now()) {}

  /// Is it time to draw after this step?
  [[nodiscard]] bool due(std::size_t step);
  /// "[###...] step/steps  status  3.2 steps/s  rates 10 s left"
  void draw(std::size_t step, std::string_view status, std::string_view rates);
  /// Makes room for a line; a drawn bar is gone then.
  void clear() const;
  /// Leaves the bar as it stands.
  void finish() const;
  /// Since the bar was made.
  [[nodiscard]] double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;
  std::size_t steps_, first_;
  Clock::time_point begin_, drawn_{};
  bool drew_ = false;
};

}  // namespace trm::cli
