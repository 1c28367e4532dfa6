#include "bench/profile/prediction.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "bench/profile/cost.h"

namespace trm::bench {
namespace {

/// What bounds a time, in the order of reports.
constexpr const char* kCompute = "compute";
constexpr const char* kLaunch = "launch";
constexpr const char* kBarrier = "barrier";
constexpr const char* kBetween = "what is between kernels";

/// Bytes of a call by the level that they come from, and the time that a plain read of them takes one thread. A ladder
/// may have several levels behind the second one that are no memory: a virtual machine may own a part of a cache.
struct Supply {
  double l2 = 0, l3 = 0, dram = 0;
  double l2_s = 0, l3_s = 0, dram_s = 0;
};

double over(double bytes, double rate) {
  return rate > 0 ? bytes / rate : 0;
}

/// Bytes per second that a level gives one of so many threads.
double rate_of(const CacheLevel& level, std::size_t threads, std::size_t measured_threads) {
  const bool shared = threads > 1 && measured_threads > 1 && level.all_read_bytes_per_s > 0;
  return shared ? std::min(level.read_bytes_per_s, level.all_read_bytes_per_s / static_cast<double>(measured_threads))
                : level.read_bytes_per_s;
}

Supply supply_of(const Distances& bytes, const MachineLimits& limits, std::size_t threads) {
  Supply out;
  std::vector<double> beyond;  // bytes that level i does not hold
  for (const CacheLevel& level : limits.levels) {
    beyond.push_back(level.bytes == 0 ? 0 : bytes_beyond(bytes, static_cast<double>(level.bytes)));
  }
  for (std::size_t i = 1; i < limits.levels.size(); ++i) {
    const CacheLevel& level = limits.levels[i];
    const double from_here = std::max(0.0, beyond[i - 1] - beyond[i]);
    const double seconds = over(from_here, rate_of(level, threads, limits.cores));
    const bool memory = level.name == "DRAM";
    (memory ? out.dram : i == 1 ? out.l2 : out.l3) += from_here;
    (memory ? out.dram_s : i == 1 ? out.l2_s : out.l3_s) += seconds;
  }
  return out;
}

/// The member's share of a call of a crew: its rows. Right-hand sides are packed by each member for itself.
CaseSizes shared(const CallGroup& group, std::size_t crew) {
  CaseSizes out = group.sizes;
  const std::string_view name = group.kind->name;
  if (name != "pack" && name != "pack_transposed" && name != "gather") out[0] = (out[0] + crew - 1) / crew;
  return out;
}

GroupPrediction predict_group(const CallGroup& group, const CaseSizes& sizes, const MachineLimits& limits,
                              std::size_t threads) {
  GroupPrediction out;
  const std::string type(simd::weight_type_name(group.type));
  out.flops = group.kind->flops(sizes);
  out.bytes = group.kind->bytes(sizes, group.type);
  const Supply supply = supply_of(group.bytes, limits, threads);
  out.l2_bytes = supply.l2;
  out.l3_bytes = supply.l3;
  out.dram_bytes = supply.dram;
  const double peak = limits.peak_ops_per_s(type);
  const double roof = over(out.flops, peak), l2 = supply.l2_s, l3 = supply.l3_s, dram = supply.dram_s;

  const Tile one{};
  const std::string kernel = cost_features(*group.kind, sizes, one).kernel;
  const KernelRate* rate = limits.rate(kernel, type);
  if (rate == nullptr || rate->seconds.empty()) {
    out.known = false;
    out.call.core = std::max(roof, l2);
    out.call.l3 = l3;
    out.call.dram = dram;
  } else {
    const CostFeatures features =
        cost_features(*group.kind, sizes, product_tile(rate->tile_rows, rate->tile_columns, rate->type, limits.isa));
    out.call.launch = rate->seconds.front();
    out.call.core = core_seconds(*rate, features) - rate->seconds.front();
    const double far = rate->exposure * (l3 + dram);
    const double on_top = std::max(0.0, far - rate->hidden * out.call.core);
    if (far > 0) {
      out.call.l3 = on_top * l3 / (l3 + dram);
      out.call.dram = on_top * dram / (l3 + dram);
    }
  }
  // A kernel that the second-level cache would keep as busy as it is, is bound by that cache.
  out.bound = kCompute;
  if (out.call.launch > out.call.core) out.bound = kLaunch;
  if (l2 > 0.6 * out.call.total() && l2 > roof) out.bound = "L2";
  if (std::max(l3, out.call.l3) > 0.6 * out.call.total()) out.bound = "L3";
  if (std::max(dram, out.call.dram) > 0.6 * out.call.total()) out.bound = "DRAM";
  return out;
}

/// Threads that share one puzzle: as many as engine/infer/canvas_stepper.cc takes, which splits no puzzle where there
/// are as many passes as threads.
std::size_t crew_size(const WorkShape& work, std::size_t threads) {
  return work.crew ? std::max<std::size_t>(1, threads / std::max<std::size_t>(1, work.batch)) : 1;
}

}  // namespace

std::string Prediction::bounds() const {
  constexpr double kLeast = 0.02;
  std::string out;
  for (const auto& [name, share] : shares) {
    if (share < kLeast && !out.empty()) break;
    out += fmt::format("{}{} {:.0f} %", out.empty() ? "" : ", ", name, share * 100);
  }
  return out;
}

std::string Prediction::sentence() const {
  const std::string all = bounds();
  if (all.empty()) return "Nothing was predicted.";
  const std::size_t name = shares.front().first.size(), percent = all.find('%') + 1;
  std::string out =
      all.substr(0, name) + " bounds" + all.substr(name, percent - name) + " of the time" + all.substr(percent) + ".";
  if (out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

Prediction predict(std::span<const CallGroup> groups, const WorkShape& work, const MachineLimits& limits,
                   std::size_t threads, double between_s) {
  Prediction out;
  const std::size_t crew = crew_size(work, threads);
  // With few passes for each thread the last ones leave some threads idle.
  const std::size_t workers = work.causal || crew > 1 ? 1 : std::max<std::size_t>(1, std::min(threads, work.batch));
  const auto passes = static_cast<double>(std::max<std::size_t>(1, work.passes));
  const double rounds =
      work.causal ? 1 : std::ceil(std::max(passes, static_cast<double>(workers)) / static_cast<double>(workers));
  const double scale = workers == 1 ? 1.0 : rounds / std::max(passes, static_cast<double>(workers));
  std::map<std::string, double> shares;
  double unknown = 0;
  for (const CallGroup& group : groups) {
    GroupPrediction predicted =
        predict_group(group, crew > 1 ? shared(group, crew) : group.sizes, limits, std::max(crew, workers));
    predicted.total_s = predicted.call.total() * group.count;
    const double own = predicted.total_s * scale;
    out.seconds += own;
    if (!predicted.known) unknown += own;
    // What is on top for far bytes belongs to where they come from, the rest to what bounds the call.
    const double far = (predicted.call.l3 + predicted.call.dram) * group.count * scale;
    const bool by_far = predicted.bound == "L3" || predicted.bound == "DRAM";
    shares[predicted.bound] += by_far ? own : own - far - predicted.call.launch * group.count * scale;
    if (!by_far) {
      shares["L3"] += predicted.call.l3 * group.count * scale;
      shares["DRAM"] += predicted.call.dram * group.count * scale;
      shares[kLaunch] += predicted.call.launch * group.count * scale;
    }
    out.groups.push_back(std::move(predicted));
  }
  // Each member of a crew makes all the calls, with fewer rows.
  out.between_s = between_s * scale;
  out.seconds += out.between_s;
  shares[kBetween] += out.between_s;
  if (threads > 1 && !work.causal) {
    out.barrier_s = limits.sync_ns("region", threads) * 1e-9;
    if (crew > 1) out.barrier_s += static_cast<double>(work.meetings) * limits.sync_ns("barrier", crew) * 1e-9;
    out.seconds += out.barrier_s;
    shares[kBarrier] += out.barrier_s;
  }
  for (const auto& [name, seconds] : shares) {
    if (seconds > 0) out.shares.emplace_back(name, seconds / out.seconds);
  }
  std::ranges::stable_sort(out.shares, [](const auto& a, const auto& b) { return a.second > b.second; });
  out.unknown_share = out.seconds > 0 ? unknown / out.seconds : 0;
  return out;
}

}  // namespace trm::bench
