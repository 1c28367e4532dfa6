// What the speed suite aims at, set before anything was measured.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/speed/outcome.h"

namespace trm::bench {

/// What a goal is about; all but the last on one thread.
enum class GoalKind : unsigned char {
  onednn,     ///< time of a whole step, divided by that of oneDNN's products with weights alone, in the same type
  best_peer,  ///< time of the fastest peer in any type, divided by ours in any type
  training,   ///< time of PyTorch's update, divided by ours, in the same type
  memory,     ///< our largest resident set, divided by PyTorch's
};

struct SpeedGoal {
  GoalKind kind;
  std::string_view workload;  ///< empty: any
  simd::WeightType type;      ///< automatic: any
  bool tiles;                 ///< for those who multiply by tiles (AMX), or for vectors
  double bound;               ///< at most, of oneDNN and of memory; at least, of the others
};
std::span<const SpeedGoal> speed_goals();

/// The peer that goals of training and memory are about.
inline constexpr std::string_view kGoalPeer = "PyTorch";

/// None: nothing is aimed at. In fp32 there are no tiles.
std::optional<double> speed_goal(GoalKind kind, std::string_view workload, simd::WeightType type, bool tiles);
/// That of a bout with oneDNN. None: of this workload, type or number of threads nothing is aimed at.
std::optional<double> onednn_goal(const BoutOutcome& bout, bool onednn_has_tiles);

/// A goal, and what was measured.
struct GoalVerdict {
  std::string about;  ///< "W1 fp32 beside oneDNN"
  GoalKind kind;
  double value, bound;
  [[nodiscard]] bool reached() const;
  /// "reached" or "missed".
  [[nodiscard]] std::string_view word() const;
};
/// Of all goals that were measured, in the order of the bouts.
std::vector<GoalVerdict> goal_verdicts(const SpeedOutcome& outcome);

/// "reached" if the value keeps the bound, else "missed".
std::string_view goal_word(GoalKind kind, double value, double bound);

}  // namespace trm::bench
