// What the micro-benchmarks share: data, the kernel tables of this machine, registration by name.
#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/kernels/random_floats.h"
#include "engine/base/status.h"
#include "engine/model/config.h"
#include "simd/cpu.h"

namespace trm::bench {

struct NamedKernels {
  std::string isa;
  const simd::Kernels<float>* table;
};
/// Every instruction set of this program that the machine has, up to the cap in TRM_ISA.
std::vector<NamedKernels> available_kernels();

/// Reads the training configurations of the shipped models of frames. Error: of a file.
Status load_shipped_configs();
/// Of "trm-frames" or "transformer-frames"; load_shipped_configs() must have succeeded.
const ModelConfig& shipped_config(const std::string& name);

/// The linear layers of the shipped models, without repetition: y(m, out) = x(m, in) W^T.
struct LinearShape {
  std::size_t out, in;
  std::string use;  ///< "trm/qkv", "transformer/down", ...
};
std::vector<LinearShape> shipped_linear_shapes();

/// Adds the rates of an operation that does this many floating point operations per iteration.
void count_flops(benchmark::State& state, double flops_per_iteration);

// Each registers its benchmarks for every kernel table.
void register_cases(const std::vector<NamedKernels>& kernels);
void register_model(const std::vector<NamedKernels>& kernels);
/// oneDNN's products beside ours; only where the build found oneDNN.
void register_onednn();

}  // namespace trm::bench
