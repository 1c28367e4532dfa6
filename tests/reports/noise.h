// Times as machines make them, from a seed.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/interval.h"
#include "engine/base/random.h"

namespace trm::test {

/// exp of normal numbers.
inline std::vector<double> log_normal(std::size_t n, double mean, double deviation, std::uint64_t seed) {
  std::vector<double> out;
  for (std::size_t i = 0; i < n; ++i)
    out.push_back(std::exp(mean + deviation * normal_quantile(random_uniform(seed, 0x6e6f697365, i))));
  return out;
}

/// One machine that both programs of a pair meet: log-normal noise, a slow drift, a second mode that comes for a while,
/// and now and then a run that takes much longer.
class NoisyMachine {
 public:
  explicit NoisyMachine(std::uint64_t seed, double noise = 0.02) : seed_(seed), noise_(noise) {}

  /// Nanoseconds of the next run of something that takes `ns` on a quiet machine.
  double run(double ns) {
    const std::uint64_t i = next_++;
    double log_time = std::log(ns) + noise_ * normal_quantile(random_uniform(seed_, 1, i));
    log_time += 0.1 * std::sin(static_cast<double>(i) / 40);                          // drift
    if (random_uniform(seed_, 2, i / 16) < 0.25) log_time += 0.08;                    // another clock for 16 runs
    if (random_uniform(seed_, 3, i) < 0.02) log_time += random_uniform(seed_, 4, i);  // a disturbed run
    return std::exp(log_time);
  }

 private:
  std::uint64_t seed_;
  double noise_;
  std::uint64_t next_ = 0;
};

}  // namespace trm::test
