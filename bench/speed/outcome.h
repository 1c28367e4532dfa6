// What the speed suite has measured, and the numbers that follow from it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bench/speed/workload.h"
#include "engine/base/interval.h"
#include "simd/matmul.h"

namespace trm::bench {

/// A number with what several rounds say of it.
struct Estimate {
  double value = 0;                  ///< median
  double least = 0, most = 0;        ///< over the rounds
  std::optional<Interval> interval;  ///< 95 %, of the median by order statistics: from six rounds on
  std::size_t n = 0;
};
/// none: without samples.
std::optional<Estimate> estimate(const std::vector<double>& samples);

/// Ours divided by the peer's, round by round. Both have a sample of each round in which they ran; rounds that only one
/// of them finished at the end are left out.
std::vector<double> round_ratios(const std::vector<double>& ours, const std::vector<double>& peers);

/// One workload with one type of weights on so many threads: ours, and the peer where there is one.
struct BoutOutcome {
  SpeedWorkload workload;
  simd::WeightType type = simd::WeightType::fp32;
  std::size_t threads = 1;
  std::vector<double> ours_ns, peer_ns;  ///< of a run, by round; peer: empty where there is none

  /// "fp32, 1 thread".
  [[nodiscard]] std::string mode() const;
  /// Operations of one run, of ours and of the peer; 0: not counted.
  [[nodiscard]] double our_operations() const;
  [[nodiscard]] double peer_operations() const;
};

/// A vector instruction at its most.
struct PeakOutcome {
  std::string instruction;
  simd::WeightType type = simd::WeightType::fp32;
  std::size_t threads = 1;
  std::vector<double> giga_per_s;  ///< operations, by round
};

struct SpeedOutcome {
  std::vector<BoutOutcome> bouts;
  std::vector<PeakOutcome> peaks;
  std::string peer;  ///< name and instruction set; empty: it was not there
  bool peer_has_tiles = false;

  /// 10^9 operations per second at most: the best of all rounds, since a busy machine only takes from it. Weights of
  /// bfloat16 may also be widened and multiplied as floats, so their peak is the higher one of both. None: no loop for
  /// the type.
  [[nodiscard]] std::optional<double> peak(simd::WeightType type, std::size_t threads) const;
};

/// "fp32, 2 threads".
std::string mode_text(simd::WeightType type, std::size_t threads);

}  // namespace trm::bench
