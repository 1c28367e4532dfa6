#include "bench/speed/outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/compare/statistics.h"
#include "reports/stats.h"
#include "simd/cpu.h"

namespace trm::bench {
namespace {

/// Of the median of `dividend` divided by that of `divisor`, which were not measured in pairs.
std::optional<Interval> interval_of_ratio(const std::vector<double>& dividend, const std::vector<double>& divisor) {
  const auto logs = [](std::vector<double> values) {
    for (double& value : values) value = std::log(value);
    return values;
  };
  const std::optional<Interval> of = reports::compare::bootstrap_median_difference(logs(divisor), logs(dividend), 0);
  if (!of) return std::nullopt;
  return Interval{std::exp(of->low), std::exp(of->high)};
}

}  // namespace

std::optional<Estimate> estimate(const std::vector<double>& samples) {
  const std::optional<double> middle = reports::median(samples);
  if (!middle) return std::nullopt;
  const auto [least, most] = std::minmax_element(samples.begin(), samples.end());
  return Estimate{*middle, *least, *most, reports::percentile_interval(samples, 0.5), samples.size()};
}

std::vector<double> round_ratios(const std::vector<double>& dividend, const std::vector<double>& divisor) {
  const std::size_t rounds = std::min(dividend.size(), divisor.size());
  std::vector<double> out;
  out.reserve(rounds);
  for (std::size_t i = 0; i < rounds; ++i) out.push_back(dividend[i] / divisor[i]);
  return out;
}

std::string threads_text(std::size_t threads) {
  return fmt::format("{} thread{}", threads, threads == 1 ? "" : "s");
}

std::string mode_text(simd::WeightType type, std::size_t threads) {
  return fmt::format("{}, {}", simd::weight_type_name(type), threads_text(threads));
}

std::string BoutOutcome::mode() const {
  return mode_text(type, threads);
}

double BoutOutcome::our_operations() const {
  if (workload.kind != SpeedKind::step) return 0;
  const StepOperations operations = step_operations(workload.model, workload.batch);
  return operations.weights + operations.attention;
}

double BoutOutcome::onednn_operations() const {
  return workload.kind == SpeedKind::step ? step_operations(workload.model, workload.batch).weights : 0;
}

std::optional<BestPeer> SpeedOutcome::best_peer(const std::string& workload, std::size_t threads) const {
  std::optional<Estimate> ours, theirs;
  const BoutOutcome *our_bout = nullptr, *their_bout = nullptr;
  const PeerTimes* best = nullptr;
  for (const BoutOutcome& bout : bouts) {
    if (bout.workload.name != workload || bout.threads != threads) continue;
    const std::optional<Estimate> time = estimate(bout.ours_ns);
    if (time && (!ours || time->value < ours->value)) {
      ours = time;
      our_bout = &bout;
    }
    for (const PeerTimes& peer : bout.peers) {
      const std::optional<Estimate> other = estimate(peer.ns);
      if (!other || (theirs && theirs->value <= other->value)) continue;
      theirs = other;
      their_bout = &bout;
      best = &peer;
    }
  }
  if (!ours || !theirs) return std::nullopt;
  BestPeer out{our_bout->type, best->peer, their_bout->type, {}};
  if (our_bout == their_bout) {
    out.speedup = *estimate(round_ratios(best->ns, our_bout->ours_ns));
  } else {
    out.speedup = {theirs->value / ours->value, theirs->least / ours->most, theirs->most / ours->least,
                   interval_of_ratio(best->ns, our_bout->ours_ns), std::min(ours->n, theirs->n)};
  }
  return out;
}

std::optional<double> SpeedOutcome::peak(simd::WeightType type, std::size_t threads) const {
  std::optional<double> out;
  for (const PeakOutcome& p : peaks) {
    const bool serves = p.type == type || (type == simd::WeightType::bf16 && p.type == simd::WeightType::fp32);
    if (!serves || p.threads != threads) continue;
    const std::optional<Estimate> rate = estimate(p.giga_per_s);
    if (rate) out = std::max(out.value_or(0), rate->most);
  }
  return out;
}

}  // namespace trm::bench
