// Two programs measured in pairs: interleaved in random order, so that whatever disturbs the machine disturbs both, and
// begun with pairs of the old one alone, which tell what this machine shows where nothing differs.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "engine/base/status.h"
#include "reports/compare/judge.h"

namespace trm::bench {

enum class Side { before, after };

/// What one run gave.
struct RunOutcome {
  reports::compare::Measurements measured;
  std::string failure;     ///< how it failed; empty: it did not
  std::string last_words;  ///< of a run that failed
  std::string raw;         ///< the text of its results, to be kept
};
/// Runs one side once. Error: nothing can be run at all, which ends the measurement.
using Sampler = std::function<Result<RunOutcome>(Side side)>;

struct PairOptions {
  std::size_t pairs = 20;
  std::optional<std::size_t> same_pairs;    ///< of the old program with itself; none: as many, at least 8
  std::uint64_t seed = 0;                   ///< of the order in pairs
  std::int64_t budget_ns = 0;               ///< no pair starts that would end after it; 0: none
  std::function<std::int64_t()> clock;      ///< of the budget; empty: now_ns()
  const std::atomic<bool>* stop = nullptr;  ///< set meanwhile: no further run starts, and that under way counts not
  std::function<Status(const std::string& name, const RunOutcome& outcome)> keep;  ///< gets every run, if it is there
  /// Told before each run: "pair 3 of 20".
  std::function<void(const std::string& what, std::size_t done, std::size_t total)> progress;
};

/// Failures in a row of one side after which it is not run again.
inline constexpr std::size_t kMostFailures = 3;

/// Runs each side once to warm up, then the pairs of the old one, then the pairs of both. A pair of which a run failed
/// counts for nothing; its failure is kept, and so is everything else. Of a metric with many samples in one run, that
/// run's median is its sample. Answers and facts are those of the first run. Whoever stops it gets what was measured,
/// with a note. Error: that of the sampler or of `keep`.
Result<reports::compare::Evidence> measure_pairs(const Sampler& sampler, const PairOptions& options);

}  // namespace trm::bench
