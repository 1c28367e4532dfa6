#include "tools/bench_speed.h"

#include <algorithm>
#include <utility>

#include "tools/cli.h"

namespace trm::cli {

Result<bench::SpeedSuiteOptions> speed_suite_options(const SpeedBench& options) {
  bench::SpeedSuiteOptions out;
  Result<std::vector<bench::SpeedWorkload>> workloads = bench::choose_speed_workloads(options.tasks);
  if (!workloads.ok()) return workloads.error();
  out.workloads = *std::move(workloads);
  if (options.dtype && *options.dtype != simd::WeightType::automatic) out.types = {*options.dtype};
  const bool decodes = std::any_of(out.workloads.begin(), out.workloads.end(),
                                   [](const bench::SpeedWorkload& w) { return w.kind == bench::SpeedKind::decoding; });
  if (decodes) {
    Result<std::string> model = find_model("trm-frames");
    if (!model.ok()) return model.error();
    out.causal_model = *std::move(model);
  }
  if (options.seconds) out.seconds = static_cast<double>(*options.seconds);
  out.seed = options.seed;
  return out;
}

}  // namespace trm::cli
