// When the speed suite runs what: rounds of a random order, so that whatever disturbs the machine disturbs all alike,
// and large workloads in fewer of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bench/speed/runner.h"

namespace trm::bench {

/// In how many rounds each bout is run.
struct RoundPlan {
  std::size_t rounds = 1;
  std::vector<std::size_t> visits;  ///< for each bout, 1 to rounds
  /// Is the bout run in this round? Its visits are spread evenly.
  [[nodiscard]] bool visited(std::size_t bout, std::size_t round) const;
};

/// The most rounds that fit into `budget_s`, 1 to 60. Bouts of up to three seconds are run in every round, longer ones
/// in as many fewer as they are longer, but at least once. costs_s: seconds of a visit of each bout.
RoundPlan plan_rounds(std::span<const double> costs_s, double budget_s);

/// 0 to count - 1 in the order of this round, a function of its arguments.
std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed, std::uint64_t round);

/// Nanoseconds of a run. What takes less than 50 ms by `expected_ns` is run once without a clock, since others have
/// emptied the caches, and then several times: the median.
Result<double> time_runner(Runner& runner, double expected_ns);

/// Seconds that time_runner() takes.
double visit_seconds(double expected_ns);

}  // namespace trm::bench
