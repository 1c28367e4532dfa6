#include "bench/speed/goals.h"

#include <array>

namespace trm::bench {
namespace {

using enum simd::WeightType;

constexpr std::array<SpeedGoal, 18> kGoals = {{
    {"W1", fp32, 0.95},
    {"W1", bf16, 0.98},
    {"W1", int8, 1.05},  //
    {"W2", fp32, 0.93},
    {"W2", bf16, 0.98},
    {"W2", int8, 1.00},  //
    {"W3", fp32, 1.03},
    {"W3", bf16, 1.10},
    {"W3", int8, 1.25},  //
    {"W4", fp32, 0.88},
    {"W4", bf16, 0.95},
    {"W4", int8, 0.90},  //
    {"W5", fp32, 0.90},
    {"W5", bf16, 0.95},
    {"W5", int8, 1.00},  //
    {"W6", fp32, 0.98},
    {"W6", bf16, 1.08},
    {"W6", int8, 1.15},
}};

}  // namespace

std::span<const SpeedGoal> speed_goals() {
  return kGoals;
}

std::optional<double> speed_goal(const BoutOutcome& bout, bool peer_has_tiles) {
  if (bout.threads != 1 || (peer_has_tiles && bout.type != fp32)) return std::nullopt;
  for (const SpeedGoal& goal : kGoals) {
    if (goal.workload == bout.workload.name && goal.type == bout.type) return goal.most;
  }
  return std::nullopt;
}

std::string_view goal_verdict(double ratio, double goal) {
  return ratio <= goal ? "reached" : "missed";
}

}  // namespace trm::bench
