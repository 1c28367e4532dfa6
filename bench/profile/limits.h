// What a machine can do at most, as it was measured: the numbers from which the time of a model is predicted. They are
// data: a profile keeps them, another machine's may take their place, and --what-if changes some of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bench/profile/figure.h"

namespace trm::bench {

/// Frequency of a core, GHz. The chain of rotations and exclusive ors takes one cycle for each on every core that we
/// know; multiplications then take a whole number of cycles each, which is the check.
struct ClockLimit {
  std::string core;        ///< kind of core: "core", "performance", "efficiency"
  std::string after;       ///< what ran just before: "nothing", or the instruction of a PeakLoop
  Figure ghz;              ///< by rotations and exclusive ors
  double multiply_cycles;  ///< cycles of a dependent multiplication at that frequency
};

/// Operations per second of one instruction on registers.
struct PeakLimit {
  std::string isa, type;    ///< "avx512vnni", "int8"
  std::string instruction;  ///< "vpdpbusd (AVX-512)"
  std::string core;         ///< as above; "all" with several threads
  std::size_t threads = 1;
  Figure ops_per_s;
};

/// Bytes per second over a working set of each thread: read bytes, written bytes, or both of a copy.
struct BandwidthLimit {
  std::string operation;  ///< "read", "write", "copy"
  std::size_t bytes = 0;  ///< of each thread
  std::size_t threads = 1;
  Figure bytes_per_s;  ///< of all threads together
};

/// Time from one dependent load to the next, over lines in random order.
struct LatencyLimit {
  std::size_t bytes = 0;
  bool huge_pages = false;
  Figure ns;
};

/// A step of the read ladder.
struct CacheLevel {
  std::string name;                 ///< "L1", "L2", "L3", "DRAM"
  std::size_t bytes = 0;            ///< as far as the ladder shows it; 0: beyond all caches, or not reached
  std::size_t told_bytes = 0;       ///< as the system says; 0: it does not
  double read_bytes_per_s = 0;      ///< of one thread
  double all_read_bytes_per_s = 0;  ///< of all threads together; 0: not measured
  double latency_ns = 0;            ///< with huge pages where there are any; 0: not measured
};

/// Cost of something that threads do together.
struct SyncLimit {
  std::string what;  ///< "barrier", "region", "wake-up", "hand-over"
  std::size_t threads = 2;
  Figure ns;
};

/// The time of a kernel as a sum: seconds[i] for each unit of feature i of cost.h. Bytes from beyond the second-level
/// cache take `exposure` of the time that a plain read takes (more than 1: it asks for them less well, or what it wrote
/// has to go back). Of that, `hidden` times the sum goes on behind the work; the rest comes on top.
struct KernelRate {
  std::string kernel, type;
  std::vector<double> seconds;
  std::size_t tile_rows = 1, tile_columns = 1;  ///< of a product
  double exposure = 0;
  double hidden = 0;     ///< 0..1
  double fit_error = 0;  ///< mean of |fitted / measured - 1| over the calibration cases, a ratio
  std::size_t cases = 0;
};

struct MachineLimits {
  std::string isa;        ///< of the kernels that were measured
  std::size_t cores = 1;  ///< that a program may use
  std::vector<ClockLimit> clocks;
  std::vector<PeakLimit> peaks;
  std::vector<BandwidthLimit> bandwidths;
  std::vector<LatencyLimit> latencies;
  std::vector<CacheLevel> levels;  ///< the nearest first; DRAM last, where the ladder got there
  std::vector<SyncLimit> syncs;
  std::vector<KernelRate> rates;
  Figure page_fault_ns;       ///< first touch of a small page
  Figure huge_page_fault_ns;  ///< of a huge page; no samples: there are none
  double timer_resolution_ns = 0;
  double timer_cost_ns = 0;
  Figure noise;  ///< |ln(A/B)| of pairs of the same work: the median is typical, the largest the worst pair

  /// The best sample of the best loop of the type (others only slow it); the type's products run with fp32 instructions
  /// where it has none of its own. 0: nothing was measured.
  [[nodiscard]] double peak_ops_per_s(std::string_view type, std::size_t threads = 1) const;
  /// Null: not measured.
  [[nodiscard]] const CacheLevel* level(std::string_view name) const;
  [[nodiscard]] const KernelRate* rate(std::string_view kernel, std::string_view type) const;
  /// The least sample (others only lengthen it) of the number of threads nearest to this; 0: not measured.
  [[nodiscard]] double sync_ns(std::string_view what, std::size_t threads) const;
  /// Of the fastest kind of core; 0: not measured.
  [[nodiscard]] double clock_ghz() const;
};

/// Levels of a ladder: `sizes` ascending, `rates` bytes per second read at each. A level ends where the rate falls and
/// stays low: by a quarter near a size that the system tells, by more than half elsewhere. told: L1 first, 0 where the
/// system tells nothing; a told size near an edge is taken for the edge itself. The last level is memory ("DRAM") if
/// the ladder went beyond the largest told size. Pure.
std::vector<CacheLevel> find_levels(const std::vector<std::size_t>& sizes, const std::vector<double>& rates,
                                    const std::vector<std::size_t>& told);

}  // namespace trm::bench
