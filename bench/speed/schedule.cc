#include "bench/speed/schedule.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "reports/stats.h"

namespace trm::bench {
namespace {

constexpr double kEveryRoundSeconds = 3;

constexpr double kShortNs = 50e6;
constexpr double kVisitNs = 30e6;
constexpr std::size_t kMostRuns = 9;

/// Of a visit; odd, so that the median is one of them.
std::size_t timed_runs(double expected_ns) {
  if (expected_ns >= kShortNs) return 1;
  const double fitting = kVisitNs / std::max(expected_ns, 1.0);
  return std::clamp<std::size_t>(static_cast<std::size_t>(fitting) | 1U, 1, kMostRuns);
}

}  // namespace

Result<double> Runner::timed_run() {
  const std::int64_t begin = now_ns();
  if (Status s = run(); !s.ok()) return s.error();
  return static_cast<double>(std::max<std::int64_t>(1, now_ns() - begin));
}

bool runs_in_round(double cost_s, std::size_t round) {
  const double share = cost_s <= kEveryRoundSeconds ? 1.0 : kEveryRoundSeconds / cost_s;
  const auto at = static_cast<double>(round);
  return round == 0 || std::floor((at + 1) * share) > std::floor(at * share);
}

double round_seconds(std::span<const double> costs_s) {
  double out = 0;
  for (const double cost : costs_s) out += std::min(cost, kEveryRoundSeconds);
  return out;
}

std::size_t rounds_in(std::span<const double> costs_s, double left_s) {
  const double rounds = left_s / std::max(round_seconds(costs_s), 1e-9);
  return static_cast<std::size_t>(std::clamp(std::ceil(rounds), 1.0, static_cast<double>(kMostRounds)));
}

std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed, std::uint64_t round) {
  std::vector<std::size_t> out(count);
  std::iota(out.begin(), out.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) std::swap(out[i - 1], out[random_bits(seed, round, i) % i]);
  return out;
}

Result<double> time_runner(Runner& runner, double expected_ns) {
  if (expected_ns < kShortNs) {
    if (Status s = runner.run(); !s.ok()) return s.error();
  }
  std::vector<double> times;
  for (std::size_t i = 0; i < timed_runs(expected_ns); ++i) {
    const Result<double> time = runner.timed_run();
    if (!time.ok()) return time.error();
    times.push_back(*time);
  }
  return *reports::median(std::move(times));
}

double visit_seconds(double expected_ns) {
  const std::size_t untimed = expected_ns < kShortNs ? 1 : 0;
  return expected_ns * 1e-9 * static_cast<double>(untimed + timed_runs(expected_ns));
}

}  // namespace trm::bench
