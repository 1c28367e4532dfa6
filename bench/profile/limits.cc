#include "bench/profile/limits.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace trm::bench {

double MachineLimits::peak_ops_per_s(std::string_view type, std::size_t threads) const {
  double best = 0;
  for (const PeakLimit& peak : peaks) {
    const bool serves = peak.type == type || peak.type == "fp32";
    if (serves && peak.threads == threads) best = std::max(best, peak.ops_per_s.high);
  }
  return best;
}

const CacheLevel* MachineLimits::level(std::string_view name) const {
  const auto found =
      std::find_if(levels.begin(), levels.end(), [&](const CacheLevel& level) { return level.name == name; });
  return found == levels.end() ? nullptr : &*found;
}

const KernelRate* MachineLimits::rate(std::string_view kernel, std::string_view type) const {
  const auto found = std::find_if(rates.begin(), rates.end(),
                                  [&](const KernelRate& r) { return r.kernel == kernel && r.type == type; });
  return found == rates.end() ? nullptr : &*found;
}

double MachineLimits::sync_ns(std::string_view what, std::size_t threads) const {
  const SyncLimit* nearest = nullptr;
  const auto away = [&](const SyncLimit& sync) {
    return std::abs(static_cast<double>(sync.threads) - static_cast<double>(threads));
  };
  for (const SyncLimit& sync : syncs) {
    if (sync.what == what && (nearest == nullptr || away(sync) < away(*nearest))) nearest = &sync;
  }
  return nearest == nullptr ? 0 : nearest->ns.low;
}

double MachineLimits::clock_ghz() const {
  double out = 0;
  for (const ClockLimit& clock : clocks) out = std::max(out, clock.ghz.value);
  return out;
}

std::vector<CacheLevel> find_levels(const std::vector<std::size_t>& sizes, const std::vector<double>& rates,
                                    const std::vector<std::size_t>& told) {
  std::vector<CacheLevel> out;
  const std::size_t points = std::min(sizes.size(), rates.size());
  // Where the system tells of an edge, a quarter less is one; anywhere else it takes more than half: neighbours.
  const auto fall_at = [&](std::size_t i) {
    return std::any_of(told.begin(), told.end(),
                       [&](std::size_t t) { return t != 0 && sizes[i] > t * 2 / 3 && sizes[i] <= 2 * t; })
               ? 0.75
               : 0.45;
  };
  std::size_t begin = 0;
  while (begin < points) {
    // One slow point among fast ones is a disturbance; two are an edge.
    double best = rates[begin];
    std::size_t end = begin + 1;
    while (end < points) {
      best = std::max(best, rates[end]);
      const double fall = fall_at(end) * best;
      if (rates[end] < fall && (end + 1 == points || rates[end + 1] < fall)) break;
      ++end;
    }
    CacheLevel level;
    level.read_bytes_per_s = best;
    level.bytes = sizes[end - 1];
    out.push_back(level);
    // The points on the slope belong to neither side: the next level begins where the rate has settled.
    begin = end;
    while (begin + 1 < points && rates[begin + 1] < 0.8 * rates[begin]) ++begin;
  }
  if (out.empty()) return out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool last = i + 1 == out.size();
    // A virtual machine may own a part of the last cache only: the ladder then falls twice.
    out[i].name = i < 3 ? "L" + std::to_string(i + 1) : "beyond L3";
    for (std::size_t t = 0; t < told.size(); ++t) {
      // An edge is seen between the half and the double of what the system tells.
      if (told[t] == 0 || last || out[i].bytes * 2 < told[t] || out[i].bytes > told[t] * 2) continue;
      // Two edges near one size: the first is that of the cache.
      const std::string name = "L" + std::to_string(t + 1);
      if (std::any_of(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(i),
                      [&](const CacheLevel& other) { return other.name == name; })) {
        out[i].name = "beyond " + name;
        continue;
      }
      out[i].name = name;
      out[i].told_bytes = told[t];
      if (out[i].bytes < told[t]) out[i].bytes = told[t];
    }
    // The end of a ladder that stops inside of the largest cache is not yet memory.
    const std::size_t largest = told.empty() ? 0 : *std::max_element(told.begin(), told.end());
    if (last && out.size() > 1 && (largest == 0 ? out.size() > 2 : sizes[points - 1] > largest)) {
      out[i].name = "DRAM";
      out[i].bytes = 0;
    }
  }
  return out;
}

}  // namespace trm::bench
