// SWI-Prolog as a symbolic baseline: a process of its own that runs a task's program and answers one question at a
// time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/status.h"
#include "engine/sys/helper.h"
#include "tasks/task/task.h"

namespace trm::bench {

/// The path of swipl, by PATH; empty: it is not installed.
std::string find_swipl();

/// The program of a task in a folder of them; empty: it has none.
std::string prolog_program(const std::string& folder, const tasks::Task& task);

/// A prompt as the term that the programs read: "fact 12 3" is fact(12,3), "inorder (5 (3 . 1) 8)" is
/// inorder([5,[3,nil,1],8]), "calc max(3, 4)" is calc(max(3,4)). Programs and stories stay texts, whatever is in them:
/// "value f(7); def f(n): return n" is value("f(7); def f(n): return n").
std::string prolog_term(std::string_view prompt);

class PrologProcess {
 public:
  /// Error: swipl is not installed; the system refuses a process; the program cannot be loaded within 20 seconds; what
  /// runs is no SWI-Prolog.
  static Result<PrologProcess> start(const std::string& program);

  /// What the program answers; a question that it cannot answer gets a text that begins with "!".
  /// Error: the process ended, said nothing for a minute, or something that it was not asked.
  Result<std::string> ask(const std::string& term);
  /// "SWI-Prolog 9.0.4"
  [[nodiscard]] const std::string& version() const { return version_; }
  /// Largest resident set of the process so far. Not ru_maxrss of wait4(): Linux counts in it what this process held
  /// when it forked.
  [[nodiscard]] std::size_t rss_peak_bytes() const;

 private:
  PrologProcess(std::string program, Helper helper) : program_(std::move(program)), helper_(std::move(helper)) {}
  [[nodiscard]] Error failed(const std::string& how) const;
  Result<std::string> ask(const std::string& term, const HelperLimits& limits);

  std::string program_;
  Helper helper_;
  std::string version_;
};

}  // namespace trm::bench
