// Gathers what a program does for the page that shows it: its calls, and what the model wrote for each of them.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "engine/machine/machine.h"
#include "engine/pass/causal.h"
#include "reports/program_page.h"
#include "tasks/ask/frame_scorer.h"
#include "tasks/ask/program_log.h"

namespace trm::cli {

/// Must stay where it is as long as the log and the observer live.
class PageRecorder {
 public:
  /// question must outlive it.
  explicit PageRecorder(const tasks::ProgramQuestion& question) : question_(question) {}

  /// Hears of the calls of a log, besides whoever hears of them so far.
  void listen(tasks::ProgramLog& log);
  /// What the machine tells the log, and of frames this recorder.
  [[nodiscard]] MachineObserver observer(MachineObserver log);
  /// The page of the calls, with what the network thinks of the tokens of the first frames. Error: as
  /// FrameScorer::score().
  Result<reports::ProgramPage> page(const CausalNetwork<float>& network) &&;

 private:
  struct Open {
    std::size_t frame, at;  ///< id, place of its call in the list
  };

  void begin(const tasks::ProgramCall& call);
  void end(const tasks::ProgramCall& call, const std::string& value);
  [[nodiscard]] reports::ProgramPageFrame shown(std::size_t i, const std::vector<tasks::TokenScore>& scores) const;

  const tasks::ProgramQuestion& question_;
  reports::ProgramPage page_;
  std::vector<Open> open_;
  std::map<std::size_t, std::size_t> calls_of_;  ///< of frames: the place of the call that they work for
  std::vector<tasks::Frame> frames_;
  std::vector<Open> of_frames_;
};

}  // namespace trm::cli
