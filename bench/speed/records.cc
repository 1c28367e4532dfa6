#include "bench/speed/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
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

Record key_of(const BoutOutcome& bout, const std::string& model) {
  Record out;
  out.task = bout.workload.name;
  out.slice = bout.workload.shape();
  out.model = model;
  out.mode = bout.mode();
  return out;
}

/// "pytorch", "onnx_runtime": a name as part of a metric.
std::string metric_part(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const auto code = static_cast<unsigned char>(c);
    out += std::isalnum(code) != 0 ? static_cast<char>(std::tolower(code)) : '_';
  }
  return out;
}

void add(Record key, std::string metric, const char* unit, const Estimate& value, RunResults& results) {
  key.metric = std::move(metric);
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

void add_times(const SpeedOutcome& outcome, const BoutOutcome& bout, const std::string& model,
               const std::vector<double>& times_ns, double operations, RunResults& results) {
  const std::optional<Estimate> time = estimate(times_ns);
  if (!time) return;
  const Record key = key_of(bout, model);
  SampleSet& samples = results.samples.emplace_back();
  samples = {key.task, key.slice, key.model, key.mode, "step_ns", "ns", times_ns};
  samples.type = simd::weight_type_name(bout.type);
  samples.threads = bout.threads;
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

void add_goal(Record key, const std::string& metric, std::optional<double> goal, RunResults& results) {
  if (!goal) return;
  key.model = kGoalName;
  add(std::move(key), metric, "times", {*goal, *goal, *goal, std::nullopt, 0}, results);
}

void add_ratio(const SpeedOutcome& outcome, const BoutOutcome& bout, RunResults& results) {
  const std::optional<Estimate> ratio = estimate(round_ratios(bout.ours_ns, bout.onednn_ns));
  if (!ratio) return;
  const Record key = key_of(bout, kOursName);
  add(key, "ratio_to_onednn", "times", *ratio, results);
  add_goal(key, "ratio_to_onednn", onednn_goal(bout, outcome.onednn_has_tiles), results);
}

void add_speedups(const SpeedOutcome& outcome, const BoutOutcome& bout, RunResults& results) {
  for (const PeerTimes& peer : bout.peers) {
    add_times(outcome, bout, peer.peer, peer.ns, bout.our_operations(), results);
    const std::optional<Estimate> speedup = estimate(round_ratios(peer.ns, bout.ours_ns));
    if (!speedup) continue;
    const Record key = key_of(bout, kOursName);
    const std::string metric = "speedup_over_" + metric_part(peer.peer);
    add(key, metric, "times", *speedup, results);
    if (bout.workload.kind != SpeedKind::training || peer.peer != kGoalPeer || bout.threads != 1) continue;
    add_goal(key, metric, speed_goal(GoalKind::training, bout.workload.name, bout.type, outcome.machine_has_tiles),
             results);
  }
}

/// Once for each number of threads of a workload.
void add_best_peer(const SpeedOutcome& outcome, const BoutOutcome& bout, RunResults& results) {
  constexpr const char* kMetric = "speedup_over_best_peer";
  const std::optional<BestPeer> best = outcome.best_peer(bout.workload.name, bout.threads);
  if (bout.workload.kind != SpeedKind::step || !best) return;
  Record key = key_of(bout, kOursName);
  key.mode = threads_text(bout.threads);
  const auto same = [&](const Record& r) { return r.task == key.task && r.mode == key.mode && r.metric == kMetric; };
  if (std::any_of(results.records.begin(), results.records.end(), same)) return;
  add(key, kMetric, "times", best->speedup, results);
  if (bout.threads != 1) return;
  add_goal(key, kMetric,
           speed_goal(GoalKind::best_peer, bout.workload.name, simd::WeightType::automatic, outcome.machine_has_tiles),
           results);
}

void add_memory(const MemoryOutcome& of, RunResults& results) {
  if (of.our_bytes == 0) return;
  Record key;
  key.task = of.workload.name;
  key.slice = of.workload.shape();
  key.mode = mode_text(of.type, 1);
  const auto add_bytes = [&](const std::string& model, std::size_t bytes) {
    key.model = model;
    const auto value = static_cast<double>(bytes);
    add(key, "rss_peak_bytes", "bytes", {value, value, value, std::nullopt, 1}, results);
  };
  add_bytes(kOursName, of.our_bytes);
  for (const auto& [peer, bytes] : of.peer_bytes) {
    add_bytes(peer, bytes);
    key.model = kOursName;
    const double share = static_cast<double>(of.our_bytes) / static_cast<double>(bytes);
    const std::string metric = "memory_beside_" + metric_part(peer);
    add(key, metric, "times", {share, share, share, std::nullopt, 1}, results);
    if (peer == kGoalPeer)
      add_goal(key, metric, speed_goal(GoalKind::memory, of.workload.name, of.type, false), results);
  }
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
  if (!outcome.onednn.empty()) {
    add_model(kOneDnnName, "library", outcome.onednn + ": the products of a step with its weights, and nothing else");
  }
  for (const PeerDescription& peer : outcome.peers) {
    add_model(peer.name.c_str(), "program", peer.description + ": the same work as ours, in a process of its own");
  }
  if (!goal_verdicts(outcome).empty()) add_model(kGoalName, "goal", "set before the run, not measured");
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
    add_times(outcome, bout, kOneDnnName, bout.onednn_ns, bout.onednn_operations(), results);
    add_amounts(bout, results);
    add_ratio(outcome, bout, results);
    add_speedups(outcome, bout, results);
    add_best_peer(outcome, bout, results);
  }
  for (const MemoryOutcome& memory : outcome.memory) add_memory(memory, results);
  for (const PeakOutcome& peak : outcome.peaks) add_peak(peak, results);
}

std::string speed_goals_text(const SpeedOutcome& outcome) {
  std::string out;
  for (const GoalVerdict& verdict : goal_verdicts(outcome)) {
    out += fmt::format("{}{} {:.3f}, goal {:.2f}: {}", out.empty() ? "" : "; ", verdict.about, verdict.value,
                       verdict.bound, verdict.word());
  }
  return out.empty() ? "nothing was measured that a goal is about" : out;
}

}  // namespace trm::bench
