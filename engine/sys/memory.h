// What this process uses: memory, processor time, page faults.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/base/status.h"

namespace trm {

/// Resident set of the process in bytes; 0: the system does not say.
std::size_t rss_bytes();
/// Largest resident set since the start of the process or the last reset, in bytes; 0: the system does not say.
std::size_t rss_peak_bytes();
/// The same of another process that still runs; 0: the system does not say.
std::size_t rss_peak_bytes(int process);
/// Starts a new peak measurement at the current resident set. False: not allowed here, so the peak is of the whole
/// life of the process.
bool reset_rss_peak();

/// Totals since the start of the process, all threads.
struct ProcessUsage {
  std::uint64_t user_ns = 0;
  std::uint64_t system_ns = 0;
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;
  std::uint64_t involuntary_switches = 0;
};
ProcessUsage process_usage();

/// The selected mode of transparent huge pages: "always", "madvise", "never" or "not available".
std::string transparent_huge_pages();
/// Bytes of this process that huge pages back now; 0 also when the system does not say.
std::size_t huge_page_bytes();

/// Bytes that can still be taken without swapping or meeting the container's limit; SIZE_MAX: the system does not say.
std::size_t available_memory_bytes();
/// For sizes that come from outside, before they are reserved. Error: `bytes` are more than available_memory_bytes();
/// `file` and `field` say who wants them.
Status check_memory(std::size_t bytes, const std::string& file, const std::string& field);

}  // namespace trm
