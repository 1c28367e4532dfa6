// Random programs of graded size.
#pragma once

#include "tasks/base/rng.h"
#include "tasks/recursion/program/program.h"

namespace trm::tasks::program {

/// Counts down to base cases: calls of smaller numbers, alone, added, compared, or inside one another. Most of them
/// end, some become too large. The start is 1 to most_start.
Asked random_descent(Rng& rng, std::uint32_t most_start);

/// Walks through remainders: each call's argument is (a n + b) % m, until a test holds, or for ever. The moduli grow
/// with `size`, and with them the number of different calls.
Asked random_walk(Rng& rng, std::uint32_t size);

}  // namespace trm::tasks::program
