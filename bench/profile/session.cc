#include "bench/profile/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "bench/harness/environment.h"
#include "bench/profile/thread_limits.h"
#include "bench/speed/peak.h"
#include "engine/sys/counters.h"
#include "engine/sys/pinning.h"
#include "engine/sys/proc_file.h"
#include "engine/sys/topology.h"

namespace trm::bench {
namespace {

/// A file of the system in one line; "not available" where there is none.
std::string system_line(const std::string& path) {
  std::string text = read_proc_file(path);
  text.resize(std::min(text.find('\n'), text.size()));
  return text.empty() ? "not available" : text;
}

/// Whether boost is on, as far as the drivers say.
std::string turbo() {
  const std::string none = system_line("/sys/devices/system/cpu/intel_pstate/no_turbo");
  if (none == "0" || none == "1") return none == "0" ? "on" : "off";
  const std::string boost = system_line("/sys/devices/system/cpu/cpufreq/boost");
  if (boost == "0" || boost == "1") return boost == "1" ? "on" : "off";
  return "not available";
}

/// The hypervisor that a virtual machine knows of.
std::string hypervisor() {
  std::string type = system_line("/sys/hypervisor/type");
  if (type != "not available") return type;
  if (read_proc_file("/proc/cpuinfo").find(" hypervisor") == std::string::npos) return "none seen";
  const std::string product = system_line("/sys/class/dmi/id/product_name");
  return product == "not available" ? "yes (the CPU says so)" : "yes (" + product + ")";
}

std::string isa_text(const std::vector<IsaEntry>& isas) {
  std::string out;
  for (const IsaEntry& isa : isas) {
    out +=
        fmt::format("{}{}{}", out.empty() ? "" : "; ", isa.name, isa.missing.empty() ? "" : " missing: " + isa.missing);
  }
  return out;
}

std::vector<IsaEntry> isa_entries() {
  std::vector<IsaEntry> out;
  for (const simd::Isa isa : simd::built_isas()) {
    out.push_back({std::string(simd::isa_name(isa)), simd::missing_reason(isa)});
  }
  return out;
}

/// capture_environment(), and what only a profile tells.
std::vector<reports::EnvironmentEntry> environment(const SessionOptions& options, const std::vector<IsaEntry>& isas) {
  RunFacts facts;
  facts.isa = simd::isa_name(options.kernels.isa);
  facts.isa_cap = options.isa_cap;
  facts.weights = "each type";
  facts.pinning = "off";
  std::vector<reports::EnvironmentEntry> out = capture_environment(facts);
  const Topology topology = detect_topology();
  std::vector<int> cpus;
  for (const LogicalCpu& cpu : topology.cpus) cpus.push_back(cpu.number);
  std::ranges::sort(cpus);
  out.push_back({"affinity", cpu_list_text(cpus)});
  out.push_back({"numa_nodes", std::to_string(topology.numa_nodes)});
  out.push_back({"caches", fmt::format("L1d {} KiB, L2 {} KiB, L3 {} KiB, as the system says",
                                       topology.l1d_bytes >> 10U, topology.l2_bytes >> 10U, topology.l3_bytes >> 10U)});
  out.push_back({"turbo", turbo()});
  out.push_back({"hypervisor", hypervisor()});
  out.push_back({"instruction_sets", isa_text(isas)});
  const auto amx = std::ranges::find(isas, "amx", &IsaEntry::name);
  if (amx != isas.end()) out.push_back({"amx_permission", amx->missing.empty() ? "given" : "none: " + amx->missing});
  return out;
}

/// Events of the kernels that take most time, counted while each runs alone.
void count_events(Profile& profile, const simd::Kernels<float>& kernels) {
  Result<Counters> counters = Counters::open(kernel_counters());
  if (!counters.ok()) {
    profile.no_counters = counters.error().message;
    return;
  }
  constexpr std::size_t kKernels = 6;
  constexpr int kCalls = 20;
  for (const ModelTime& time : profile.models) {
    if (time.threads > 1) continue;
    for (std::size_t g = 0; g < std::min(kKernels, time.groups.size()); ++g) {
      const KernelCase c = time.groups[g].as_case(kernels.isa);
      const auto same = [&](const CounterEntry& e) {
        return e.kernel == c.kernel() && e.shape == c.shape() && e.type == c.type_name();
      };
      if (std::any_of(profile.counters.begin(), profile.counters.end(), same)) continue;
      const std::unique_ptr<CaseRun> run = c.make(kernels);
      run->run();
      if (const Status s = counters->begin(); !s.ok()) {
        profile.no_counters = s.error().message;
        return;
      }
      for (int call = 0; call < kCalls; ++call) run->run();
      const Result<std::vector<CountedEvent>> events = counters->end();
      if (!events.ok()) {
        profile.no_counters = events.error().message;
        return;
      }
      for (const CountedEvent& event : *events) {
        profile.counters.push_back(
            {c.kernel(), c.shape(), c.type_name(), counter_name(event.event), event.count / kCalls});
      }
    }
  }
  if (profile.counters.empty()) profile.no_counters = "no event was counted";
}

}  // namespace

Result<SessionResult> run_session(const SessionOptions& options, const MeasureProgress& progress) {
  const std::int64_t begin = now_ns();
  SessionResult out;
  Profile& profile = out.profile;
  profile.isas = isa_entries();
  profile.results.title = "trm profile";
  profile.results.environment = environment(options, profile.isas);
  profile.results.seeds = {1};
  reports::ModelInfo info;
  info.name = "trm";
  info.family = "kernels and steps";
  info.description = "models of random or shipped weights, step by step";
  profile.results.models.push_back(std::move(info));

  const MeasureOptions machine{options.quick, 0, options.kernels};
  Result<MachineLimits> limits = measure_machine(machine, progress);
  if (!limits.ok()) return limits.error();
  profile.limits = *std::move(limits);
  // The rounds are spread over the whole profile: on a shared machine, minutes are good or bad as a whole.
  const RateBudget rounds = rate_budget(options.quick);
  RateMeter meter = make_rate_meter(machine, profile.limits);
  const auto meter_rounds = [&](std::size_t count) {
    progress("kernels");
    for (std::size_t i = 0; i < count; ++i) meter.round();
  };
  meter_rounds(options.models.empty() ? rounds.all_rounds : rounds.first_rounds);
  const std::size_t runs = std::max<std::size_t>(1, options.models.size() * options.types.size());
  const std::size_t between = std::max<std::size_t>(1, (rounds.all_rounds - rounds.first_rounds) / runs);

  std::vector<std::size_t> threads = options.threads;
  if (threads.empty()) threads = {1};
  if (options.threads.empty() && profile.limits.cores > 1) threads.push_back(profile.limits.cores);
  ModelRunOptions how;
  how.keep_calls = options.trace;
  how.samples = options.quick ? 5 : 9;
  how.seconds = options.quick ? 0.5 : 3;
  for (const ProfiledModel& model : options.models) {
    for (const simd::WeightType type : options.types) {
      progress(fmt::format("{} {}", model.name, simd::weight_type_name(type)));
      Result<std::vector<ModelTime>> times = run_model(model, type, profile.limits.isa, threads, how);
      if (!times.ok()) return times.error();
      for (ModelTime& time : *times) {
        if (!time.calls.empty()) {
          TraceRegion& region = out.regions.emplace_back();
          region.name = fmt::format("{} {}: a pass", time.model, time.type);
          region.begin_ns = time.calls.front().begin_ns;
          region.end_ns = time.calls.back().end_ns;
          region.calls = std::move(time.calls);
        }
        profile.models.push_back(std::move(time));
      }
      meter_rounds(between);
    }
    // For a while another program may have every second CPU, and then threads do not meet at all.
    if (const Status s = measure_syncs_again(profile.limits); !s.ok()) return s.error();
  }
  profile.limits.rates = metered_rates(meter, profile.results.samples);
  progress("counters");
  count_events(profile, *options.kernels.table);
  predict_models(profile);
  add_records(profile);
  profile.elapsed_s = seconds_since(begin);
  return out;
}

Result<std::string> run_case(const KernelCase& kernel_case) {
  const Result<const simd::Kernels<float>*> kernels = case_kernels(kernel_case);
  if (!kernels.ok()) return kernels.error();
  const std::unique_ptr<CaseRun> run = kernel_case.make(**kernels);
  const Figure took = timed(15, 0.02, [&] { run->run(); });
  const double flops = kernel_case.flops(), bytes = kernel_case.bytes();
  std::string out =
      fmt::format("{}\n  time   {:.4g} us (best {:.4g}, worst {:.4g}) of {} samples\n", kernel_case.text(),
                  took.value * 1e6, took.low * 1e6, took.high * 1e6, took.samples.size());
  if (flops > 0) {
    out += fmt::format("  rate   {:.4g} GFLOP/s of {:.4g} MFLOP\n", flops / took.value * 1e-9, flops * 1e-6);
    double peak = 0;
    for (const PeakLoop& loop : all_peak_loops()) {
      if (loop.type != kernel_case.type && loop.type != simd::WeightType::fp32) continue;
      peak = std::max(peak, loop.operations / timed(3, 1e-3, loop.run).low);
    }
    if (peak > 0)
      out += fmt::format("  peak   {:.4g} GFLOP/s on registers, {:.0f} % of it\n", peak * 1e-9,
                         100 * flops / took.value / peak);
  }
  out += fmt::format("  bytes  {:.4g} KiB, {:.4g} GB/s\n  again  {}\n", bytes / 1024, bytes / took.value * 1e-9,
                     kernel_case.command());
  return out;
}

}  // namespace trm::bench
