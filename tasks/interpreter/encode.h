// Programs as streams, and streams as values.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/interpreter/right_run.h"
#include "tasks/python/program.h"

namespace trm::tasks::interpreter {

struct EncodedProgram {
  Streams streams;                  ///< the first is the question
  std::vector<std::size_t> bodies;  ///< of each function of the program: its stream
};

/// program: has a question. What is equal stands in the streams once.
EncodedProgram encode(const python::Program& program);

/// The value that the flattened tokens of an answer stand for. Error: none.
Result<python::Value> decode(std::span<const Token> tokens);

/// A printed line, which is a list of what print() was given. Error: as above.
Result<std::string> decode_line(std::span<const Token> tokens);

/// The token of an error's name; that of Exception for those that have none.
Token error_token(std::string_view name);

}  // namespace trm::tasks::interpreter
