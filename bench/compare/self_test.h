// The proof that trm compare can fail and can keep quiet, on this machine, now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "reports/compare/judge.h"

namespace trm::bench {

struct SelfTestClaim;

struct SelfTestOptions {
  std::vector<std::string> work;  ///< the command that prints planted_results(); the number of steps is added to it
  std::size_t rounds = 20;        ///< comparisons of each claim
  std::size_t pairs = 20;
  std::uint64_t seed = 0;
  std::function<void(const std::string& what, std::size_t done, std::size_t total)> progress;
  std::function<void(const SelfTestClaim&)> told;  ///< each claim as soon as it is tested
};

/// One claim and what came of it.
struct SelfTestClaim {
  std::string claim;  ///< "10 % slower is regressed"
  std::size_t rounds = 0;
  std::size_t regressed = 0, inconclusive = 0, passed = 0;
  bool holds = false;
  bool quiet = true;  ///< it fails only because answers were inconclusive: the machine is too noisy
};

/// Measures pairs of the planted work, `rounds` times for each claim:
///   10 % more work is regressed each time
///   the same work passes each time
///   3 % more work is never regressed
///   the same work with one run ten times as long passes each time
///   the same work beside a busy neighbour on every CPU is never regressed
/// Error: the work cannot be run.
Result<std::vector<SelfTestClaim>> run_self_test(const SelfTestOptions& options);

/// One line.
std::string self_test_text(const SelfTestClaim& claim);

}  // namespace trm::bench
