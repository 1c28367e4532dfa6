#include "bench/profile/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/harness/aligned.h"
#include "bench/profile/clock.h"
#include "reports/format.h"

namespace trm::bench {
namespace {

/// "3.01 (2.99-3.02)"
std::string spread(const Figure& figure, double scale) {
  return fmt::format("{:.4g} ({:.4g}-{:.4g})", figure.value * scale, figure.low * scale, figure.high * scale);
}

std::string size_text(std::size_t bytes) {
  if (bytes == 0) return "-";
  return bytes % (1 << 20) == 0 ? fmt::format("{} MiB", bytes >> 20U) : fmt::format("{} KiB", bytes >> 10U);
}

std::string heading(const std::string& text) {
  return "\n" + text + "\n";
}

std::string machine_text(const Profile& profile) {
  std::vector<TextLine> lines;
  for (const reports::EnvironmentEntry& e : profile.results.environment) {
    static constexpr const char* kShown[] = {"machine",   "topology",   "caches",        "numa_nodes", "affinity",
                                             "cpu_quota", "huge_pages", "governor",      "turbo",      "hypervisor",
                                             "kernel",    "load",       "amx_permission"};
    const bool shown = std::any_of(std::begin(kShown), std::end(kShown), [&](const char* key) { return e.key == key; });
    if (shown) lines.push_back({"  " + e.key, e.value});
  }
  for (const IsaEntry& isa : profile.isas) {
    lines.push_back({"  " + isa.name, isa.missing.empty() ? "runs" : "missing: " + isa.missing});
  }
  return lines.empty() ? "" : "machine\n" + aligned(lines, 2);
}

std::string clocks_text(const MachineLimits& limits) {
  std::string out;
  for (const ClockLimit& clock : limits.clocks) {
    if (clock.after != "nothing") continue;
    double slowest = clock.ghz.value;
    std::string by;
    for (const ClockLimit& other : limits.clocks) {
      if (other.core == clock.core && other.ghz.value < slowest) {
        slowest = other.ghz.value;
        by = other.after;
      }
    }
    out += fmt::format("  {}: {} GHz; a multiplication takes {:.2f} cycles ({}); ", clock.core, spread(clock.ghz, 1),
                       clock.multiply_cycles,
                       chains_agree(clock.multiply_cycles) ? "the chains agree" : "the chains disagree");
    const double drop = 1 - slowest / clock.ghz.value;
    out += drop < 0.02 ? "no lower under heavy vectors\n" : fmt::format("{:.0f} % lower after {}\n", 100 * drop, by);
  }
  return out.empty() ? "" : heading("clock") + out;
}

std::string peaks_text(const MachineLimits& limits) {
  std::vector<TextLine> lines = {{"  instruction", "type", "cores", "Gop/s (range)"}};
  for (const PeakLimit& peak : limits.peaks) {
    lines.push_back({"  " + peak.instruction, peak.type,
                     peak.threads == 1 ? "1 " + peak.core : std::to_string(peak.threads),
                     spread(peak.ops_per_s, 1e-9)});
  }
  return lines.size() == 1 ? "" : heading("peaks, on registers") + aligned(lines, 3);
}

/// The bandwidth of an operation at the working set nearest to the middle of a level.
std::string bandwidth_inside(const MachineLimits& limits, std::size_t level, const char* operation) {
  const double from = level == 0 ? 8192.0 : static_cast<double>(limits.levels[level - 1].bytes) * 2;
  const double to = limits.levels[level].bytes == 0 ? 1e18 : static_cast<double>(limits.levels[level].bytes) * 0.75;
  std::vector<double> rates;
  for (const BandwidthLimit& b : limits.bandwidths) {
    const auto bytes = static_cast<double>(b.bytes);
    if (b.threads == 1 && b.operation == operation && bytes >= from && bytes <= to)
      rates.push_back(b.bytes_per_s.value);
  }
  return rates.empty() ? "-" : fmt::format("{:.3g}", Figure::of(rates).value * 1e-9);
}

std::string memory_text(const MachineLimits& limits) {
  if (limits.levels.empty()) return "";
  std::vector<TextLine> lines = {{"  level", "found", "told", "read GB/s", "write", "copy", "read, all", "latency ns"}};
  for (std::size_t i = 0; i < limits.levels.size(); ++i) {
    const CacheLevel& level = limits.levels[i];
    lines.push_back({"  " + level.name, size_text(level.bytes), size_text(level.told_bytes),
                     fmt::format("{:.3g}", level.read_bytes_per_s * 1e-9), bandwidth_inside(limits, i, "write"),
                     bandwidth_inside(limits, i, "copy"),
                     level.all_read_bytes_per_s > 0 ? fmt::format("{:.3g}", level.all_read_bytes_per_s * 1e-9) : "-",
                     level.latency_ns > 0 ? fmt::format("{:.3g}", level.latency_ns) : "-"});
  }
  std::string out = heading("memory, one core") + aligned(lines, 1);
  const auto farthest = [&](bool huge) {
    const LatencyLimit* last = nullptr;
    for (const LatencyLimit& l : limits.latencies) {
      if (l.huge_pages == huge) last = &l;
    }
    return last;
  };
  const LatencyLimit* small = farthest(false);
  if (small != nullptr) {
    out += fmt::format("  latency over {}: {} ns with small pages", size_text(small->bytes), spread(small->ns, 1));
    for (const LatencyLimit& l : limits.latencies) {
      if (l.huge_pages && l.bytes == small->bytes) out += fmt::format(", {} ns with huge ones", spread(l.ns, 1));
    }
    out += "\n";
  }
  out += fmt::format("  page fault: {} ns", spread(limits.page_fault_ns, 1));
  out += limits.huge_page_fault_ns.samples.empty()
             ? "; no huge pages were given\n"
             : fmt::format(", of a huge page {} us\n", spread(limits.huge_page_fault_ns, 1e-3));
  return out;
}

std::string threads_text(const MachineLimits& limits) {
  std::vector<TextLine> lines = {{"  what", "threads", "ns (range)"}};
  for (const SyncLimit& sync : limits.syncs)
    lines.push_back({"  " + sync.what, std::to_string(sync.threads), spread(sync.ns, 1)});
  std::string out = lines.size() == 1 ? "" : heading("threads") + aligned(lines, 1);
  const double worst = limits.noise.samples.empty() ? 0 : reports::percentile(limits.noise.samples, 0.9).value_or(0);
  out += heading("clock and noise of measurements") + fmt::format(
                                                          "  timer: steps of {:.0f} ns, a look costs {:.1f} ns\n  "
                                                          "equal work (A/A): pairs differ by {:.1f} % typically, "
                                                          "by {:.1f} % in one of ten\n",
                                                          limits.timer_resolution_ns, limits.timer_cost_ns,
                                                          100 * limits.noise.value, 100 * worst);
  return out;
}

std::string percent_off(double predicted, double measured) {
  return measured > 0 ? fmt::format("{:+.0f} %", 100 * (predicted / measured - 1)) : "-";
}

std::string models_text(const Profile& profile) {
  if (profile.models.empty()) return "";
  std::vector<TextLine> lines = {{"  model", "shape", "type", "threads", "step ms (range)", "undisturbed", "predicted",
                                  "error", "us/evaluation", "GFLOP/s"}};
  for (std::size_t m = 0; m < profile.models.size(); ++m) {
    const ModelTime& time = profile.models[m];
    double flops = 0;
    for (const CallGroup& g : time.groups) flops += g.count * g.kind->flops(g.sizes);
    const double per_step = static_cast<double>(time.evaluations * std::max<std::size_t>(time.tokens, 1));
    lines.push_back({"  " + time.model, time.shape, time.type, std::to_string(time.threads), spread(time.step_s, 1e3),
                     time.quiet_s > 0 ? fmt::format("{:.4g}", time.quiet_s * 1e3) : "-",
                     fmt::format("{:.4g}", profile.predictions[m].seconds * 1e3),
                     percent_off(profile.predictions[m].seconds, time.compared_s()),
                     fmt::format("{:.3g}", time.compared_s() * 1e6 / std::max(per_step, 1.0)),
                     fmt::format("{:.0f}", flops / time.compared_s() * 1e-9)});
  }
  std::string out = heading("models (a step of puzzles, or a frame of tokens)") + aligned(lines, 3);
  for (const bool several : {false, true}) {
    const PredictionErrors errors = prediction_errors(profile, several);
    if (errors.entries == 0) continue;
    out += fmt::format("  predictions, {}: {:.0f} % off on average, {} of {} within {:.0f} %, {:.0f} % at most ({})\n",
                       several ? "several threads" : "one thread", 100 * errors.mean, errors.within, errors.entries,
                       100 * kGoal, 100 * errors.largest, errors.largest_of);
    out += fmt::format("    compared with the {}; {:.0f} % off the median step",
                       several ? "best step" : "undisturbed step", 100 * errors.mean_of_medians);
    const std::size_t quiet = errors.entries - errors.disturbed;
    if (errors.disturbed > 0) out += fmt::format("; others used the CPUs during {}", errors.disturbed);
    if (errors.disturbed > 0 && quiet > 0)
      out += fmt::format("; {:.0f} % off in the other {}", 100 * errors.mean_undisturbed, quiet);
    out += "\n";
  }
  return out;
}

std::string kernels_text(const ModelTime& time, const Prediction& predicted, const MachineLimits& limits) {
  std::vector<TextLine> lines = {
      {"  kernel", "shape", "type", "calls", "ms", "predicted", "GFLOP/s", "flop/byte", "of roof", "bound by"}};
  constexpr std::size_t kMost = 12;
  for (std::size_t g = 0; g < std::min(kMost, time.groups.size()); ++g) {
    const CallGroup& group = time.groups[g];
    const GroupPrediction& own = predicted.groups[g];
    const KernelCase c = group.as_case(time.isa);
    const double each = group.measured_s / std::max(group.count, 1.0), peak = limits.peak_ops_per_s(c.type_name());
    lines.push_back({"  " + c.kernel(), c.shape(), c.type_name(), fmt::format("{:.0f}", group.count),
                     fmt::format("{:.4g}", group.measured_s * 1e3), fmt::format("{:.4g}", own.total_s * 1e3),
                     c.flops() > 0 ? fmt::format("{:.3g}", c.flops() / each * 1e-9) : "-",
                     c.flops() > 0 ? fmt::format("{:.3g}", c.flops() / c.bytes()) : "-",
                     c.flops() > 0 && peak > 0 ? fmt::format("{:.0f} %", 100 * c.flops() / each / peak) : "-",
                     own.bound});
  }
  return heading(fmt::format("{} {}: kernels on one thread", time.model, time.type)) + aligned(lines, 3) + "  " +
         predicted.sentence() + "\n" +
         (time.groups.empty() ? "" : "  one alone: " + time.groups.front().as_case(time.isa).command() + "\n");
}

std::string largest_share(const Prediction& predicted) {
  if (predicted.shares.empty()) return "-";
  return fmt::format("{} {:.0f} %", predicted.shares.front().first, 100 * predicted.shares.front().second);
}

}  // namespace

PredictionErrors prediction_errors(const Profile& profile, bool several_threads) {
  PredictionErrors out;
  for (std::size_t m = 0; m < profile.models.size(); ++m) {
    const ModelTime& time = profile.models[m];
    if ((time.threads > 1) != several_threads) continue;
    const double error = std::abs(profile.predictions[m].seconds / time.compared_s() - 1);
    ++out.entries;
    if (time.disturbed())
      ++out.disturbed;
    else
      out.mean_undisturbed += error;
    if (error <= kGoal) ++out.within;
    out.mean += error;
    out.mean_of_medians += std::abs(profile.predictions[m].seconds / time.step_s.value - 1);
    if (error >= out.largest) {
      out.largest = error;
      out.largest_of = time.model + " " + time.type;
    }
  }
  if (out.entries > 0) {
    out.mean /= static_cast<double>(out.entries);
    out.mean_of_medians /= static_cast<double>(out.entries);
  }
  if (out.entries > out.disturbed) out.mean_undisturbed /= static_cast<double>(out.entries - out.disturbed);
  return out;
}

std::string profile_text(const Profile& profile, bool every_kernel) {
  const MachineLimits& limits = profile.limits;
  std::string out = machine_text(profile) + clocks_text(limits) + peaks_text(limits) + memory_text(limits) +
                    threads_text(limits) + models_text(profile);
  bool any = false;
  for (std::size_t m = 0; m < profile.models.size(); ++m) {
    if (profile.models[m].threads > 1 || (any && !every_kernel)) continue;
    any = true;
    out += kernels_text(profile.models[m], profile.predictions[m], limits);
  }
  if (!every_kernel && any) {
    out += heading("what bounds them, on one thread");
    for (std::size_t m = 0; m < profile.models.size(); ++m) {
      const ModelTime& time = profile.models[m];
      if (time.threads == 1)
        out += fmt::format("  {} {}: {}\n", time.model, time.type, profile.predictions[m].sentence());
    }
  }
  out += heading("counters");
  if (!profile.no_counters.empty()) return out + "  not available: " + profile.no_counters + "\n";
  std::vector<TextLine> lines = {{"  kernel", "shape", "type", "event", "in a call"}};
  for (const CounterEntry& c : profile.counters) {
    lines.push_back({"  " + c.kernel, c.shape, c.type, c.event, fmt::format("{:.0f}", c.value)});
  }
  return out + aligned(lines, 4);
}

std::string what_if_text(const Profile& here, const MachineLimits& other, std::size_t threads,
                         const std::string& what) {
  std::vector<TextLine> lines = {{"  model", "type", "predicted here, 1 thread",
                                  fmt::format("there, {} thread{}", threads, threads == 1 ? "" : "s"), "speed-up",
                                  "bound by"}};
  for (const ModelTime& time : here.models) {
    if (time.threads != 1) continue;
    const Prediction now = predict_there(time, here.limits, here.limits, 1);
    const Prediction then = predict_there(time, here.limits, other, threads);
    lines.push_back({"  " + time.model, time.type, fmt::format("{:.4g} ms", now.seconds * 1e3),
                     fmt::format("{:.4g} ms", then.seconds * 1e3), fmt::format("{:.2f}x", now.seconds / then.seconds),
                     largest_share(then)});
  }
  return heading("what if: " + what) + aligned(lines, 2);
}

std::string across_text(const Profile& from, const Profile& to, const std::string& from_name,
                        const std::string& to_name) {
  std::vector<TextLine> lines = {{"  model", "type", "threads", fmt::format("measured, {}", from.limits.isa),
                                  fmt::format("predicted, {}", to.limits.isa),
                                  fmt::format("measured, {}", to.limits.isa), "error", "bound by"}};
  double sum[2] = {0, 0};
  std::size_t compared[2] = {0, 0};
  for (const ModelTime& time : from.models) {
    const auto same = std::find_if(to.models.begin(), to.models.end(), [&](const ModelTime& k) {
      return k.model == time.model && k.type == time.type && k.shape == time.shape && k.threads == time.threads;
    });
    const bool there = same != to.models.end();
    const Prediction then = predict_there(time, from.limits, to.limits, time.threads);
    lines.push_back({"  " + time.model, time.type, std::to_string(time.threads),
                     fmt::format("{:.4g} ms", time.compared_s() * 1e3), fmt::format("{:.4g} ms", then.seconds * 1e3),
                     there ? fmt::format("{:.4g} ms", same->compared_s() * 1e3) : "-",
                     there ? percent_off(then.seconds, same->compared_s()) : "-", largest_share(then)});
    if (!there) continue;
    sum[time.threads > 1] += std::abs(then.seconds / same->compared_s() - 1);
    ++compared[time.threads > 1];
  }
  std::string out = heading(fmt::format("{}, predicted from {}", to_name, from_name)) + aligned(lines, 2);
  for (const bool several : {false, true}) {
    if (compared[several] == 0) continue;
    out += fmt::format("  the predictions of {} are {:.0f} % off what was measured there, on average of {}\n",
                       several ? "several threads" : "one thread",
                       100 * sum[several] / static_cast<double>(compared[several]), compared[several]);
  }
  if (compared[0] + compared[1] == 0) out += "  no model of the one was measured on the other, so no error is known\n";
  return out;
}

std::string validation_text(const Profile& here, const Profile& there, const std::string& here_name,
                            const std::string& there_name) {
  std::string out = across_text(here, there, here_name, there_name) + across_text(there, here, there_name, here_name);
  const auto machine = [](const Profile& profile) {
    const auto& facts = profile.results.environment;
    const auto at = std::find_if(facts.begin(), facts.end(), [](const auto& fact) { return fact.key == "machine"; });
    return at == facts.end() ? std::string() : at->value;
  };
  const std::string one = machine(here);
  if (!one.empty() && one == machine(there)) {
    out += here.limits.isa == there.limits.isa
               ? "\nBoth profiles are of one kind of CPU with the same instructions: this shows the noise, not a "
                 "prediction for another machine.\n"
               : fmt::format(
                     "\nBoth profiles are of one kind of CPU, {}: kernels and peaks differ, caches and memory "
                     "do not.\n",
                     one);
  }
  return out;
}

}  // namespace trm::bench
