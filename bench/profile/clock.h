// The frequency of a core, by chains of operations that wait for each other.
#pragma once

#include <cstddef>
#include <functional>

#include "bench/profile/figure.h"

namespace trm::bench {

struct ClockReading {
  Figure ghz;
  double multiply_cycles = 0;  ///< cycles of a dependent 64-bit multiplication; 0: not asked
};

/// Frequency of the core that the calling thread is on: steps of a rotation and an exclusive or, which take one cycle
/// each on every processor that we know, and which no compiler or core folds (sums of constants are folded by some
/// cores, so that a chain of additions shows twice the frequency and more). `before`, if there is one, runs in front of
/// each sample, which then takes some 20 us: less than a core needs to leave the frequency that the work before it
/// asked for (Intel: about 0.7 ms).
ClockReading read_clock(std::size_t samples, const std::function<void()>& before = {});

/// Is this a whole number of cycles, within 4 %, from 2 to 6? Otherwise one of the two chains was disturbed, or does
/// not take what we believe.
bool chains_agree(double multiply_cycles);

}  // namespace trm::bench
