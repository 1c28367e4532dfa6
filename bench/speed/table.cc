#include "bench/speed/table.h"

#include <fmt/format.h>

#include <algorithm>
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

Line step_line(const SpeedOutcome& outcome, const BoutOutcome& bout, const Estimate& ours) {
  const std::optional<Estimate> peer = estimate(bout.peer_ns);
  const std::optional<Estimate> ratio = estimate(round_ratios(bout.ours_ns, bout.peer_ns));
  const std::optional<double> goal = speed_goal(bout, outcome.peer_has_tiles);
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
              time_text(peer),
              ratio ? fmt::format("{:.3f}", ratio->value) : "-"};
  out.push_back(!ratio            ? "-"
                : ratio->interval ? fmt::format("{:.3f}-{:.3f}", ratio->interval->low, ratio->interval->high)
                                  : fmt::format("[{:.3f}-{:.3f}]", ratio->least, ratio->most));
  out.push_back(goal ? fmt::format("{:.2f}", *goal) : "");
  out.push_back(goal && ratio ? std::string(goal_verdict(ratio->value, *goal)) : "");
  return out;
}

std::string steps_text(const SpeedOutcome& outcome) {
  std::vector<Line> lines = {{"task", "shape", "type", "threads", "n", "trm ms (range)", "GFLOP/s", "of peak",
                              "oneDNN ms (range)", "ratio", "95 %", "goal", ""}};
  std::size_t reached = 0, missed = 0;
  for (const BoutOutcome& bout : outcome.bouts) {
    const std::optional<Estimate> ours = estimate(bout.ours_ns);
    if (bout.workload.kind != SpeedKind::step || !ours) continue;
    lines.push_back(step_line(outcome, bout, *ours));
    reached += lines.back().back() == "reached" ? 1 : 0;
    missed += lines.back().back() == "missed" ? 1 : 0;
  }
  if (lines.size() == 1) return "";
  std::string out = aligned(lines, 3);
  if (reached + missed > 0) out += fmt::format("goals: {} of {} reached\n", reached, reached + missed);
  if (outcome.peer_has_tiles) {
    out +=
        "no goals for bf16 and int8: oneDNN multiplies by tiles here; TRM_ISA=avx512bf16 compares vectors with "
        "vectors\n";
  }
  return out +
         "ratio: a whole step of trm, divided by oneDNN's products with the weights alone; median over the rounds. "
         "In brackets: smallest and largest, where fewer than six rounds bound no median\n";
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
  const std::string peer = outcome.peer.empty() ? "" : fmt::format("peer: {}\n\n", outcome.peer);
  return peer + steps_text(outcome) + amounts_text(outcome) + peaks_text(outcome);
}

}  // namespace trm::bench
