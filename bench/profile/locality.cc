#include "bench/profile/locality.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "reports/stats.h"

namespace trm::bench {
namespace {

/// Memory of which a part is never far from the rest: operands that overlap are of one region.
struct Region {
  std::uintptr_t begin = 0, end = 0;
};

std::vector<Region> regions_of(std::span<const KernelCall> calls) {
  std::vector<Region> all;
  for (const KernelCall& call : calls) {
    for (const Operand& o : call.operands) {
      if (o.bytes > 0) all.push_back({o.begin, o.begin + o.span});
    }
  }
  std::ranges::sort(all, {}, &Region::begin);
  std::vector<Region> out;
  for (const Region& r : all) {
    if (!out.empty() && r.begin < out.back().end) {
      out.back().end = std::max(out.back().end, r.end);
    } else {
      out.push_back(r);
    }
  }
  return out;
}

/// A touch of a region by a call.
struct Touch {
  std::size_t call = 0, region = 0;
  double bytes = 0;
};

std::vector<Touch> touches_of(std::span<const KernelCall> calls, const std::vector<Region>& regions) {
  std::vector<Touch> out;
  for (std::size_t c = 0; c < calls.size(); ++c) {
    for (const Operand& o : calls[c].operands) {
      if (o.bytes == 0) continue;
      const auto behind = std::ranges::upper_bound(regions, o.begin, {}, &Region::begin);
      out.push_back({c, static_cast<std::size_t>(behind - regions.begin() - 1), static_cast<double>(o.bytes)});
    }
  }
  return out;
}

/// Bytes touched between two touches of a region, each region counted once.
class Window {
 public:
  explicit Window(const std::vector<Region>& regions) : regions_(regions), seen_(regions.size(), 0) {}

  /// From the touch at `at` back to the one before of the same region. Infinity: there is none.
  double distance(const std::vector<Touch>& touches, std::size_t at) {
    double sum = touches[at].bytes;
    bool found = false;
    const std::size_t wanted = touches[at].region;
    std::size_t back = at;
    while (back-- > 0 && !found) {
      const Touch& touch = touches[back];
      if (touch.region == wanted) {
        found = true;
        break;
      }
      const auto size = static_cast<double>(regions_[touch.region].end - regions_[touch.region].begin);
      const double more = std::min(touch.bytes, size - seen_[touch.region]);
      if (seen_[touch.region] == 0) touched_.push_back(touch.region);
      seen_[touch.region] += more;
      sum += more;
    }
    for (const std::size_t region : touched_) seen_[region] = 0;
    touched_.clear();
    return found ? sum : std::numeric_limits<double>::infinity();
  }

 private:
  const std::vector<Region>& regions_;
  std::vector<double> seen_;
  std::vector<std::size_t> touched_;
};

/// m = 1 - exp(-m x), the solution above 0, by Newton's method from 1; 0 for x <= 1.
double missed_share(double x) {
  if (x <= 1) return 0;
  double m = 1;
  for (int turn = 0; turn < 30; ++turn) {
    const double kept = std::exp(-m * x);
    m -= (m - 1 + kept) / (1 - x * kept);
  }
  return std::clamp(m, 0.0, 1.0);
}

std::size_t slot_of(double distance) {
  const double steps = std::ceil(2 * std::log2(std::max(distance / kLeastDistance, 1.0)));
  return std::min(kDistances - 1, static_cast<std::size_t>(std::min(steps, double{kDistances})));
}

}  // namespace

std::vector<CallGroup> group_calls(std::span<const KernelCall> calls, std::size_t from,
                                   std::span<const double> seconds) {
  const std::vector<Region> regions = regions_of(calls);
  const std::vector<Touch> touches = touches_of(calls, regions);
  std::vector<Distances> bytes(calls.size(), Distances{});
  Window window(regions);
  for (std::size_t t = 0; t < touches.size(); ++t) {
    if (touches[t].call >= from) bytes[touches[t].call][slot_of(window.distance(touches, t))] += touches[t].bytes;
  }
  using Key = std::tuple<const KernelKind*, CaseSizes, simd::WeightType>;
  std::map<Key, CallGroup> groups;
  std::map<Key, std::vector<double>> took;
  for (std::size_t c = from; c < calls.size(); ++c) {
    const KernelCall& call = calls[c];
    const Key key{call.kind, call.sizes, call.type};
    CallGroup& group = groups[key];
    group.kind = call.kind;
    group.sizes = call.sizes;
    group.type = call.type;
    group.count += 1;
    if (seconds.empty()) took[key].push_back(call.seconds());
    for (std::size_t s = c - from; s < seconds.size(); s += calls.size() - from) took[key].push_back(seconds[s]);
    for (std::size_t d = 0; d < kDistances; ++d) group.bytes[d] += bytes[c][d];
  }
  std::vector<CallGroup> out;
  for (auto& [key, group] : groups) {
    for (double& b : group.bytes) b /= group.count;
    group.measured_s = group.count * reports::percentile(std::move(took[key]), 0.25).value_or(0);
    out.push_back(group);
  }
  std::ranges::stable_sort(out, [](const CallGroup& a, const CallGroup& b) { return a.measured_s > b.measured_s; });
  return out;
}

double bytes_beyond(const Distances& bytes, double cache_bytes) {
  if (!(cache_bytes > 0)) return 0;
  double out = 0;
  for (std::size_t d = 0; d < kDistances; ++d) {
    // The middle of the slot, on a logarithmic scale.
    const double distance = kLeastDistance * std::exp2((static_cast<double>(d) - 0.5) / 2);
    // Behind the last slot is what was never touched.
    out += bytes[d] * (d + 1 == kDistances ? 1 : missed_share(distance / cache_bytes));
  }
  return out;
}

}  // namespace trm::bench
