#include "bench/profile/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "bench/profile/clock.h"
#include "bench/profile/kernel_rates.h"
#include "bench/profile/memory_limits.h"
#include "bench/profile/thread_limits.h"
#include "bench/speed/peak.h"
#include "engine/sys/thread_pool.h"
#include "engine/sys/topology.h"

namespace trm::bench {
namespace {

constexpr std::array kTypes = {simd::WeightType::fp32, simd::WeightType::bf16, simd::WeightType::int8};

/// How much of everything.
struct Budget {
  std::size_t samples, sync_samples, noise_pairs;
  std::size_t most_read, most_chased;  ///< bytes
};
constexpr Budget kQuick = {3, 5, 20, std::size_t{32} << 20, std::size_t{32} << 20};
constexpr Budget kWhole = {7, 15, 60, std::size_t{512} << 20, std::size_t{512} << 20};

/// A CPU for each kind of core, the fastest kind first.
struct CoreKind {
  std::string name;
  int cpu = 0;
};
std::vector<CoreKind> core_kinds(const Topology& topology) {
  std::vector<CoreKind> out;
  std::map<int, int, std::greater<>> kinds;  // capacity -> CPU
  for (const LogicalCpu& cpu : topology.cpus) kinds.emplace(cpu.capacity, cpu.number);
  for (const auto& [capacity, cpu] : kinds) {
    const bool alone = kinds.size() == 1, fast = capacity * 5 >= kFullCapacity * 3;
    std::string name = alone ? "core" : fast ? "performance" : "efficiency";
    // A third kind, such as cores on an island of low power.
    if (!out.empty() && out.back().name == name) name += fmt::format(" ({})", capacity);
    out.push_back({std::move(name), cpu});
  }
  return out;
}

void measure_clocks_and_peaks(const std::vector<CoreKind>& kinds, const Budget& budget, ThreadPool& all,
                              ThreadPool& one, MachineLimits& out) {
  const auto rate = [&](const PeakLoop& loop, ThreadPool& pool) {
    const std::unique_ptr<Runner> runner = make_peak_runner(loop, pool);
    std::vector<double> rates;
    static_cast<void>(runner->run());  // a loop on registers has no error
    for (std::size_t s = 0; s < budget.samples; ++s) {
      rates.push_back(loop.operations * static_cast<double>(pool.size()) /
                      time_of([&] { static_cast<void>(runner->run()); }));
    }
    return Figure::of(std::move(rates));
  };
  for (const CoreKind& kind : kinds) {
    if (kinds.size() > 1) move_this_thread(kind.cpu);
    ClockReading idle = read_clock(budget.samples);
    out.clocks.push_back({kind.name, "nothing", std::move(idle.ghz), idle.multiply_cycles});
    for (const PeakLoop& loop : all_peak_loops()) {
      const std::string isa(simd::isa_name(loop.isa)), type(simd::weight_type_name(loop.type));
      out.peaks.push_back({isa, type, loop.instruction, kind.name, 1, rate(loop, one)});
      out.clocks.push_back({kind.name, loop.instruction, read_clock(budget.samples, loop.run).ghz, 0});
    }
  }
  if (all.size() == 1) return;
  for (const PeakLoop& loop : all_peak_loops()) {
    out.peaks.push_back({std::string(simd::isa_name(loop.isa)), std::string(simd::weight_type_name(loop.type)),
                         loop.instruction, "all", all.size(), rate(loop, all)});
  }
}

/// The read ladder of one thread, and levels from it; what all threads read together from each.
void describe_levels(const Topology& topology, MachineLimits& out) {
  std::vector<std::size_t> sizes;
  std::vector<double> rates;
  for (const BandwidthLimit& b : out.bandwidths) {
    if (b.operation != "read" || b.threads != 1) continue;
    sizes.push_back(b.bytes);
    rates.push_back(b.bytes_per_s.high);  // a neighbour only slows
  }
  out.levels = find_levels(sizes, rates, {topology.l1d_bytes, topology.l2_bytes, topology.l3_bytes});
  std::size_t begin = 0;
  for (CacheLevel& level : out.levels) {
    const std::size_t end = level.bytes == 0 ? SIZE_MAX : level.bytes;
    // The level itself shows in working sets well inside of it.
    const auto inside = [&](std::size_t bytes) { return bytes >= 2 * begin && bytes <= end / 4 * 3; };
    std::vector<double> own, all, chase;
    for (const BandwidthLimit& b : out.bandwidths) {
      if (b.operation != "read" || !inside(b.bytes)) continue;
      (b.threads == 1 ? own : all).push_back(b.bytes_per_s.high);  // others only slow it
    }
    for (const LatencyLimit& l : out.latencies) {
      const bool huge = std::any_of(out.latencies.begin(), out.latencies.end(),
                                    [](const LatencyLimit& other) { return other.huge_pages; });
      if (l.huge_pages == huge && inside(l.bytes)) chase.push_back(l.ns.value);
    }
    if (!own.empty()) level.read_bytes_per_s = Figure::of(own).value;
    level.all_read_bytes_per_s = Figure::of(all).value;
    level.latency_ns = Figure::of(chase).value;
    begin = end == SIZE_MAX ? begin : end;
  }
}

Status measure_memory(const Topology& topology, const Budget& budget, ThreadPool& all, ThreadPool& one,
                      MachineLimits& out) {
  Result<std::vector<BandwidthLimit>> own = measure_bandwidth(ladder_sizes(budget.most_read), budget.samples, one);
  if (!own.ok()) return own.error();
  out.bandwidths = *std::move(own);
  if (all.size() > 1) {
    Result<std::vector<BandwidthLimit>> shared =
        measure_bandwidth(ladder_sizes(budget.most_read / all.size()), budget.samples, all);
    if (!shared.ok()) return shared.error();
    out.bandwidths.insert(out.bandwidths.end(), shared->begin(), shared->end());
  }
  for (const bool huge : {false, true}) {
    Result<std::vector<LatencyLimit>> chased =
        measure_latency(ladder_sizes(huge ? budget.most_chased : budget.most_chased / 4), huge, budget.samples);
    if (!chased.ok()) return chased.error();
    out.latencies.insert(out.latencies.end(), chased->begin(), chased->end());
    Result<Figure> fault = measure_page_fault(huge, budget.samples);
    if (!fault.ok()) return fault.error();
    (huge ? out.huge_page_fault_ns : out.page_fault_ns) = *std::move(fault);
  }
  describe_levels(topology, out);
  return {};
}

}  // namespace

Result<MachineLimits> measure_machine(const MeasureOptions& options, const MeasureProgress& progress) {
  const Budget& budget = options.quick ? kQuick : kWhole;
  const Topology topology = detect_topology();
  const std::size_t threads = options.threads == 0 ? topology.usable_threads() : options.threads;
  MachineLimits out;
  out.isa = simd::isa_name(options.kernels.isa);
  out.cores = threads;
  // Threads are moved, not bound: the caller goes on to other work.
  Result<std::unique_ptr<ThreadPool>> all = ThreadPool::create({.threads = threads});
  Result<std::unique_ptr<ThreadPool>> one = ThreadPool::create({.threads = 1});
  if (!all.ok()) return all.error();
  if (!one.ok()) return one.error();

  progress("clock and peaks");
  const TimerFigures timer = measure_timer();
  out.timer_resolution_ns = timer.resolution_ns;
  out.timer_cost_ns = timer.cost_ns;
  measure_clocks_and_peaks(core_kinds(topology), budget, **all, **one, out);
  progress("memory");
  if (Status s = measure_memory(topology, budget, **all, **one, out); !s.ok()) return s.error();
  all->reset();
  progress("threads and noise");
  Result<std::vector<SyncLimit>> syncs = measure_syncs(threads, budget.sync_samples);
  if (!syncs.ok()) return syncs.error();
  out.syncs = *std::move(syncs);
  out.noise = measure_noise(*options.kernels.table, budget.noise_pairs);
  return out;
}

Status measure_syncs_again(MachineLimits& limits) {
  constexpr std::size_t kMore = 3;
  const Result<std::vector<SyncLimit>> more = measure_syncs(limits.cores, kMore);
  if (!more.ok()) return more.error();
  for (SyncLimit& sync : limits.syncs) {
    const auto same = std::find_if(more->begin(), more->end(), [&](const SyncLimit& other) {
      return other.what == sync.what && other.threads == sync.threads;
    });
    if (same == more->end()) continue;
    std::vector<double> samples = std::move(sync.ns.samples);
    samples.insert(samples.end(), same->ns.samples.begin(), same->ns.samples.end());
    sync.ns = Figure::of(std::move(samples));
  }
  return {};
}

RateBudget rate_budget(bool quick) {
  return quick ? RateBudget{8, 26, 4e-4} : RateBudget{10, 40, 1.5e-3};
}

RateMeter make_rate_meter(const MeasureOptions& options, const MachineLimits& limits) {
  return {*options.kernels.table, kTypes, limits.levels, rate_budget(options.quick).sample_s};
}

std::vector<KernelRate> metered_rates(const RateMeter& meter, std::vector<reports::SampleSet>& samples) {
  return meter.rates([&](const KernelCase& c, bool far, const Figure& seconds) {
    reports::SampleSet& set = samples.emplace_back();
    set.task = "kernel";
    set.slice = c.shape() + (far ? ", operands beyond L2" : "");
    set.model = c.kernel();
    set.mode = c.type_name() + " " + c.isa;
    set.metric = "kernel_ns";
    set.unit = "ns";
    set.kernel = c.kernel();
    set.shape = c.shape();
    set.type = c.type_name();
    set.isa = c.isa;
    set.threads = 1;
    for (const double s : seconds.samples) set.values.push_back(s * 1e9);
  });
}

}  // namespace trm::bench
