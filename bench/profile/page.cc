#include "bench/profile/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "bench/profile/text.h"
#include "reports/format.h"

namespace trm::bench {
namespace {

using reports::Cell;
using reports::Column;
using reports::Document;
using reports::DocumentPlots;
using reports::DocumentSection;
using Drawing = reports::Figure;
using reports::Plot;
using reports::PlotKind;
using reports::PlotSeries;
using reports::Table;

Cell text_cell(std::string text) {
  Cell out;
  out.text = std::move(text);
  return out;
}

/// The value, and its range below it.
Cell figure_cell(const Figure& figure, double scale) {
  Cell out = text_cell(fmt::format("{:.4g}", figure.value * scale));
  out.details.push_back(fmt::format("{:.4g}–{:.4g}", figure.low * scale, figure.high * scale));
  return out;
}

Table table(std::string id, std::string title, std::string caption, const std::vector<const char*>& words,
            const std::vector<const char*>& numbers) {
  Table out;
  out.id = std::move(id);
  out.title = std::move(title);
  out.caption = std::move(caption);
  for (const char* label : words) out.columns.push_back({label, "", false});
  for (const char* label : numbers) out.columns.push_back({label, "", true});
  out.header_columns = 1;
  return out;
}

constexpr std::size_t kTypeStyles = 3;
std::size_t style_of(std::string_view type) {
  return type == "fp32" ? 0 : type == "bf16" ? 1 : kTypeStyles - 1;
}

/// Roofs of one type: bandwidths of the levels, then the peak. Points: the kernels of the models with this type.
Drawing roofline(const Profile& profile, const std::string& type) {
  const MachineLimits& limits = profile.limits;
  Drawing out;
  out.heading = type;
  out.plot.title = "Roofline of " + type;
  out.plot.x_label = "operations per byte";
  out.plot.y_label = "Gop/s";
  out.plot.log_x = out.plot.log_y = true;
  const double peak = limits.peak_ops_per_s(type);
  constexpr double kFrom = 0.05, kTo = 1000;
  std::size_t style = 0;
  for (const CacheLevel& level : limits.levels) {
    PlotSeries roof;
    roof.style = style++;
    roof.label = level.name;
    const double knee = std::clamp(peak / level.read_bytes_per_s, kFrom * 1.1, kTo / 1.1);
    for (const double x : {kFrom, knee, kTo}) {
      roof.x.push_back(x);
      roof.y.push_back(std::min(x * level.read_bytes_per_s, peak) * 1e-9);
    }
    out.plot.series.push_back(std::move(roof));
  }
  std::set<std::string> seen;
  for (const ModelTime& time : profile.models) {
    if (time.type != type || time.threads != 1) continue;
    for (const CallGroup& group : time.groups) {
      const KernelCase c = group.as_case(time.isa);
      if (!(c.flops() > 0) || !(group.measured_s > 0) || seen.size() >= 40 || !seen.insert(c.text()).second) continue;
      PlotSeries point;
      point.style = 6;
      point.label = "a kernel of a model";
      point.x = {c.flops() / c.bytes()};
      point.y = {std::max(c.flops() * group.count / group.measured_s * 1e-9, 1e-3)};
      out.plot.series.push_back(std::move(point));
    }
  }
  return out;
}

DocumentSection models_section(const Profile& profile) {
  DocumentSection out{"models", "The models on it", {}, {}, {}};
  Table times = table(
      "models", "Measured and predicted",
      "A step of puzzles, or a frame of tokens. Undisturbed: lower quartiles of the calls of each kernel, and the "
      "least time between them. The prediction is made of the limits below alone.",
      {"Model", "Shape", "Type"}, {"Threads", "Measured ms", "Undisturbed ms", "Predicted ms", "Error", "Bound by"});
  for (std::size_t m = 0; m < profile.models.size(); ++m) {
    const ModelTime& time = profile.models[m];
    const double predicted = profile.predictions[m].seconds;
    times.rows.push_back({text_cell(time.model), text_cell(time.shape), text_cell(time.type),
                          text_cell(std::to_string(time.threads)), figure_cell(time.step_s, 1e3),
                          text_cell(time.quiet_s > 0 ? fmt::format("{:.4g}", time.quiet_s * 1e3) : ""),
                          text_cell(fmt::format("{:.4g}", predicted * 1e3)),
                          text_cell(fmt::format("{:+.0f} %", 100 * (predicted / time.compared_s() - 1))),
                          text_cell(profile.predictions[m].bounds())});
  }
  DocumentPlots roofs{
      "Rooflines",
      "What a core can do at most for so many operations per byte, by where the bytes come from, and what the "
      "kernels of the models reach. Bytes are those of the operands, each counted once.",
      {}};
  for (const char* type : {"fp32", "bf16", "int8"}) {
    const bool used =
        std::any_of(profile.models.begin(), profile.models.end(), [&](const ModelTime& t) { return t.type == type; });
    if (used && profile.limits.peak_ops_per_s(type) > 0 && !profile.limits.levels.empty()) {
      roofs.figures.push_back(roofline(profile, type));
    }
  }
  out.plots.push_back(std::move(roofs));
  out.tables.push_back(std::move(times));
  return out;
}

DocumentSection kernels_section(const Profile& profile) {
  DocumentSection out{"kernels", "Kernel by kernel", {}, {}, {}};
  DocumentPlots bars{"Time of a step by kernel", "Calls of one kernel together, whatever their shapes.", {}};
  for (std::size_t m = 0; m < profile.models.size(); ++m) {
    const ModelTime& time = profile.models[m];
    if (time.threads != 1) continue;
    std::vector<std::pair<std::string, double>> sums;
    Table rows = table("kernels-" + std::to_string(m), time.model + " " + time.type + ": kernels on one thread",
                       "Time in a step; bytes from beyond L2 are those of one call, by the distance to their last use.",
                       {"Kernel", "Shape", "Type", "Bound by"},
                       {"Calls", "ms", "Predicted ms", "Gop/s", "op/byte", "KiB from L3", "KiB from memory"});
    for (std::size_t g = 0; g < time.groups.size(); ++g) {
      const CallGroup& group = time.groups[g];
      const GroupPrediction& own = profile.predictions[m].groups[g];
      const KernelCase c = group.as_case(time.isa);
      const auto sum = std::ranges::find(sums, c.kernel(), &std::pair<std::string, double>::first);
      if (sum == sums.end()) {
        sums.emplace_back(c.kernel(), group.measured_s);
      } else {
        sum->second += group.measured_s;
      }
      const bool computes = c.flops() > 0 && group.measured_s > 0;
      rows.rows.push_back(
          {text_cell(c.kernel()), text_cell(c.shape()), text_cell(c.type_name()), text_cell(own.bound),
           text_cell(fmt::format("{:.0f}", group.count)), text_cell(fmt::format("{:.4g}", group.measured_s * 1e3)),
           text_cell(fmt::format("{:.4g}", own.total_s * 1e3)),
           text_cell(computes ? fmt::format("{:.3g}", c.flops() * group.count / group.measured_s * 1e-9) : ""),
           text_cell(computes ? fmt::format("{:.3g}", c.flops() / c.bytes()) : ""),
           text_cell(fmt::format("{:.0f}", own.l3_bytes / 1024)),
           text_cell(fmt::format("{:.0f}", own.dram_bytes / 1024))});
    }
    out.tables.push_back(std::move(rows));
    std::ranges::stable_sort(sums, [](const auto& a, const auto& b) { return a.second > b.second; });
    Drawing figure;
    figure.heading = time.model + " " + time.type;
    figure.plot.title = "Time of a step of " + figure.heading + " by kernel";
    figure.plot.kind = PlotKind::bars;
    for (std::size_t i = 0; i < std::min<std::size_t>(sums.size(), 8); ++i) {
      PlotSeries bar;
      bar.style = style_of(time.type);
      bar.label = sums[i].first;
      bar.value_label = fmt::format("{:.3g} ms", sums[i].second * 1e3);
      bar.x = {sums[i].second * 1e3};
      figure.plot.series.push_back(std::move(bar));
    }
    if (!figure.plot.series.empty()) bars.figures.push_back(std::move(figure));
  }
  out.plots.push_back(std::move(bars));
  return out;
}

Drawing ladder(const MachineLimits& limits, std::size_t threads) {
  Drawing out;
  out.heading = threads == 1 ? "One core" : fmt::format("{} threads together", threads);
  out.plot.title = "Bandwidth by working set, " + out.heading;
  out.plot.x_label = "KiB of each thread";
  out.plot.y_label = "GB/s";
  out.plot.log_x = out.plot.log_y = true;
  std::size_t style = 0;
  for (const char* operation : {"read", "write", "copy"}) {
    PlotSeries series;
    series.style = style++;
    series.label = operation;
    for (const BandwidthLimit& b : limits.bandwidths) {
      if (b.operation != operation || b.threads != threads) continue;
      series.x.push_back(static_cast<double>(b.bytes) / 1024);
      series.y.push_back(b.bytes_per_s.value * 1e-9);
      series.low.push_back(b.bytes_per_s.low * 1e-9);
      series.high.push_back(b.bytes_per_s.high * 1e-9);
    }
    if (!series.x.empty()) out.plot.series.push_back(std::move(series));
  }
  return out;
}

Drawing latency(const MachineLimits& limits) {
  Drawing out;
  out.heading = "Latency";
  out.plot.title = "Latency of a dependent load by working set";
  out.plot.x_label = "KiB";
  out.plot.y_label = "ns";
  out.plot.log_x = out.plot.log_y = true;
  for (const bool huge : {false, true}) {
    PlotSeries series;
    series.style = huge ? 4 : 3;
    series.label = huge ? "latency, huge pages" : "latency, small pages";
    for (const LatencyLimit& l : limits.latencies) {
      if (l.huge_pages != huge) continue;
      series.x.push_back(static_cast<double>(l.bytes) / 1024);
      series.y.push_back(l.ns.value);
    }
    if (!series.x.empty()) out.plot.series.push_back(std::move(series));
  }
  return out;
}

DocumentSection limits_section(const Profile& profile) {
  const MachineLimits& limits = profile.limits;
  DocumentSection out{"limits", "What it can do at most", {}, {}, {}};
  DocumentPlots memory{"Memory", "Levels show as steps. Bars are the range of the samples.", {}};
  std::set<std::size_t> counts;
  for (const BandwidthLimit& b : limits.bandwidths) counts.insert(b.threads);
  for (const std::size_t threads : counts) memory.figures.push_back(ladder(limits, threads));
  Drawing chased = latency(limits);
  if (!chased.plot.series.empty()) memory.figures.push_back(std::move(chased));
  DocumentPlots peaks{"Peaks", "One instruction on registers, on one core.", {}};
  Drawing bars;
  bars.heading = "Gop/s of one core";
  bars.plot.title = "Peaks of one core";
  bars.plot.kind = PlotKind::bars;
  Table all_peaks = table("peaks", "Peaks", "Multiplications and additions, 10^9 per second.",
                          {"Instruction", "Type", "Core"}, {"Threads", "Gop/s"});
  for (const PeakLimit& peak : limits.peaks) {
    all_peaks.rows.push_back({text_cell(peak.instruction), text_cell(peak.type), text_cell(peak.core),
                              text_cell(std::to_string(peak.threads)), figure_cell(peak.ops_per_s, 1e-9)});
    if (peak.threads > 1) continue;
    PlotSeries bar;
    bar.style = style_of(peak.type);
    bar.label = peak.instruction;
    bar.value_label = fmt::format("{:.0f}", peak.ops_per_s.value * 1e-9);
    bar.x = {peak.ops_per_s.value * 1e-9};
    bars.plot.series.push_back(std::move(bar));
  }
  if (!bars.plot.series.empty()) peaks.figures.push_back(std::move(bars));
  Table levels =
      table("levels", "Levels of memory", "Found: where the ladder of reads falls. Told: what the system says.",
            {"Level"}, {"Found KiB", "Told KiB", "Read GB/s", "All threads GB/s", "Latency ns"});
  for (const CacheLevel& level : limits.levels) {
    const auto kib = [](std::size_t bytes) { return text_cell(bytes == 0 ? "" : std::to_string(bytes >> 10U)); };
    levels.rows.push_back(
        {text_cell(level.name), kib(level.bytes), kib(level.told_bytes),
         text_cell(fmt::format("{:.3g}", level.read_bytes_per_s * 1e-9)),
         text_cell(level.all_read_bytes_per_s > 0 ? fmt::format("{:.3g}", level.all_read_bytes_per_s * 1e-9) : ""),
         text_cell(level.latency_ns > 0 ? fmt::format("{:.3g}", level.latency_ns) : "")});
  }
  Table clocks =
      table("clocks", "Clock", "By a chain of rotations and exclusive ors; heavy work just before may lower it.",
            {"Core", "After"}, {"GHz", "Cycles of a multiplication"});
  for (const ClockLimit& clock : limits.clocks) {
    clocks.rows.push_back({text_cell(clock.core), text_cell(clock.after), figure_cell(clock.ghz, 1),
                           text_cell(clock.multiply_cycles > 0 ? fmt::format("{:.2f}", clock.multiply_cycles) : "")});
  }
  Table syncs =
      table("threads", "Threads together", "Costs of meeting, starting and waking.", {"What"}, {"Threads", "ns"});
  for (const SyncLimit& sync : limits.syncs) {
    syncs.rows.push_back({text_cell(sync.what), text_cell(std::to_string(sync.threads)), figure_cell(sync.ns, 1)});
  }
  Table rates = table(
      "rates", "Rates of kernels",
      "Each kernel's time as a sum over its shape, fitted to a few shapes that are no model's. Exposed: share of the "
      "time from beyond L2 that comes on top of the work.",
      {"Kernel", "Type"}, {"Cases", "Error of the fit", "Exposed"});
  for (const KernelRate& rate : limits.rates) {
    rates.rows.push_back({text_cell(rate.kernel), text_cell(rate.type), text_cell(std::to_string(rate.cases)),
                          text_cell(fmt::format("{:.0f} %", 100 * rate.fit_error)),
                          text_cell(fmt::format("{:.2f}", rate.exposure))});
  }
  out.paragraphs.push_back(
      fmt::format("Equal work differs by {:.1f} % here (A/A pairs, the median). The clock has steps of {:.0f} ns.",
                  100 * limits.noise.value, limits.timer_resolution_ns));
  out.plots = {std::move(peaks), std::move(memory)};
  out.tables = {std::move(levels), std::move(all_peaks), std::move(clocks), std::move(syncs), std::move(rates)};
  return out;
}

DocumentSection machine_section(const Profile& profile) {
  DocumentSection out{"machine", "The machine", {}, {}, {}};
  Table facts = table("facts", "The machine", "As the system says, when the profile began.", {"Fact", "Value"}, {});
  for (const reports::EnvironmentEntry& e : profile.results.environment) {
    facts.rows.push_back({text_cell(e.key), text_cell(e.value)});
  }
  Table isas = table("isas", "Instruction sets", "Those that this program has kernels for.", {"Name", "State"}, {});
  for (const IsaEntry& isa : profile.isas) {
    isas.rows.push_back({text_cell(isa.name), text_cell(isa.missing.empty() ? "runs" : "missing: " + isa.missing)});
  }
  Table counted =
      table("counters", "Counters", "Events in one call, a mean.", {"Kernel", "Shape", "Type", "Event"}, {"Count"});
  for (const CounterEntry& c : profile.counters) {
    counted.rows.push_back({text_cell(c.kernel), text_cell(c.shape), text_cell(c.type), text_cell(c.event),
                            text_cell(fmt::format("{:.0f}", c.value))});
  }
  if (!profile.no_counters.empty())
    out.paragraphs.push_back("Counters are not available: " + profile.no_counters + ".");
  out.tables = {std::move(facts), std::move(isas), std::move(counted)};
  return out;
}

std::string claim_of(const Profile& profile) {
  const PredictionErrors errors = prediction_errors(profile, false);
  if (errors.entries == 0) return "What this machine can do at most.";
  const ModelTime* first = nullptr;
  std::size_t at = 0;
  for (std::size_t m = 0; m < profile.models.size() && first == nullptr; ++m) {
    if (profile.models[m].threads == 1) {
      first = &profile.models[m];
      at = m;
    }
  }
  return fmt::format(
      "{} takes {} a step in {} on one thread. {} The predictions of {} steps are {:.0f} % off on average.",
      first->model, reports::human(first->compared_s() * 1e9, "ns"), first->type, profile.predictions[at].sentence(),
      errors.entries, 100 * errors.mean);
}

}  // namespace

Document profile_page(const Profile& profile) {
  Document out;
  out.title = "Profile of this machine";
  out.claim = claim_of(profile);
  for (const reports::EnvironmentEntry& e : profile.results.environment) {
    if (e.key == "machine" || e.key == "isa" || e.key == "commit")
      out.meta += (out.meta.empty() ? "" : " · ") + e.value;
  }
  if (!profile.models.empty()) {
    out.sections.push_back(models_section(profile));
    out.sections.push_back(kernels_section(profile));
  }
  out.sections.push_back(limits_section(profile));
  out.sections.push_back(machine_section(profile));
  return out;
}

}  // namespace trm::bench
