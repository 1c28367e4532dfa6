// A program run once and measured from outside: wall and processor time, peak memory, what it printed, how it ended.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/status.h"

namespace trm::bench {

struct ProcessOrder {
  std::vector<std::string> words;  ///< the program, by its path or as PATH has it, and its arguments
  std::vector<std::pair<std::string, std::string>> environment;  ///< set or changed in that of this process
  std::int64_t timeout_ns = 0;                                   ///< killed after it; 0: never
  const std::atomic<bool>* stop = nullptr;  ///< set meanwhile: the program is asked to end, and soon killed
};

struct ProcessOutcome {
  std::int64_t wall_ns = 0;          ///< from the fork to the end
  std::int64_t user_ns = 0;          ///< of it and of its children that it waited for (getrusage)
  std::int64_t system_ns = 0;        ///< the same in the kernel
  std::uint64_t rss_peak_bytes = 0;  ///< largest resident set of one of them
  bool stopped = false;              ///< ProcessOrder::stop ended it
  std::string failure;               ///< "was killed by signal 11"; empty: it ended with status 0
  std::string last_words;            ///< the end of its standard error, at most kLastWords bytes
  std::string output;                ///< its standard output, unless that was longer than kMostOutput
};
inline constexpr std::size_t kLastWords = 600;
inline constexpr std::size_t kMostOutput = std::size_t{64} << 20;

/// Runs it with an empty standard input, in a process group of its own, which is killed when the program ends, takes
/// too long, or this process dies. A peak below what this process holds at the fork cannot be told: Linux counts that
/// in. Error (bad_input): there is no such program; (unsupported): the system refuses a process.
Result<ProcessOutcome> run_measured(const ProcessOrder& order);

}  // namespace trm::bench
