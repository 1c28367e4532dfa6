// The time of a model from the limits of a machine: a model of its own, whose error is measured.
//
// A call takes the sum that cost.h gives for it, with the rates of the machine, and on top `exposure` times the time
// that its bytes take from beyond the second-level cache. Where bytes come from follows from how far back they were
// used (locality.h) and from the sizes of the caches. What a step does between kernels (copies of states, the recursion
// machine) is no kernel's work: it is recorded with the calls, and takes as many cycles elsewhere.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "bench/profile/limits.h"
#include "bench/profile/locality.h"

namespace trm::bench {

/// How the work of a step can be shared among threads.
struct WorkShape {
  std::size_t batch = 1;     ///< puzzles or streams of a step
  std::size_t passes = 1;    ///< independent passes of it, with one thread
  bool crew = false;         ///< several threads can share one puzzle
  std::size_t meetings = 0;  ///< of a crew in a pass
  bool causal = false;       ///< one thread decodes all streams
};

/// Where the time of a call goes, seconds. They add up to the time.
struct CallTime {
  double core = 0;          ///< by the kernel's rate, but for the call itself
  double launch = 0;        ///< the call itself
  double l3 = 0, dram = 0;  ///< what comes on top for bytes from there

  [[nodiscard]] double total() const { return core + launch + l3 + dram; }
};

struct GroupPrediction {
  CallTime call;                                      ///< of one call, on one thread
  double total_s = 0;                                 ///< of all calls of a step, on one thread
  double flops = 0, bytes = 0;                        ///< of one call: operations, and operands each counted once
  double l2_bytes = 0, l3_bytes = 0, dram_bytes = 0;  ///< of one call, by where they come from
  std::string bound;                                  ///< "compute", "L2", "L3", "DRAM", "launch"
  bool known = true;  ///< false: the machine has no rate for it, and the roofline alone stands in
};

struct Prediction {
  double seconds = 0;  ///< of a step
  std::vector<GroupPrediction> groups;
  double barrier_s = 0;                                ///< meetings and regions
  double between_s = 0;                                ///< what happens between kernels
  std::vector<std::pair<std::string, double>> shares;  ///< of the time by what bounds it, largest first; add up to 1
  double unknown_share = 0;                            ///< of the time, of kernels without a rate

  /// "compute 92 %, L3 5 %": the largest shares, first the largest.
  [[nodiscard]] std::string bounds() const;
  /// "Compute bounds 92 % of the time, L3 5 %."
  [[nodiscard]] std::string sentence() const;
};

/// Of a step of the groups with so many threads (at least 1). between_s: what one thread does between kernels in a
/// step, on that machine.
Prediction predict(std::span<const CallGroup> groups, const WorkShape& work, const MachineLimits& limits,
                   std::size_t threads, double between_s = 0);

}  // namespace trm::bench
