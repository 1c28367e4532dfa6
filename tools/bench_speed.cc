#include "tools/bench_speed.h"

#include <algorithm>
#include <utility>

#include "bench/profile/model_run.h"
#include "tools/cli.h"
#include "tools/shipped.h"

namespace trm::cli {
namespace {

/// What else can do the work of a workload. A script that is not there is as absent as its library. Error: the variable
/// names no folder.
Result<std::vector<bench::PeerProgram>> peer_programs() {
  const Result<std::string> pytorch = shipped_file(kShippedPython, "pytorch");
  const Result<std::string> onnxruntime = shipped_file(kShippedNode, "onnxruntime");
  if (!pytorch.ok() && pytorch.error().file == kShippedPython.variable) return pytorch.error();
  std::vector<bench::PeerProgram> out(2);
  out[0].name = "PyTorch";
  out[0].fix = "./tools/peers --only pytorch installs it";
  // The Python of the system has the PyTorch of the system; that in PATH may have another one.
  if (pytorch.ok()) out[0].commands = {{"python3", *pytorch}, {"/usr/bin/python3", *pytorch}};
  out[1].name = "ONNX Runtime";
  out[1].fix = "./tools/peers --only onnxruntime installs it";
  if (onnxruntime.ok()) out[1].commands = {{"node", *onnxruntime}};
  return out;
}

}  // namespace

Result<bench::SpeedSuiteOptions> speed_suite_options(const SpeedBench& options) {
  bench::SpeedSuiteOptions out;
  Result<std::vector<bench::SpeedWorkload>> workloads = bench::choose_speed_workloads(options.tasks);
  if (!workloads.ok()) return workloads.error();
  out.workloads = *std::move(workloads);
  if (options.dtype && *options.dtype != simd::WeightType::automatic) out.types = {*options.dtype};
  for (bench::SpeedWorkload& workload : out.workloads) {
    if (!workload.shipped) continue;
    const Result<std::string> file = find_model(workload.name);
    if (!file.ok()) return file.error();
    const Result<bench::ProfiledModel> model = bench::profiled_file(workload.name, *file);
    if (!model.ok()) return model.error();
    workload.model = model->workload.model;
  }
  const bool decodes = std::any_of(out.workloads.begin(), out.workloads.end(),
                                   [](const bench::SpeedWorkload& w) { return w.kind == bench::SpeedKind::decoding; });
  if (decodes) {
    Result<std::string> model = find_model("trm-frames");
    if (!model.ok()) return model.error();
    out.causal_model = *std::move(model);
  }
  if (options.seconds) out.seconds = static_cast<double>(*options.seconds);
  out.seed = options.seed;
  Result<std::vector<bench::PeerProgram>> peers = peer_programs();
  if (!peers.ok()) return peers.error();
  out.peers = *std::move(peers);
  return out;
}

}  // namespace trm::cli
