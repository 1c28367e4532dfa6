// What a program did: the calls of its functions, as the recursion machine saw them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/machine/machine.h"
#include "tasks/ask/ending.h"
#include "tasks/ask/program_question.h"

namespace trm::tasks {

/// A call that began.
struct ProgramCall {
  std::size_t frame = 0;     ///< id
  std::size_t function = 0;  ///< index in Program::functions
  std::size_t level = 0;     ///< depth of its frame
  std::size_t depth = 0;     ///< calls that have not returned and wait for it
  std::string text;          ///< "f(3, [1])"
  bool by_memo = false;
};

/// Follows the calls of one question, which the machine runs frame by frame (concurrency 1, or as they come).
class ProgramLog {
 public:
  /// question must outlive the log. keep: all calls are remembered, otherwise the last few.
  ProgramLog(const ProgramQuestion& question, bool keep) : question_(question), keep_(keep) {}

  /// For the machine. The log must stay where it is as long as the observer lives.
  [[nodiscard]] MachineObserver observer();
  using Began = std::function<void(const ProgramCall&)>;
  using Returned = std::function<void(const ProgramCall&, const std::string& value)>;
  /// Told of each call as it begins and as it returns, with its value, behind those that listen already.
  void listen(Began began, Returned returned);

  /// Calls of written functions.
  [[nodiscard]] std::size_t calls() const { return calls_; }
  /// In the order in which they began: all calls of written functions, or the last ones.
  [[nodiscard]] const std::deque<ProgramCall>& list() const { return list_; }
  /// Calls that wait, and the one that runs, the outermost first; the last ones where they are many.
  [[nodiscard]] std::vector<ProgramCall> open() const;
  /// A call as text: from its function and environment.
  [[nodiscard]] std::string text_of(std::size_t function,
                                    const std::vector<std::vector<std::int32_t>>& environment) const;
  [[nodiscard]] std::optional<std::size_t> function_of(std::size_t stream) const;

  /// Set to true as soon as the calls show no sign of an end, where it is asked whether they end.
  std::atomic<bool>* stop = nullptr;
  /// Why there is no sign of an end, as far as the calls say. This is no proof.
  [[nodiscard]] const std::optional<std::string>& no_sign() const { return no_sign_; }

 private:
  void begin(std::size_t frame, std::size_t depth, const CallView& call, bool by_memo);
  CallChain watch(const ProgramCall& call, const CallChain* before,
                  const std::vector<std::vector<std::int32_t>>& environment);

  const ProgramQuestion& question_;
  bool keep_;
  std::vector<std::pair<Began, Returned>> listeners_;
  std::size_t calls_ = 0;
  std::deque<ProgramCall> list_;
  std::vector<ProgramCall> open_;
  std::unique_ptr<Ending> ending_;
  using Chains = std::map<std::size_t, CallChain>;
  struct OpenChain {
    CallChain own;
    Chains replaced;  ///< of the calls that gave it their place, by their functions
  };
  std::vector<OpenChain> chains_;  ///< of the open calls
  std::optional<std::string> no_sign_;
};

/// The answer in words. Error: there is none; says why, and what a person can do.
struct ProgramAnswer {
  std::vector<std::string> printed;  ///< lines
  std::string text;                  ///< the value as repr() writes it, the name of an error, "yes", ...
  bool raised = false;
  bool undecided = false;  ///< nobody knows whether it ends: the text says what was seen
};
Result<ProgramAnswer> program_answer(const ProgramQuestion& question, const Answer& answer, const ProgramLog& log,
                                     const MachineOptions& options);

}  // namespace trm::tasks
