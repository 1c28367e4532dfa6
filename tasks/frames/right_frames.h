// Answers a question with right frames alone, one call after another, without the engine: as a perfect model would on a
// simple recursion machine. Tests compare the real machine with it, and sequences without a machine are made from it.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "engine/base/status.h"
#include "tasks/frames/frame.h"

namespace trm::tasks {

struct RightRunOptions {
  bool keep_frames = false;
  bool keep_trace = false;
  std::size_t max_frames = std::numeric_limits<std::size_t>::max();
  std::size_t max_tokens = std::numeric_limits<std::size_t>::max();  ///< of all frames, without their prompts
};

struct RightRun {
  Tokens value;  ///< what the first frame returned, the contents of a stream
  /// The prompt of a frame that was called while it ran already: it would never end, and the run stopped there. Empty:
  /// there was none.
  Tokens repeated;
  std::size_t frames = 0, own_tokens = 0, longest = 0, depth = 0;
  std::vector<Frame> kept;  ///< in the order in which they returned
  /// What the first frame writes and is given after its prompt; behind the END of every CALL and SPAWN the same of the
  /// frame that it opens; END alone in its place if that one is `repeated`, and the trace ends.
  Tokens trace;
};

/// Nothing: it would take more frames or tokens. Error: no right frame can go on, or one names what it does not have.
Result<std::optional<RightRun>> run_right_frames(const Question& question, const RightRunOptions& options = {});

/// Are more than `frames` right frames opened for the question when equal calls are not remembered? False also where
/// a stack of `depth` frames does not tell: about 2 KB of the thread's stack are taken for each. Some 3 us a frame.
bool needs_more_frames(const Question& question, std::size_t frames, std::size_t depth);

}  // namespace trm::tasks
