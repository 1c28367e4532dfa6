// Runs a program with right frames alone, one after another, without the engine: as a perfect model would on a simple
// recursion machine. It is the oracle for training and for the machine; CPython is the oracle for it.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

#include "engine/base/status.h"
#include "tasks/interpreter/writer.h"

namespace trm::tasks::interpreter {

/// A program as streams. An item -(i + 1) stands for stream i as a part. Stream 0 is the expression that is asked.
using Streams = std::vector<Tokens>;

struct RightRunOptions {
  std::size_t max_frames = std::numeric_limits<std::size_t>::max();
  std::size_t max_depth = 2000;  ///< frames on one stack; each takes some 2 KB of the thread's stack
  /// Every frame in the order in which they ended, with the callee's frames before it.
  std::function<void(const Frame&)> watch;
};

struct RightRun {
  enum class Outcome : std::uint8_t {
    returned,
    raised,   ///< value: the error
    endless,  ///< a call with the arguments of one that had not returned
    gave_up,  ///< a limit
  };
  Outcome outcome = Outcome::gave_up;
  /// A data token as it is; a part as its contents and a ; behind them.
  Tokens value;
  std::vector<Tokens> printed;
  std::size_t frames = 0, calls = 0, own_tokens = 0, fed_tokens = 0, longest = 0, depth = 0;
};

/// Error: no right frame can go on, or one names what it does not have.
Result<RightRun> run_right(const Streams& program, const RightRunOptions& options = {});

}  // namespace trm::tasks::interpreter
