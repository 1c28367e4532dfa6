// What is asked of a program: its value, its calls, whether it ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/machine/question.h"
#include "tasks/interpreter/encode.h"
#include "tasks/python/program.h"

namespace trm::tasks {

enum class Asked : std::uint8_t {
  value,    ///< of the call
  calls,    ///< how many functions of the program are called
  order,    ///< in which order these calls begin
  ends,     ///< whether the call ends
  repeats,  ///< the first call that comes again before it has returned
};
inline constexpr std::string_view kAskedNames[] = {"value", "calls", "order", "ends", "repeats"};
/// Nothing: no question has this name.
std::optional<Asked> asked_of(std::string_view name);

struct ProgramQuestion {
  Asked asked = Asked::value;
  std::string source, call;  ///< call: empty where the program itself asks
  python::Program program;
  interpreter::EncodedProgram encoded;
  bool short_form = false;           ///< a prompt of the library: the answer is in words
  std::vector<std::string> reading;  ///< how its text was read, if it is one

  [[nodiscard]] Question question() const;
};

/// call: an expression over the functions of the program; empty: what the statements of the module ask. Error: names
/// the file, the line and the column; there is nothing to ask.
Result<ProgramQuestion> program_question(std::string_view source, const std::string& file, std::string_view call,
                                         Asked asked);

/// "value f(5); def f(n): return n": a word of kAskedNames, a call, and the program behind the first ; that stands in
/// no brackets and no text. Or a short form of the library: "fact 300". Error: as above; it begins with no such word.
Result<ProgramQuestion> read_program_prompt(std::string_view prompt, const std::string& place);

}  // namespace trm::tasks
