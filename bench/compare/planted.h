// A small piece of work whose size is an argument: what trm compare --self-test measures, with a slowdown planted by
// asking for more of it. The engine knows nothing of it.
#pragma once

#include <cstdint>
#include <string>

namespace trm::bench {

/// Steps of one sample in the self-test; 1 % more steps take 1 % longer.
inline constexpr std::uint64_t kPlantedSteps = 200'000;
inline constexpr std::size_t kPlantedSamples = 15;

/// A chain of `steps` dependent multiplications: no core can run them side by side, no compiler can leave them out.
std::uint64_t planted_work(std::uint64_t steps);

/// Times kPlantedSamples samples of the work, one after another, and returns them as the text of a results.json.
std::string planted_results(std::uint64_t steps);

}  // namespace trm::bench
