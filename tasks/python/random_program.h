// Random recursive programs as people might write them: functions that call themselves and each other, branches, loops,
// local names, numbers, lists and texts. They end, or raise an error.
#pragma once

#include <string>

#include "tasks/base/rng.h"

namespace trm::tasks::python {

struct RandomProgram {
  std::string source;  ///< definitions, several lines
  std::string call;    ///< "f(5, [1, 2])"
};

/// size: what the first argument of the call is drawn up to; the number of calls grows with it.
RandomProgram random_program(Rng& rng, std::uint32_t size);

}  // namespace trm::tasks::python
