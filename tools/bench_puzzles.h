// The part of trm bench that measures puzzle models: --suite paper.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/puzzles/suite.h"

namespace trm::cli {

struct PuzzleBench {
  std::vector<std::string> models;  ///< names or paths; empty: those that ship and know their puzzles
  std::vector<std::string> data;
  std::optional<std::uint64_t> items;  ///< none: the suite's own default
  std::uint64_t seed = 0;
  bool submissions = false;
  std::vector<std::string> tries;  ///< numbers of tries, as 1,8
};

/// What the suite is asked, with all models opened; how it measures is left to the caller. Error: a model that is none,
/// or is not there.
Result<bench::PuzzleSuiteOptions> puzzle_suite_options(const PuzzleBench& options);

}  // namespace trm::cli
