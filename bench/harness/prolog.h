// SWI-Prolog as a symbolic baseline: a process of its own that runs a task's program and answers one question at a
// time.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "tasks/task.h"

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
  /// Error: swipl is not installed; the system refuses a process; the program cannot be loaded.
  static Result<PrologProcess> start(const std::string& program);
  PrologProcess(PrologProcess&& other) noexcept;
  PrologProcess& operator=(PrologProcess&&) = delete;
  ~PrologProcess();

  /// What the program answers; a question that it cannot answer gets a text that begins with "!".
  /// Error: the process ended, or said nothing for a minute.
  Result<std::string> ask(const std::string& term);
  /// "SWI-Prolog 9.0.4". Error: as ask().
  Result<std::string> version();
  /// Largest resident set of the process so far. Not ru_maxrss of wait4(): Linux counts in it what this process held
  /// when it forked.
  [[nodiscard]] std::size_t rss_peak_bytes() const;

 private:
  PrologProcess(std::string program, pid_t child, int channel)
      : program_(std::move(program)), child_(child), channel_(channel) {}
  [[nodiscard]] Error failed(const std::string& how) const;

  std::string program_;
  pid_t child_;
  int channel_;         ///< its standard input and output
  std::string unread_;  ///< behind the last line
};

}  // namespace trm::bench
