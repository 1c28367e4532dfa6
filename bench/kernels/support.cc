#include "bench/kernels/support.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <span>
#include <utility>

#include "engine/sys/files.h"
#include "engine/train/config.h"
#include "tasks/training/frame_source.h"

namespace trm::bench {
namespace {

std::map<std::string, ModelConfig>& configs() {
  static std::map<std::string, ModelConfig> all;
  return all;
}

}  // namespace

Status load_shipped_configs() {
  const tasks::FrameSource source;
  for (const char* name : {"trm-frames", "transformer-frames"}) {
    const std::string file = std::string(TRM_BENCH_MODELS) + "/" + name + ".json";
    const Result<std::string> text = read_text(file);
    if (!text.ok()) return text.error();
    const Result<TrainConfig> config = TrainConfig::parse(*text, file, source);
    if (!config.ok()) return config.error();
    configs()[name] = config->model;
  }
  return {};
}

const ModelConfig& shipped_config(const std::string& name) {
  return configs().at(name);
}

std::vector<NamedKernels> available_kernels() {
  std::vector<NamedKernels> out;
  const char* cap = std::getenv("TRM_ISA");
  const simd::Selection best = simd::select_isa(cap == nullptr ? "" : cap);
  if (best.table == nullptr) return out;
  for (const simd::Isa isa : simd::built_isas()) {
    const simd::Kernels<float>* table = simd::isa_table(isa);
    if (table != nullptr) out.push_back({std::string(simd::isa_name(isa)), table});
    if (isa == best.isa) break;  // worst first
  }
  return out;
}

std::vector<LinearShape> shipped_linear_shapes() {
  std::vector<LinearShape> out;
  const auto add = [&](std::size_t rows, std::size_t in, const std::string& use) {
    const auto same = [&](const LinearShape& s) { return s.out == rows && s.in == in; };
    if (std::none_of(out.begin(), out.end(), same)) out.push_back({rows, in, use});
  };
  const std::pair<std::string, ModelConfig> models[] = {{"trm/", shipped_config("trm-frames")},
                                                        {"transformer/", shipped_config("transformer-frames")}};
  for (const auto& [name, c] : models) {
    if (c.conv_kernel > 0) add(c.hidden_size, c.hidden_size, name + "pointwise");
    add(3 * c.attention_size(), c.hidden_size, name + "qkv");
    add(c.hidden_size, c.attention_size(), name + "o");
    add(2 * c.intermediate_size, c.hidden_size, name + "gate_up");
    add(c.hidden_size, c.intermediate_size, name + "down");
    add(c.vocab_size, c.hidden_size, name + "lm_head");
  }
  return out;
}

void count_flops(benchmark::State& state, double flops_per_iteration) {
  state.counters["FLOPS"] = benchmark::Counter(flops_per_iteration, benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace trm::bench
