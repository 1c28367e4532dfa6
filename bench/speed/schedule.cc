#include "bench/speed/schedule.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "reports/stats.h"

namespace trm::bench {
namespace {

constexpr std::size_t kMostRounds = 60;
constexpr double kEveryRound_s = 3;

constexpr double kShort_ns = 50e6;
constexpr double kVisit_ns = 30e6;
constexpr std::size_t kMostRuns = 9;

std::size_t visits_of(double cost_s, std::size_t rounds) {
  const double share = std::min(1.0, kEveryRound_s / std::max(cost_s, 1e-9));
  return std::max<std::size_t>(1, static_cast<std::size_t>(share * static_cast<double>(rounds)));
}

/// Of a visit; odd, so that the median is one of them.
std::size_t timed_runs(double expected_ns) {
  if (expected_ns >= kShort_ns) return 1;
  const double fitting = kVisit_ns / std::max(expected_ns, 1.0);
  return std::clamp<std::size_t>(static_cast<std::size_t>(fitting) | 1U, 1, kMostRuns);
}

}  // namespace

bool RoundPlan::visited(std::size_t bout, std::size_t round) const {
  return (round + 1) * visits[bout] / rounds > round * visits[bout] / rounds;
}

RoundPlan plan_rounds(std::span<const double> costs_s, double budget_s) {
  RoundPlan out;
  for (std::size_t rounds = 1; rounds <= kMostRounds; ++rounds) {
    RoundPlan next{rounds, {}};
    double sum = 0;
    for (const double cost : costs_s) {
      next.visits.push_back(visits_of(cost, rounds));
      sum += cost * static_cast<double>(next.visits.back());
    }
    if (rounds > 1 && sum > budget_s) break;
    out = std::move(next);
  }
  return out;
}

std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed, std::uint64_t round) {
  std::vector<std::size_t> out(count);
  std::iota(out.begin(), out.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) std::swap(out[i - 1], out[random_bits(seed, round, i) % i]);
  return out;
}

Result<double> time_runner(Runner& runner, double expected_ns) {
  if (expected_ns < kShort_ns) {
    if (Status s = runner.run(); !s.ok()) return s.error();
  }
  std::vector<double> times;
  for (std::size_t i = 0; i < timed_runs(expected_ns); ++i) {
    const std::int64_t begin = now_ns();
    if (Status s = runner.run(); !s.ok()) return s.error();
    times.push_back(static_cast<double>(std::max<std::int64_t>(1, now_ns() - begin)));
  }
  return *reports::median(std::move(times));
}

double visit_seconds(double expected_ns) {
  const std::size_t untimed = expected_ns < kShort_ns ? 1 : 0;
  return expected_ns * 1e-9 * static_cast<double>(untimed + timed_runs(expected_ns));
}

}  // namespace trm::bench
