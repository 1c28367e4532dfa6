// The part of trm bench that measures speed: --suite speed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/speed/suite.h"

namespace trm::cli {

struct SpeedBench {
  std::vector<std::string> tasks;         ///< empty: the suite's own default
  std::optional<simd::WeightType> dtype;  ///< none or automatic: all types
  std::optional<std::uint64_t> seconds;   ///< none: the suite's own default
  std::uint64_t seed = 0;
};

/// What the suite is asked; how it measures is left to the caller. Error: a name that is none, with the nearest one;
/// the model that decodes does not ship with this program.
Result<bench::SpeedSuiteOptions> speed_suite_options(const SpeedBench& options);

}  // namespace trm::cli
