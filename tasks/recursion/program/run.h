// Runs programs: the interpreter, and the stack machine that checks it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tasks/recursion/program/program.h"

namespace trm::tasks::program {

enum class Ending : unsigned char {
  value,           ///< it ends
  repeats,         ///< it calls what is still running: it never ends
  too_many_calls,  ///< neither so far
  too_large,       ///< a value above max_value
  negative,        ///< a value below 0
};

struct Run {
  Ending ending = Ending::value;
  std::uint32_t value = 0;
  std::vector<State> calls;  ///< in the order in which they begin, the first call included; the last one repeats
};

inline constexpr std::size_t kMaxCalls = 1000;

/// Walks the program as it is written.
Run interpret(const Program& program, const State& start, std::size_t most_calls = kMaxCalls);
/// The same on a stack machine with its own instructions and shunted operations. It shares nothing with interpret(),
/// nor with the streams that frames read.
Run execute(const Program& program, const State& start, std::size_t most_calls = kMaxCalls);

}  // namespace trm::tasks::program
