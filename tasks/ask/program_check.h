// Compares right frames with CPython: what frames say of a program has to be what Python says.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "tasks/ask/program_question.h"

namespace trm::tasks {

/// What right frames make of a question.
struct RightAnswer {
  enum class Outcome : unsigned char { returned, raised, endless, gave_up };
  Outcome outcome = Outcome::gave_up;
  std::string text;                  ///< the value as repr() writes it, or the name of the error
  std::vector<std::string> printed;  ///< lines
  std::size_t frames = 0, own_tokens = 0, fed_tokens = 0, longest = 0, depth = 0;
};

/// Error: no right frame can go on.
Result<RightAnswer> right_answer(const ProgramQuestion& question, std::size_t max_frames);

struct CheckOptions {
  std::size_t max_frames = 2'000'000;
  std::size_t max_calls = 1'000'000;  ///< of CPython
};

struct CheckedProgram {
  std::string expected, actual;  ///< what CPython and what frames say: printed lines, then the value or the error
  bool decided = false;          ///< false: one of them met its limit
  RightAnswer right;
  [[nodiscard]] bool agrees() const { return !decided || expected == actual; }
};

/// An entry for each question. Error: there is no python3, or it did not answer in time; no right frame can go on.
Result<std::vector<CheckedProgram>> check_programs(std::span<const ProgramQuestion> questions,
                                                   const CheckOptions& options);

}  // namespace trm::tasks
