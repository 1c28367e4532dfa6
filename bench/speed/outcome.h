// What the speed suite has measured, and the numbers that follow from it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
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

/// The times of one divided by those of another, round by round. Both have a sample of each round in which they ran;
/// rounds that only one of them finished at the end are left out.
std::vector<double> round_ratios(const std::vector<double>& dividend, const std::vector<double>& divisor);

/// What a peer that is a program took for a bout.
struct PeerTimes {
  std::string peer;        ///< "PyTorch"
  std::vector<double> ns;  ///< of a run, by round, as long as it answered
};

/// One workload with one type of weights on so many threads: ours, and the peers that are there.
struct BoutOutcome {
  SpeedWorkload workload;
  simd::WeightType type = simd::WeightType::fp32;
  std::size_t threads = 1;
  std::vector<double> ours_ns, onednn_ns;  ///< of a run, by round; of oneDNN, which only multiplies: empty without it
  std::vector<PeerTimes> peers = {};       ///< who does the same work as ours

  /// "fp32, 1 thread".
  [[nodiscard]] std::string mode() const;
  /// Operations of one run, of ours and of oneDNN; 0: not counted.
  [[nodiscard]] double our_operations() const;
  [[nodiscard]] double onednn_operations() const;
};

/// A vector instruction at its most.
struct PeakOutcome {
  std::string instruction;
  simd::WeightType type = simd::WeightType::fp32;
  std::size_t threads = 1;
  std::vector<double> giga_per_s;  ///< operations, by round
};

/// Memory of a process that does nothing else than one workload, once or more.
struct MemoryOutcome {
  SpeedWorkload workload;
  simd::WeightType type = simd::WeightType::fp32;
  std::size_t our_bytes = 0;  ///< its largest resident set
  /// Of the peers that the system says something of.
  std::vector<std::pair<std::string, std::size_t>> peer_bytes = {};
};

/// A peer that is a program.
struct PeerDescription {
  std::string name, description;  ///< "PyTorch", "PyTorch 1.13.1, OpenBLAS SkylakeX"
};

/// Ours in its fastest type beside the fastest peer in its own, whatever that is.
struct BestPeer {
  simd::WeightType our_type;
  std::string peer;
  simd::WeightType peer_type;
  /// Its time divided by ours: in the same type round by round, else of the medians, with a bootstrap interval.
  Estimate speedup;
};

struct SpeedOutcome {
  std::vector<BoutOutcome> bouts;
  std::vector<PeakOutcome> peaks;
  std::vector<MemoryOutcome> memory = {};
  std::vector<PeerDescription> peers = {};
  std::string onednn = {};  ///< name and instruction set; empty: it was not there
  bool onednn_has_tiles = false;
  bool machine_has_tiles = false;  ///< for whoever uses them (AMX)

  /// None: ours or every peer is without samples of this workload on so many threads.
  [[nodiscard]] std::optional<BestPeer> best_peer(const std::string& workload, std::size_t threads) const;
  /// 10^9 operations per second at most: the best of all rounds, since a busy machine only takes from it. Weights of
  /// bfloat16 may also be widened and multiplied as floats, so their peak is the higher one of both. None: no loop for
  /// the type.
  [[nodiscard]] std::optional<double> peak(simd::WeightType type, std::size_t threads) const;
};

/// "2 threads".
std::string threads_text(std::size_t threads);
/// "fp32, 2 threads".
std::string mode_text(simd::WeightType type, std::size_t threads);

}  // namespace trm::bench
