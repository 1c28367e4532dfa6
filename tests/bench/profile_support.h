// A machine and a model of round numbers, for tests of what is made of them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bench/profile/profile.h"

namespace trm::bench::test {

inline Figure figure(double value) {
  return Figure::of({value});
}

/// 1 GHz, 100 Gop/s in fp32 and 400 in int8; L1 of 32 KiB at 100 GB/s, L2 of 1 MiB at 50, L3 of 16 MiB at 20, memory
/// at 10. A product takes 10 ps for each multiplication and addition of full tiles and 1 us for the call; everything
/// else 1 ns for an element and 100 ns for the call. Half of the time of far bytes shows.
inline MachineLimits round_machine() {
  MachineLimits out;
  out.isa = "generic";
  out.cores = 2;
  out.clocks = {{"core", "nothing", figure(1.0), 3.0}};
  out.peaks = {{"generic", "fp32", "mulps", "core", 1, figure(100e9)},
               {"generic", "int8", "dot", "core", 1, figure(400e9)}};
  out.bandwidths = {{"read", 8192, 1, figure(100e9)}};
  out.latencies = {{8192, false, figure(2.0)}};
  out.levels = {{"L1", 32 << 10, 32 << 10, 100e9, 200e9, 2},
                {"L2", 1 << 20, 1 << 20, 50e9, 100e9, 5},
                {"L3", 16 << 20, 0, 20e9, 40e9, 20},
                {"DRAM", 0, 0, 10e9, 20e9, 100}};
  out.syncs = {{"barrier", 2, figure(500)}, {"region", 2, figure(2000)}};
  for (const char* type : {"fp32", "int8"}) {
    KernelRate product;
    product.kernel = "matmul";
    product.type = type;
    product.seconds = {1e-6, 1e-11, 0, 0, 0, 0, 0};
    product.tile_rows = 4;
    product.tile_columns = 8;
    product.exposure = 0.5;
    out.rates.push_back(std::move(product));
  }
  KernelRate norm;
  norm.kernel = "rms_norm";
  norm.type = "fp32";
  norm.seconds = {1e-7, 0, 1e-9, 0};
  norm.exposure = 0.5;
  out.rates.push_back(std::move(norm));
  out.page_fault_ns = figure(500);
  out.timer_resolution_ns = 1;
  out.noise = Figure::of({0.01, 0.02, 0.03});
  return out;
}

/// `bytes` of a call, all at one distance.
inline CallGroup group(const char* kernel, CaseSizes sizes, double count, double bytes, std::size_t distance) {
  CallGroup out;
  out.kind = kernel_kind(kernel);
  out.sizes = sizes;
  out.count = count;
  out.measured_s = 1e-3;
  out.bytes[distance] = bytes;
  return out;
}

inline ModelTime round_model() {
  ModelTime out;
  out.model = "W1";
  out.type = "fp32";
  out.isa = "generic";
  out.shape = "D8";
  out.evaluations = 21;
  out.step_s = Figure::of({0.011, 0.010, 0.012});
  out.quiet_s = 0.010;
  out.groups = {group("matmul", {8, 16, 10}, 100, 640, 0), group("rms_norm", {8, 16}, 10, 512, 0)};
  return out;
}

inline Profile round_profile() {
  Profile out;
  out.results.title = "trm profile";
  out.results.environment = {{"machine", "a round one"}, {"isa", "generic"}};
  reports::ModelInfo info;
  info.name = "trm";
  out.results.models = {info};
  out.isas = {{"generic", ""}, {"amx", "the CPU has no AMX_TILE"}};
  out.limits = round_machine();
  out.models = {round_model()};
  out.no_counters = "none here";
  out.elapsed_s = 1.5;
  predict_models(out);
  add_records(out);
  return out;
}

}  // namespace trm::bench::test
