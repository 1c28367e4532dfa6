#include "bench/compare/planted.h"

#include <cstddef>

#include "engine/base/clock.h"
#include "reports/json.h"
#include "simd/cpu.h"

namespace trm::bench {

std::uint64_t planted_work(std::uint64_t steps) {
  std::uint64_t x = steps | 1;
  for (std::uint64_t i = 0; i < steps; ++i) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15ull;
  return x;
}

std::string planted_results(std::uint64_t steps) {
  reports::RunResults results;
  results.title = "planted work";
  results.environment = {{"machine", simd::cpu_description()}};
  reports::SampleSet samples;
  samples.model = "planted work";
  samples.metric = "latency_ns";
  samples.unit = "ns";
  // The first one finds cold caches and a core that still sleeps.
  std::uint64_t sum = planted_work(steps);
  for (std::size_t i = 0; i < kPlantedSamples; ++i) {
    const std::int64_t begin = now_ns();
    sum ^= planted_work(steps + (sum & 1));
    samples.values.push_back(static_cast<double>(now_ns() - begin));
  }
  results.environment.push_back({"result", std::to_string(sum)});
  results.samples.push_back(std::move(samples));
  const Result<std::string> text = reports::to_json(results);
  return text.ok() ? *text : std::string();
}

}  // namespace trm::bench
