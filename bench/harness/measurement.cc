#include "bench/harness/measurement.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "bench/harness/environment.h"
#include "engine/base/clock.h"

namespace trm::bench {

Status Measurement::begin(reports::RunResults& results) {
  Result<PinDecision> pinning = decide_pinning(options_.pin, options_.threads);
  if (!pinning.ok()) return pinning.error();
  pin_ = pinning->pinning;
  results.environment = capture_environment({std::string(simd::isa_name(options_.kernels.isa)), options_.isa_cap,
                                             std::move(pinning->reason), options_.kernels.table->weights});
  return {};
}

LatencyOptions Measurement::latency(std::size_t min_items) const {
  return {options_.latency_items, min_items, static_cast<std::int64_t>(options_.latency_seconds * 1e9),
          options_.kernels.table};
}

void Measurement::tell(std::size_t steps, const std::string& what, std::size_t done, std::size_t total,
                       const std::string& outcome) {
  if (progress_) progress_({step_ + 1, steps, what, done, total, outcome});
  if (!outcome.empty()) ++step_;
}

void Measurement::note(const std::string& what, std::size_t done, std::size_t total, const std::string& outcome) const {
  if (progress_) progress_({0, 0, what, done, total, outcome});
}

Status check_contestant_names(std::span<const std::string> names, const std::string& fix) {
  if (names.empty()) return Error{ErrorCode::usage, "", "--model", "nothing to measure", fix};
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (seen.insert(name).second) continue;
    return Error{ErrorCode::usage, "", "--model", fmt::format("two models are called \"{}\"", name),
                 "give their files different names"};
  }
  return {};
}

std::string right_text(std::size_t right, std::size_t of, std::int64_t elapsed_ns) {
  return fmt::format("{} of {} right in {:.1f} s", right, of, static_cast<double>(elapsed_ns) * 1e-9);
}

std::vector<std::size_t> spread_sample(std::size_t total, std::size_t count) {
  std::vector<std::size_t> out;
  if (total == 0) return out;
  // Steps of the golden section fill a range evenly from the start (Weyl 1916); coprime steps meet every item once.
  auto step = std::max<std::size_t>(1, static_cast<std::size_t>(0.6180339887498949 * static_cast<double>(total)));
  while (std::gcd(step, total) != 1) ++step;
  for (std::size_t i = 0, at = total / 2; i < std::min(count, total); ++i, at = (at + step) % total) out.push_back(at);
  return out;
}

Status take_turns(std::size_t contestants, std::size_t items, const LatencyOptions& options,
                  const std::function<Status(std::size_t who, std::size_t item, bool timed)>& ask,
                  const std::function<void(std::size_t done)>& progress) {
  const std::vector<std::size_t> sample = spread_sample(items, options.max_items);
  if (sample.empty()) return {};
  for (std::size_t who = 0; who < contestants; ++who) {
    if (Status s = ask(who, sample.front(), false); !s.ok()) return s;
  }
  const std::int64_t begin = now_ns();
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (i >= options.min_items && now_ns() - begin > options.budget_ns) break;
    // Nobody is always the first one after somebody else's data.
    for (std::size_t turn = 0; turn < contestants; ++turn) {
      if (Status s = ask((i + turn) % contestants, sample[i], true); !s.ok()) return s;
    }
    if (progress) progress(i + 1);
  }
  return {};
}

}  // namespace trm::bench
