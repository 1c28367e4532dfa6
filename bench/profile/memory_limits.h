// Bandwidth by working set, latency by working set, and what a page fault costs.
#pragma once

#include <cstddef>
#include <vector>

#include "bench/profile/limits.h"
#include "engine/base/status.h"
#include "engine/sys/thread_pool.h"

namespace trm::bench {

/// Working sets from 8 KiB up to `most` bytes, two of each power of two.
std::vector<std::size_t> ladder_sizes(std::size_t most);

/// Reads, writes and copies over working sets of these sizes in every thread of the pool at once, with the widest
/// registers of the machine. A copy reads one half of its set and writes the other. Error: no memory.
Result<std::vector<BandwidthLimit>> measure_bandwidth(const std::vector<std::size_t>& sizes, std::size_t samples,
                                                      ThreadPool& pool);

/// A chain through all lines of 64 bytes of the working set in random order. Error: no memory.
Result<std::vector<LatencyLimit>> measure_latency(const std::vector<std::size_t>& sizes, bool huge_pages,
                                                  std::size_t samples);

/// Nanoseconds of the first touch of a page, small or huge; no samples where the system gave no huge page. Error: no
/// memory.
Result<Figure> measure_page_fault(bool huge_pages, std::size_t samples);

}  // namespace trm::bench
