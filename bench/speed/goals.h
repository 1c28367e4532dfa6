// What the speed suite aims at, set before anything was measured.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "bench/speed/outcome.h"

namespace trm::bench {

/// The time of a whole supervision step on one thread, divided by that of oneDNN's products with weights alone in the
/// same type, is to be no more than this. oneDNN without tiles (AMX).
struct SpeedGoal {
  std::string_view workload;
  simd::WeightType type;
  double most;
};
std::span<const SpeedGoal> speed_goals();

/// None: of this workload, type or number of threads nothing is aimed at, or the peer has tiles for the type.
std::optional<double> speed_goal(const BoutOutcome& bout, bool peer_has_tiles);

/// "reached" if the median ratio is no more than the goal, else "missed".
std::string_view goal_verdict(double ratio, double goal);

}  // namespace trm::bench
