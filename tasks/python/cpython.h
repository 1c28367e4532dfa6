// What CPython says of programs: the oracle of their answers.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace trm::tasks::python {

struct PythonQuestion {
  std::string source;  ///< definitions
  std::string call;    ///< an expression; empty: the last line of the source, if it is one
  /// to_python(), whose question() is asked where the source is no Python, as a text on one line may be. Empty: what is
  /// no Python raises SyntaxError.
  std::string lowered = {};
};

struct PythonAnswer {
  enum class Outcome : unsigned char {
    returned,
    raised,   ///< text: the name of the error; "SyntaxError" if it is no Python at all
    gave_up,  ///< more than max_calls calls, or five seconds of work
  };
  Outcome outcome = Outcome::gave_up;
  std::string text;                  ///< repr() of the value
  std::vector<std::string> printed;  ///< lines
  std::size_t calls = 0;             ///< of functions of the source
  bool by_lowered = false;           ///< PythonQuestion::lowered was asked, so the calls are others

  bool operator==(const PythonAnswer&) const = default;
};

/// Answers of the `python3` that PATH finds, in a process without user site packages. Recursion may be 100,000 calls
/// deep and numbers of any length are printed. Programs are run as they are: give none that may do harm. Error
/// (unsupported): there is no python3. Error (io): it did not answer in time.
Result<std::vector<PythonAnswer>> ask_cpython(std::span<const PythonQuestion> questions, std::size_t max_calls,
                                              std::chrono::seconds time = std::chrono::seconds(300));

}  // namespace trm::tasks::python
