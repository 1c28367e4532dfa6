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

/// Bytes that a thread's stack may grow to, as far as a limit says (ulimit -s); the usual ones otherwise.
std::size_t stack_bytes();

enum class Swap { left_out, counted };
/// Bytes that can still be taken without meeting a limit of the process (ulimit -v, -d) or the container, or the end of
/// the machine's memory, without swapping unless that is counted; SIZE_MAX: the system does not say.
std::size_t available_memory_bytes(Swap swap = Swap::left_out);

/// For sizes that come from outside, before they are reserved: where the container's or the machine's memory ends, the
/// kernel does not refuse, but kills the process later. Error (unsupported): `bytes` are more than
/// available_memory_bytes(); `file` and `field` say who wants them.
Status check_memory(std::size_t bytes, const std::string& file, const std::string& field);

/// a * b, or SIZE_MAX where that does not fit, which check_memory() refuses.
constexpr std::size_t saturated_product(std::size_t a, std::size_t b) {
  std::size_t out = 0;
  return __builtin_mul_overflow(a, b, &out) ? SIZE_MAX : out;
}
/// The same of a + b.
constexpr std::size_t saturated_sum(std::size_t a, std::size_t b) {
  std::size_t out = 0;
  return __builtin_add_overflow(a, b, &out) ? SIZE_MAX : out;
}

}  // namespace trm
