// What a program did, in sentences for somebody who learns recursion.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "tasks/ask/program_log.h"
#include "tasks/ask/program_question.h"

namespace trm::tasks {

class Explanation {
 public:
  /// question must outlive it.
  explicit Explanation(const ProgramQuestion& question) : question_(question) {}

  /// Hears of the calls of a log, besides whoever hears of them so far. It must stay where it is as long as the log
  /// lives.
  void listen(ProgramLog& log);

  /// A sentence each: how the text was read, which call waits for which, why the first base case is one, how values
  /// come back, how deep and how often, and what ended it. said: the answer, or why there is none.
  [[nodiscard]] std::vector<std::string> sentences(const Answer& answer, const Result<ProgramAnswer>& said) const;

 private:
  struct Call {
    std::string text, value;  ///< value: empty where it has not returned
    std::size_t frame = 0, function = 0, children = 0;
    std::array<std::size_t, 2> child = {};  ///< the first ones
    std::size_t heir = 0;                   ///< the call that took its place; 0: none
    bool by_memo = false;
  };

  void begin(const ProgramCall& call);
  void end(const ProgramCall& call, const std::string& value);
  [[nodiscard]] std::vector<std::size_t> first_chain() const;
  [[nodiscard]] std::string reason(const Call& call) const;
  [[nodiscard]] std::string handing_over(std::size_t& call) const;
  [[nodiscard]] std::string waiting(const std::vector<std::size_t>& chain) const;
  [[nodiscard]] std::string returning(const std::vector<std::size_t>& chain) const;
  void count(std::vector<std::string>& out) const;

  const ProgramQuestion& question_;
  std::vector<Call> calls_;                  ///< of written functions, in the order in which they began; the first ones
  std::vector<std::size_t> open_, deepest_;  ///< calls that wait; the most that there were
  std::map<std::size_t, std::size_t> rounds_;  ///< of each loop, by its function
  std::map<std::string, std::size_t> times_;   ///< that a call was calculated
  std::size_t all_ = 0, remembered_ = 0;
};

}  // namespace trm::tasks
