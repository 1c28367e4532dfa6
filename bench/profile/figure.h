// A measured number with its spread and its raw samples.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "engine/base/clock.h"
#include "reports/stats.h"

namespace trm::bench {

/// The median of the samples, and the least and the largest of them. Units are those of its owner.
struct Figure {
  double value = 0, low = 0, high = 0;
  std::vector<double> samples;  ///< in the order in which they were taken

  /// No samples: a figure of nothing.
  static Figure of(std::vector<double> samples) {
    Figure out;
    if (samples.empty()) return out;
    out.value = reports::median(samples).value_or(0);
    const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
    out.low = *low;
    out.high = *high;
    out.samples = std::move(samples);
    return out;
  }
};

/// Seconds of `work()`, at least 1 ns.
template <class F>
double time_of(F&& work) {
  const std::int64_t begin = now_ns();
  work();
  return static_cast<double>(std::max<std::int64_t>(now_ns() - begin, 1)) * 1e-9;
}

/// Seconds of one `work()`: each of `samples` is the mean of as many calls as take `least_s` together. The first calls,
/// by which that number is found, are no sample.
template <class F>
Figure timed(std::size_t samples, double least_s, F&& work) {
  double each = time_of(work);
  std::size_t calls = 1;
  for (double all = each; all < least_s / 4 && calls < (std::size_t{1} << 24);
       each = all / static_cast<double>(calls)) {
    calls *= 4;
    all = time_of([&] {
      for (std::size_t i = 0; i < calls; ++i) work();
    });
  }
  calls = std::max<std::size_t>(1, static_cast<std::size_t>(least_s / std::max(each, 1e-9)));
  std::vector<double> out;
  for (std::size_t s = 0; s < samples; ++s) {
    out.push_back(time_of([&] {
                    for (std::size_t i = 0; i < calls; ++i) work();
                  }) /
                  static_cast<double>(calls));
  }
  return Figure::of(std::move(out));
}

}  // namespace trm::bench
