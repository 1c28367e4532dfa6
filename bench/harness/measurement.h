// What every benchmark suite shares: how it is asked to measure, the steps that it tells, and the machine that it ran
// on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "engine/base/status.h"
#include "engine/sys/pinning.h"
#include "reports/record.h"
#include "simd/cpu.h"

namespace trm::bench {

/// How a suite measures, whatever it asks.
struct MeasurementOptions {
  simd::Selection kernels;
  std::string isa_cap;              ///< for the record
  std::size_t threads = 0;          ///< of the offline passes; 0: as many as the machine allows
  std::optional<Pinning> pin;       ///< of the offline passes; none: as TRM_PIN says
  std::size_t latency_items = 500;  ///< single-stream samples of each slice or set, at most
  double latency_seconds = 1;       ///< for each slice or set, all contestants together
};

/// How one offline pass runs.
struct PassOptions {
  std::size_t threads = 0;                    ///< 0: as many as the machine allows
  std::optional<Pinning> pin = std::nullopt;  ///< none: as TRM_PIN says
  const simd::Kernels<float>* kernels = nullptr;
};

/// How one single-stream pass runs.
struct LatencyOptions {
  std::size_t max_items = 500;
  std::size_t min_items = 5;                ///< taken whatever they cost
  std::int64_t budget_ns = 10'000'000'000;  ///< for all contestants together; no item starts after it
  const simd::Kernels<float>* kernels = nullptr;
};

/// Where a run stands.
struct SuiteStep {
  std::size_t number = 0, steps = 0;  ///< from 1; 0: what comes before the steps
  std::string what;                   ///< "trm-frames factorial/test"
  std::size_t done = 0, total = 0;    ///< items
  std::string outcome;                ///< set in the last call of a step: "998 of 1000 right in 4.1 s"
};
using SuiteProgress = std::function<void(const SuiteStep&)>;

/// A run in progress.
class Measurement {
 public:
  /// Both must outlive this.
  Measurement(const MeasurementOptions& options, const SuiteProgress& progress)
      : options_(options), progress_(progress) {}

  /// Decides the pinning and writes the environment. Call it before the work, which would be seen in the load.
  Status begin(reports::RunResults& results);

  [[nodiscard]] PassOptions pass() const { return {options_.threads, pin_, options_.kernels.table}; }
  [[nodiscard]] LatencyOptions latency(std::size_t min_items) const;

  /// Says where step `what` of `steps` is. An outcome ends the step.
  void tell(std::size_t steps, const std::string& what, std::size_t done, std::size_t total,
            const std::string& outcome = "");
  /// Says what is no step.
  void note(const std::string& what, std::size_t done, std::size_t total, const std::string& outcome = "") const;
  /// Takes back steps of somebody who is left out.
  void forget(std::size_t steps) { step_ -= steps; }

 private:
  const MeasurementOptions& options_;
  const SuiteProgress& progress_;
  Pinning pin_ = Pinning::off;
  std::size_t step_ = 0;
};

/// Error (usage): no name at all, with `fix`; a name twice.
Status check_contestant_names(std::span<const std::string> names, const std::string& fix);

/// "998 of 1000 right in 4.1 s".
std::string right_text(std::size_t right, std::size_t of, std::int64_t elapsed_ns);

/// Items that a sample of `count` of `total` takes, in order: distinct, and any first part of them is spread evenly.
std::vector<std::size_t> spread_sample(std::size_t total, std::size_t count);

/// Asks one item after another, the contestants in turns, so that whatever disturbs the machine disturbs them alike:
/// ask(who, item, timed). An item of each goes before, not timed, to warm up. progress: items done.
/// Error: what `ask` returned.
Status take_turns(std::size_t contestants, std::size_t items, const LatencyOptions& options,
                  const std::function<Status(std::size_t who, std::size_t item, bool timed)>& ask,
                  const std::function<void(std::size_t done)>& progress);

}  // namespace trm::bench
