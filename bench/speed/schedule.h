// When the speed suite runs what: rounds of a random order, so that whatever disturbs the machine disturbs all alike,
// and large workloads in fewer of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bench/speed/runner.h"

namespace trm::bench {

/// Does a bout whose visits take `cost_s` seconds run in this round, from 0? All do in the first, and those of up to
/// three seconds in every one; longer ones in as many fewer as they are longer, evenly spread.
bool runs_in_round(double cost_s, std::size_t round);

/// However much time there is.
inline constexpr std::size_t kMostRounds = 60;

/// Of a round, as far as runs_in_round() spreads the costs. costs_s: of a visit of each bout.
double round_seconds(std::span<const double> costs_s);

/// Rounds that `left_s` seconds are about enough for, the one that does not quite fit included; 1 to kMostRounds.
std::size_t rounds_in(std::span<const double> costs_s, double left_s);

/// 0 to count - 1 in the order of this round, a function of its arguments.
std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed, std::uint64_t round);

/// Nanoseconds of a run. What takes less than 50 ms by `expected_ns` is run once without a clock, since others have
/// emptied the caches, and then several times: the median.
Result<double> time_runner(Runner& runner, double expected_ns);

/// Seconds that time_runner() takes.
double visit_seconds(double expected_ns);

}  // namespace trm::bench
