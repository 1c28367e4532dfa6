#include "bench/speed/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "bench/harness/aligned.h"
#include "bench/speed/goals.h"
#include "simd/cpu.h"

namespace trm::bench {
namespace {

using Line = TextLine;

/// "251.3 (248.0-260.1)", in milliseconds.
std::string time_text(const std::optional<Estimate>& time) {
  if (!time) return "-";
  return fmt::format("{:.4g} ({:.4g}-{:.4g})", time->value * 1e-6, time->least * 1e-6, time->most * 1e-6);
}

/// "0.980-1.020", or in brackets the smallest and the largest, where too few rounds bound no median.
std::string range_text(const Estimate& of) {
  return of.interval ? fmt::format("{:.3f}-{:.3f}", of.interval->low, of.interval->high)
                     : fmt::format("[{:.3f}-{:.3f}]", of.least, of.most);
}

/// A goal and whether it is kept, as two columns.
void add_verdict(Line& line, GoalKind kind, const std::optional<Estimate>& value, std::optional<double> goal) {
  line.push_back(goal ? fmt::format("{:.2f}", *goal) : "");
  line.push_back(goal && value ? std::string(goal_word(kind, value->value, *goal)) : "");
}

Line step_line(const SpeedOutcome& outcome, const BoutOutcome& bout, const Estimate& ours) {
  const std::optional<Estimate> onednn = estimate(bout.onednn_ns);
  const std::optional<Estimate> ratio = estimate(round_ratios(bout.ours_ns, bout.onednn_ns));
  const std::optional<double> peak = outcome.peak(bout.type, bout.threads);
  const double rate = bout.our_operations() / ours.value;
  Line out = {bout.workload.name,
              bout.workload.shape(),
              std::string(simd::weight_type_name(bout.type)),
              std::to_string(bout.threads),
              std::to_string(ours.n),
              time_text(ours),
              fmt::format("{:.0f}", rate),
              peak ? fmt::format("{:.0f} %", 100 * rate / *peak) : "-",
              time_text(onednn),
              ratio ? fmt::format("{:.3f}", ratio->value) : "-",
              ratio ? range_text(*ratio) : "-"};
  add_verdict(out, GoalKind::onednn, ratio, onednn_goal(bout, outcome.onednn_has_tiles));
  return out;
}

std::string steps_text(const SpeedOutcome& outcome) {
  std::vector<Line> lines = {{"task", "shape", "type", "threads", "n", "trm ms (range)", "GFLOP/s", "of peak",
                              "oneDNN ms (range)", "ratio", "95 %", "goal", ""}};
  for (const BoutOutcome& bout : outcome.bouts) {
    const std::optional<Estimate> ours = estimate(bout.ours_ns);
    if (bout.workload.kind == SpeedKind::step && ours) lines.push_back(step_line(outcome, bout, *ours));
  }
  if (lines.size() == 1) return "";
  return aligned(lines, 3) +
         "ratio: a whole step of trm, divided by oneDNN's products with the weights alone; median over the rounds. "
         "In brackets: smallest and largest, where fewer than six rounds bound no median\n";
}

/// "1.62 1.55-1.70", how much longer a peer took.
std::string speedup_text(const Estimate& speedup) {
  return speedup.interval
             ? fmt::format("{:.2f} {:.2f}-{:.2f}", speedup.value, speedup.interval->low, speedup.interval->high)
             : fmt::format("{:.2f} [{:.2f}-{:.2f}]", speedup.value, speedup.least, speedup.most);
}

/// Steps and updates beside the peers that do the same work.
std::string peers_text(const SpeedOutcome& outcome) {
  if (outcome.peers.empty()) return "";
  Line head = {"the same work", "type", "threads", "trm ms"};
  for (const PeerDescription& peer : outcome.peers) {
    for (const char* column : {" ms", " GFLOP/s", " / trm"}) head.push_back(peer.name + column);
  }
  head.insert(head.end(), {"goal", ""});
  std::vector<Line> lines = {head};
  for (const BoutOutcome& bout : outcome.bouts) {
    const std::optional<Estimate> ours = estimate(bout.ours_ns);
    if (bout.peers.empty() || !ours) continue;
    Line line = {bout.workload.name, std::string(simd::weight_type_name(bout.type)), std::to_string(bout.threads),
                 fmt::format("{:.4g}", ours->value * 1e-6)};
    std::optional<Estimate> judged;
    for (const PeerDescription& who : outcome.peers) {
      const auto peer = std::find_if(bout.peers.begin(), bout.peers.end(),
                                     [&](const PeerTimes& times) { return times.peer == who.name; });
      const std::vector<double> none;
      const std::vector<double>& times = peer == bout.peers.end() ? none : peer->ns;
      const std::optional<Estimate> theirs = estimate(times);
      const std::optional<Estimate> speedup = estimate(round_ratios(times, bout.ours_ns));
      line.push_back(theirs ? fmt::format("{:.4g}", theirs->value * 1e-6) : "-");
      line.push_back(theirs && bout.our_operations() > 0 ? fmt::format("{:.0f}", bout.our_operations() / theirs->value)
                                                         : "-");
      line.push_back(speedup ? speedup_text(*speedup) : "-");
      if (who.name == kGoalPeer) judged = speedup;
    }
    const bool has_goal = bout.workload.kind == SpeedKind::training && bout.threads == 1;
    add_verdict(line, GoalKind::training, judged,
                has_goal ? speed_goal(GoalKind::training, "", bout.type, outcome.machine_has_tiles) : std::nullopt);
    lines.push_back(std::move(line));
  }
  return lines.size() == 1 ? "" : "\n" + aligned(lines, 1);
}

/// Each workload once for each number of threads: the fastest of all.
std::string best_text(const SpeedOutcome& outcome) {
  std::vector<Line> lines = {
      {"fastest of all types", "threads", "trm", "peer", "peer's type", "peer / trm", "goal", ""}};
  std::set<std::pair<std::string, std::size_t>> seen;
  for (const BoutOutcome& bout : outcome.bouts) {
    if (bout.workload.kind != SpeedKind::step || !seen.insert({bout.workload.name, bout.threads}).second) continue;
    const std::optional<BestPeer> best = outcome.best_peer(bout.workload.name, bout.threads);
    if (!best) continue;
    lines.push_back({bout.workload.name, std::to_string(bout.threads),
                     std::string(simd::weight_type_name(best->our_type)), best->peer,
                     std::string(simd::weight_type_name(best->peer_type)), speedup_text(best->speedup)});
    add_verdict(lines.back(), GoalKind::best_peer, best->speedup,
                bout.threads == 1 ? speed_goal(GoalKind::best_peer, bout.workload.name, simd::WeightType::automatic,
                                               outcome.machine_has_tiles)
                                  : std::nullopt);
  }
  return lines.size() == 1 ? "" : "\n" + aligned(lines, 1);
}

std::string memory_text(const SpeedOutcome& outcome) {
  std::vector<Line> lines = {{"peak memory", "type", "trm MB", "peer", "its MB", "trm's share", "goal", ""}};
  for (const MemoryOutcome& of : outcome.memory) {
    for (const auto& [peer, bytes] : of.peer_bytes) {
      const double share = static_cast<double>(of.our_bytes) / static_cast<double>(bytes);
      lines.push_back({of.workload.name, std::string(simd::weight_type_name(of.type)),
                       fmt::format("{:.1f}", static_cast<double>(of.our_bytes) * 1e-6), peer,
                       fmt::format("{:.1f}", static_cast<double>(bytes) * 1e-6), fmt::format("{:.3f}", share)});
      add_verdict(lines.back(), GoalKind::memory, Estimate{share, share, share, std::nullopt, 1},
                  peer == kGoalPeer ? speed_goal(GoalKind::memory, of.workload.name, of.type, false) : std::nullopt);
    }
  }
  return lines.size() == 1 ? "" : "\n" + aligned(lines, 2);
}

std::string goals_text(const SpeedOutcome& outcome) {
  const std::vector<GoalVerdict> all = goal_verdicts(outcome);
  if (all.empty()) return "";
  const auto reached = std::count_if(all.begin(), all.end(), [](const GoalVerdict& v) { return v.reached(); });
  return fmt::format("\ngoals: {} of {} reached\n", reached, all.size());
}

std::string amounts_text(const SpeedOutcome& outcome) {
  std::vector<Line> lines = {{"task", "shape", "type", "threads", "n", "ms (range)", "per second"}};
  for (const BoutOutcome& bout : outcome.bouts) {
    const std::optional<Estimate> ours = estimate(bout.ours_ns);
    if (bout.workload.kind == SpeedKind::step || !ours) continue;
    const bool decodes = bout.workload.kind == SpeedKind::decoding;
    const auto amount = static_cast<double>(bout.workload.batch * (decodes ? bout.workload.tokens : 1));
    lines.push_back({bout.workload.name, bout.workload.shape(), std::string(simd::weight_type_name(bout.type)),
                     std::to_string(bout.threads), std::to_string(ours->n), time_text(ours),
                     fmt::format("{:.4g} {}", amount * 1e9 / ours->value, decodes ? "tokens" : "samples")});
  }
  return lines.size() == 1 ? "" : "\n" + aligned(lines, 3);
}

std::string peaks_text(const SpeedOutcome& outcome) {
  std::vector<Line> lines = {{"peak of this machine", "type", "threads", "n", "GFLOP/s (median)"}};
  for (const PeakOutcome& peak : outcome.peaks) {
    const std::optional<Estimate> rate = estimate(peak.giga_per_s);
    if (!rate) continue;
    lines.push_back({peak.instruction, std::string(simd::weight_type_name(peak.type)), std::to_string(peak.threads),
                     std::to_string(rate->n), fmt::format("{:.0f} ({:.0f})", rate->most, rate->value)});
  }
  return lines.size() == 1 ? "" : "\n" + aligned(lines, 2);
}

}  // namespace

std::string speed_table_text(const SpeedOutcome& outcome) {
  std::string who = outcome.onednn.empty() ? "" : fmt::format("products alone: {}\n", outcome.onednn);
  for (const PeerDescription& peer : outcome.peers) who += fmt::format("peer: {}\n", peer.description);
  return who + (who.empty() ? "" : "\n") + steps_text(outcome) + amounts_text(outcome) + peers_text(outcome) +
         best_text(outcome) + memory_text(outcome) + peaks_text(outcome) + goals_text(outcome);
}

}  // namespace trm::bench
