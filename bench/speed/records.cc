#include "bench/speed/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "bench/speed/goals.h"
#include "simd/cpu.h"

namespace trm::bench {
namespace {

using reports::Record;
using reports::RunResults;
using reports::SampleSet;

constexpr const char* kRateUnit = "GFLOP/s";

const char* stage_of(SpeedKind kind) {
  switch (kind) {
    case SpeedKind::step:
      return "Supervision step";
    case SpeedKind::decoding:
      return "Decoding";
    case SpeedKind::training:
      break;
  }
  return "Training";
}

Record key_of(const BoutOutcome& bout, const char* model) {
  Record out;
  out.task = bout.workload.name;
  out.slice = bout.workload.shape();
  out.model = model;
  out.mode = bout.mode();
  return out;
}

void add(Record key, const char* metric, const char* unit, const Estimate& value, RunResults& results) {
  key.metric = metric;
  key.unit = unit;
  key.value = value.value;
  if (value.interval) {
    key.ci_low = value.interval->low;
    key.ci_high = value.interval->high;
  }
  key.n = value.n;
  results.records.push_back(std::move(key));
}

/// amount / time, of the median and of the ends of its interval.
Estimate rate_of(double amount, const Estimate& time) {
  Estimate out{amount / time.value, amount / time.most, amount / time.least, std::nullopt, time.n};
  if (time.interval) out.interval = Interval{amount / time.interval->high, amount / time.interval->low};
  return out;
}

void add_times(const SpeedOutcome& outcome, const BoutOutcome& bout, const char* model,
               const std::vector<double>& times_ns, double operations, RunResults& results) {
  const std::optional<Estimate> time = estimate(times_ns);
  if (!time) return;
  const Record key = key_of(bout, model);
  results.samples.push_back({key.task, key.slice, key.model, key.mode, "step_ns", "ns", times_ns});
  // Of few samples the nearest rank is none of the middle: the median of all estimates here is the mean of two.
  add(key, "step_p50_ns", "ns", *time, results);
  if (operations <= 0) return;
  const Estimate rate = rate_of(operations, *time);
  add(key, "gflop_per_s", kRateUnit, rate, results);
  if (const std::optional<double> peak = outcome.peak(bout.type, bout.threads)) {
    add(key, "share_of_peak", "of peak", {rate.value / *peak, 0, 0, std::nullopt, rate.n}, results);
  }
}

void add_amounts(const BoutOutcome& bout, RunResults& results) {
  const std::optional<Estimate> time = estimate(bout.ours_ns);
  if (!time) return;
  const auto batch = static_cast<double>(bout.workload.batch);
  if (bout.workload.kind == SpeedKind::decoding) {
    const double tokens = batch * static_cast<double>(bout.workload.tokens);
    add(key_of(bout, kOursName), "tokens_per_s", "1/s", rate_of(tokens * 1e9, *time), results);
  }
  if (bout.workload.kind == SpeedKind::training) {
    add(key_of(bout, kOursName), "samples_per_s", "1/s", rate_of(batch * 1e9, *time), results);
  }
}

void add_ratio(const SpeedOutcome& outcome, const BoutOutcome& bout, RunResults& results) {
  const std::optional<Estimate> ratio = estimate(round_ratios(bout.ours_ns, bout.peer_ns));
  if (!ratio) return;
  add(key_of(bout, kOursName), "ratio_to_onednn", "times", *ratio, results);
  const std::optional<double> goal = speed_goal(bout, outcome.peer_has_tiles);
  if (goal) add(key_of(bout, kGoalName), "ratio_to_onednn", "times", {*goal, *goal, *goal, std::nullopt, 0}, results);
}

void add_peak(const PeakOutcome& peak, RunResults& results) {
  const std::optional<Estimate> rate = estimate(peak.giga_per_s);
  if (!rate) return;
  Record key;
  key.task = "peak";
  key.slice = peak.instruction;
  key.model = kMachineName;
  key.mode = mode_text(peak.type, peak.threads);
  results.samples.push_back({key.task, key.slice, key.model, key.mode, "gflop_per_s", kRateUnit, peak.giga_per_s});
  add(std::move(key), "gflop_per_s", kRateUnit, {rate->most, 0, 0, std::nullopt, rate->n}, results);
}

void describe(const SpeedOutcome& outcome, RunResults& results) {
  const auto add_model = [&](const char* name, const char* family, std::string description) {
    reports::ModelInfo& info = results.models.emplace_back();
    info.name = name;
    info.family = family;
    info.description = std::move(description);
  };
  add_model(kOursName, "trm", "the whole work; random weights, but for decoding");
  if (!outcome.peer.empty()) {
    add_model(kPeerName, "library", outcome.peer + ": the products of a step with its weights, and nothing else");
    add_model(kGoalName, "goal", "set before the run, not measured");
  }
  if (!outcome.peaks.empty()) add_model(kMachineName, "machine", "vector instructions on registers alone");
}

}  // namespace

void add_speed_records(const SpeedOutcome& outcome, RunResults& results) {
  describe(outcome, results);
  for (const BoutOutcome& bout : outcome.bouts) {
    const auto same = [&](const reports::TaskEntry& task) { return task.name == bout.workload.name; };
    if (std::none_of(results.tasks.begin(), results.tasks.end(), same)) {
      results.tasks.push_back({bout.workload.name, stage_of(bout.workload.kind)});
    }
    add_times(outcome, bout, kOursName, bout.ours_ns, bout.our_operations(), results);
    add_times(outcome, bout, kPeerName, bout.peer_ns, bout.peer_operations(), results);
    add_amounts(bout, results);
    add_ratio(outcome, bout, results);
  }
  for (const PeakOutcome& peak : outcome.peaks) add_peak(peak, results);
}

std::string speed_goals_text(const SpeedOutcome& outcome) {
  std::string out;
  for (const BoutOutcome& bout : outcome.bouts) {
    const std::optional<double> goal = speed_goal(bout, outcome.peer_has_tiles);
    const std::optional<Estimate> ratio = estimate(round_ratios(bout.ours_ns, bout.peer_ns));
    if (!goal || !ratio) continue;
    out += fmt::format("{}{} {} {:.3f}, goal {:.2f}: {}", out.empty() ? "" : "; ", bout.workload.name,
                       simd::weight_type_name(bout.type), ratio->value, *goal, goal_verdict(ratio->value, *goal));
  }
  return out.empty() ? "nothing was measured that a goal is about" : out;
}

}  // namespace trm::bench
