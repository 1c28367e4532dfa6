#include "bench/speed/outcome.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/stats.h"
#include "simd/cpu.h"

namespace trm::bench {

std::optional<Estimate> estimate(const std::vector<double>& samples) {
  const std::optional<double> middle = reports::median(samples);
  if (!middle) return std::nullopt;
  const auto [least, most] = std::minmax_element(samples.begin(), samples.end());
  return Estimate{*middle, *least, *most, reports::percentile_interval(samples, 0.5), samples.size()};
}

std::vector<double> round_ratios(const std::vector<double>& ours, const std::vector<double>& peers) {
  std::vector<double> out;
  for (std::size_t i = 0; i < std::min(ours.size(), peers.size()); ++i) out.push_back(ours[i] / peers[i]);
  return out;
}

std::string mode_text(simd::WeightType type, std::size_t threads) {
  return fmt::format("{}, {} thread{}", simd::weight_type_name(type), threads, threads == 1 ? "" : "s");
}

std::string BoutOutcome::mode() const {
  return mode_text(type, threads);
}

double BoutOutcome::our_operations() const {
  if (workload.kind != SpeedKind::step) return 0;
  const StepOperations operations = step_operations(workload.model, workload.batch);
  return operations.weights + operations.attention;
}

double BoutOutcome::peer_operations() const {
  return workload.kind == SpeedKind::step ? step_operations(workload.model, workload.batch).weights : 0;
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
