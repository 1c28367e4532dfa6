#include "bench/compare/self_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "bench/compare/pairs.h"
#include "bench/compare/planted.h"
#include "bench/compare/process.h"
#include "reports/compare/read.h"

namespace trm::bench {
namespace {

namespace compare = reports::compare;

/// What is planted in the later program.
struct Plan {
  const char* claim;
  double more = 0;            ///< work, as a share
  bool outlier = false;       ///< one run of the later program takes ten times as long
  bool neighbour = false;     ///< other threads keep every CPU busy
  bool must_regress = false;  ///< each time; otherwise never
  bool must_pass = false;     ///< each time
};

constexpr Plan kPlans[] = {
    {"10 % slower is regressed", 0.10, false, false, true, false},
    {"the same program passes", 0, false, false, false, true},
    {"3 % slower is never regressed at 5 %", 0.03, false, false, false, false},
    {"one run of 10 times the length changes nothing", 0, true, false, false, true},
    {"beside busy neighbours the same program never regressed", 0, false, true, false, false},
};

/// Threads that work on every CPU until this goes.
class Neighbours {
 public:
  Neighbours() {
    const unsigned count = std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < count; ++i) {
      threads_.emplace_back([this] {
        while (!stop_.load(std::memory_order_relaxed))
          sink_.fetch_xor(planted_work(100'000), std::memory_order_relaxed);
      });
    }
  }
  Neighbours(const Neighbours&) = delete;
  Neighbours& operator=(const Neighbours&) = delete;
  ~Neighbours() {
    stop_.store(true);
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> sink_{0};
  std::vector<std::thread> threads_;
};

Sampler planted_sampler(const SelfTestOptions& options, const Plan& plan) {
  const auto later_runs = std::make_shared<std::size_t>(0);
  return [options, plan, later_runs](Side side) -> Result<RunOutcome> {
    double steps = static_cast<double>(kPlantedSteps);
    if (side == Side::after) {
      steps *= 1 + plan.more;
      // Not the first, which warms up.
      if (plan.outlier && ++*later_runs == 5) steps *= 10;
    }
    ProcessOrder order;
    order.words = options.work;
    order.words.push_back(std::to_string(static_cast<std::uint64_t>(steps)));
    order.timeout_ns = 60'000'000'000;
    Result<ProcessOutcome> ran = run_measured(order);
    if (!ran.ok()) return ran.error();
    RunOutcome out;
    out.failure = ran->failure;
    out.last_words = ran->last_words;
    if (!out.failure.empty()) return out;
    Result<reports::compare::Measurements> measured = reports::compare::read_measurements(ran->output, "planted work");
    if (!measured.ok()) return measured.error();
    out.measured = *std::move(measured);
    return out;
  };
}

Result<compare::Comparison> compare_once(const SelfTestOptions& options, const Plan& plan, std::uint64_t seed) {
  std::optional<Neighbours> busy;
  if (plan.neighbour) busy.emplace();
  PairOptions pairs;
  pairs.pairs = options.pairs;
  pairs.seed = seed;
  const Result<reports::compare::Evidence> evidence = measure_pairs(planted_sampler(options, plan), pairs);
  if (!evidence.ok()) return evidence.error();
  reports::compare::Rules rules;
  rules.seed = seed;
  return judge(*evidence, rules);
}

}  // namespace

Result<std::vector<SelfTestClaim>> run_self_test(const SelfTestOptions& options) {
  std::vector<SelfTestClaim> out;
  for (const Plan& plan : kPlans) {
    SelfTestClaim claim;
    claim.claim = plan.claim;
    claim.rounds = options.rounds;
    for (std::size_t round = 0; round < options.rounds; ++round) {
      if (options.progress) options.progress(plan.claim, round, options.rounds);
      const Result<compare::Comparison> comparison =
          compare_once(options, plan, options.seed + 1000 * out.size() + round);
      if (!comparison.ok()) return comparison.error();
      claim.regressed += static_cast<std::size_t>(comparison->verdict == compare::Verdict::regressed);
      claim.inconclusive += static_cast<std::size_t>(comparison->verdict == compare::Verdict::inconclusive);
      claim.passed += static_cast<std::size_t>(comparison->verdict == compare::Verdict::pass);
    }
    claim.holds = plan.must_regress ? claim.regressed == claim.rounds
                  : plan.must_pass  ? claim.passed == claim.rounds
                                    : claim.regressed == 0;
    claim.quiet = claim.holds || (plan.must_regress ? claim.passed == 0 : claim.regressed == 0);
    if (options.told) options.told(claim);
    out.push_back(std::move(claim));
  }
  return out;
}

std::string self_test_text(const SelfTestClaim& claim) {
  return fmt::format("{:<14} {}: of {} comparisons {} regressed, {} passed, {} inconclusive\n",
                     claim.holds   ? "holds"
                     : claim.quiet ? "not decided"
                                   : "DOES NOT HOLD",
                     claim.claim, claim.rounds, claim.regressed, claim.passed, claim.inconclusive);
}

}  // namespace trm::bench
