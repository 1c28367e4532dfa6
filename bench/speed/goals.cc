#include "bench/speed/goals.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "simd/cpu.h"

namespace trm::bench {
namespace {

using enum simd::WeightType;
using enum GoalKind;

constexpr std::array kGoals = {
    SpeedGoal{onednn, "W1", fp32, false, 0.95},        SpeedGoal{onednn, "W2", fp32, false, 0.93},
    SpeedGoal{onednn, "W3", fp32, false, 1.03},        SpeedGoal{onednn, "W4", fp32, false, 0.88},
    SpeedGoal{onednn, "W5", fp32, false, 0.90},        SpeedGoal{onednn, "W6", fp32, false, 0.98},
    SpeedGoal{onednn, "W1", bf16, false, 0.98},        SpeedGoal{onednn, "W2", bf16, false, 0.98},
    SpeedGoal{onednn, "W3", bf16, false, 1.10},        SpeedGoal{onednn, "W4", bf16, false, 0.95},
    SpeedGoal{onednn, "W5", bf16, false, 0.95},        SpeedGoal{onednn, "W6", bf16, false, 1.08},
    SpeedGoal{onednn, "W1", int8, false, 1.05},        SpeedGoal{onednn, "W2", int8, false, 1.00},
    SpeedGoal{onednn, "W3", int8, false, 1.25},        SpeedGoal{onednn, "W4", int8, false, 0.90},
    SpeedGoal{onednn, "W5", int8, false, 1.00},        SpeedGoal{onednn, "W6", int8, false, 1.15},
    SpeedGoal{onednn, "W1", bf16, true, 0.95},         SpeedGoal{onednn, "W2", bf16, true, 0.90},
    SpeedGoal{onednn, "W3", bf16, true, 1.00},         SpeedGoal{onednn, "W4", bf16, true, 0.60},
    SpeedGoal{onednn, "W5", bf16, true, 0.90},         SpeedGoal{onednn, "W6", bf16, true, 1.10},
    SpeedGoal{onednn, "W1", int8, true, 0.85},         SpeedGoal{onednn, "W2", int8, true, 0.85},
    SpeedGoal{onednn, "W3", int8, true, 1.10},         SpeedGoal{onednn, "W4", int8, true, 0.50},
    SpeedGoal{onednn, "W5", int8, true, 0.90},         SpeedGoal{onednn, "W6", int8, true, 1.10},
    SpeedGoal{best_peer, "W1", automatic, false, 1.5}, SpeedGoal{best_peer, "W2", automatic, false, 1.5},
    SpeedGoal{best_peer, "W3", automatic, false, 1.5}, SpeedGoal{best_peer, "W4", automatic, false, 1.5},
    SpeedGoal{best_peer, "W5", automatic, false, 1.5}, SpeedGoal{best_peer, "W6", automatic, false, 1.5},
    SpeedGoal{best_peer, "W1", automatic, true, 2.0},  SpeedGoal{best_peer, "W3", automatic, true, 2.5},
    SpeedGoal{best_peer, "W4", automatic, true, 4.5},  SpeedGoal{training, "", fp32, false, 1.8},
    SpeedGoal{training, "", bf16, false, 3.0},         SpeedGoal{memory, "", automatic, false, 0.25},
};

bool is_upper(GoalKind kind) {
  return kind == onednn || kind == memory;
}

}  // namespace

std::span<const SpeedGoal> speed_goals() {
  return kGoals;
}

std::optional<double> speed_goal(GoalKind kind, std::string_view workload, simd::WeightType type, bool tiles) {
  const bool by_tiles = tiles && type != fp32;
  const auto goal = std::find_if(kGoals.begin(), kGoals.end(), [&](const SpeedGoal& g) {
    return g.kind == kind && (g.workload.empty() || g.workload == workload) &&
           (g.type == automatic || g.type == type) && g.tiles == by_tiles;
  });
  return goal == kGoals.end() ? std::nullopt : std::optional(goal->bound);
}

std::optional<double> onednn_goal(const BoutOutcome& bout, bool onednn_has_tiles) {
  if (bout.threads != 1 || bout.workload.kind != SpeedKind::step) return std::nullopt;
  return speed_goal(onednn, bout.workload.name, bout.type, onednn_has_tiles);
}

std::string_view goal_word(GoalKind kind, double value, double bound) {
  return (is_upper(kind) ? value <= bound : value >= bound) ? "reached" : "missed";
}

bool GoalVerdict::reached() const {
  return word() == "reached";
}

std::string_view GoalVerdict::word() const {
  return goal_word(kind, value, bound);
}

std::vector<GoalVerdict> goal_verdicts(const SpeedOutcome& outcome) {
  std::vector<GoalVerdict> out;
  const auto add = [&](std::string about, GoalKind kind, double value, std::optional<double> bound) {
    if (bound) out.push_back({std::move(about), kind, value, *bound});
  };
  std::set<std::string> compared;
  for (const BoutOutcome& bout : outcome.bouts) {
    const std::string name = fmt::format("{} {}", bout.workload.name, simd::weight_type_name(bout.type));
    if (const auto ratio = estimate(round_ratios(bout.ours_ns, bout.onednn_ns)))
      add(name + " beside oneDNN", onednn, ratio->value, onednn_goal(bout, outcome.onednn_has_tiles));
    if (bout.threads != 1) continue;
    for (const PeerTimes& peer : bout.peers) {
      const auto speedup = estimate(round_ratios(peer.ns, bout.ours_ns));
      if (bout.workload.kind != SpeedKind::training || peer.peer != kGoalPeer || !speedup) continue;
      add(fmt::format("{} over {}", name, peer.peer), training, speedup->value,
          speed_goal(training, bout.workload.name, bout.type, outcome.machine_has_tiles));
    }
    if (bout.workload.kind != SpeedKind::step || !compared.insert(bout.workload.name).second) continue;
    if (const std::optional<BestPeer> best = outcome.best_peer(bout.workload.name, 1))
      add(bout.workload.name + " over the best peer", best_peer, best->speedup.value,
          speed_goal(best_peer, bout.workload.name, automatic, outcome.machine_has_tiles));
  }
  for (const MemoryOutcome& of : outcome.memory) {
    for (const auto& [peer, bytes] : of.peer_bytes) {
      if (peer != kGoalPeer || of.our_bytes == 0) continue;
      add(fmt::format("{} memory beside {}", of.workload.name, peer), memory,
          static_cast<double>(of.our_bytes) / static_cast<double>(bytes),
          speed_goal(memory, of.workload.name, of.type, false));
    }
  }
  return out;
}

}  // namespace trm::bench
