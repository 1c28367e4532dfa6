// A program that works for this one, such as gnuplot or swipl: bounded in time and output, and ended together with all
// that it started.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/sys/file_descriptor.h"

namespace trm {

struct HelperCommand {
  std::vector<std::string> words;        ///< the program, by its path or as PATH has it, and its arguments
  std::vector<std::string> environment;  ///< "NAME=value" each; empty: that of this process
};

struct HelperLimits {
  std::chrono::milliseconds time;
  std::size_t output_bytes;
};

/// A running helper. A keeper process stands between it and this one: when this object goes, or this process ends in
/// whatever way, the helper and every process that it started are killed, those that left its process group, too.
/// Standard input and output of the helper are this object's, what it writes to standard error vanishes. It does not
/// hear the interrupt key of this program's terminal. May be started from a process with threads, whose standard
/// streams may be closed.
class Helper {
 public:
  /// Error (unsupported): there is no such program, or the system refuses a process.
  static Result<Helper> start(const HelperCommand& command);
  Helper(Helper&& other) noexcept;
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;
  Helper& operator=(Helper&&) = delete;
  /// Waits until all processes of the helper are gone.
  ~Helper();

  /// Sends `text` and waits for one line, which comes back without its end. Error (io): none within the limits, the
  /// helper ended or closed its output, or it had printed something before it was asked.
  Result<std::string> ask(std::string_view text, const HelperLimits& limits);
  /// Sends `text` and the end of input, and waits for the end of the helper. Everything that it printed. Error (io):
  /// not within the limits; its exit status is not 0.
  Result<std::string> finish(std::string_view text, const HelperLimits& limits);

  /// Number of the helper's process.
  [[nodiscard]] int process() const { return process_; }

 private:
  using Clock = std::chrono::steady_clock;
  Helper(std::string name, pid_t keeper, FileDescriptor control, FileDescriptor input, FileDescriptor output)
      : name_(std::move(name)),
        keeper_(keeper),
        control_(std::move(control)),
        input_(std::move(input)),
        output_(std::move(output)) {}

  /// Sends and receives what can be without waiting, or else waits until something can, at most until `deadline`.
  void exchange(std::string_view& unsent, Clock::time_point deadline);
  /// Takes what the helper has printed. False: nothing is there.
  bool receive();
  /// Waits for the news that the helper ended, at most until `deadline`.
  void wait_for_end(Clock::time_point deadline);
  void hear_keeper();
  [[nodiscard]] Error failed(const std::string& how) const;
  /// "ended with status 3"
  [[nodiscard]] std::string how_it_ended() const;

  std::string name_;
  pid_t keeper_;
  FileDescriptor control_;  ///< to the keeper
  FileDescriptor input_;    ///< the helper's standard input
  FileDescriptor output_;   ///< its standard output
  int process_ = -1;
  std::string unread_;
  bool output_over_ = false;
  bool ended_ = false;
  int status_ = 0;  ///< as of waitpid(), once it ended
};

/// What helps where the system refused a process or a descriptor with this error number; empty: nothing is known.
std::string refused_process_fix(int error);

}  // namespace trm
