// What the processor's vector units do at most, measured: the yardstick of share_of_peak.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "bench/speed/runner.h"
#include "simd/cpu.h"
#include "simd/matmul.h"

namespace trm::bench {

/// One instruction, many times, on registers alone and without waiting for its results.
struct PeakLoop {
  std::string instruction;  ///< "vfmadd (AVX-512)"
  simd::Isa isa;            ///< the row that has the instruction
  simd::WeightType type;    ///< of the weights whose products it computes
  double operations;        ///< multiplications and additions of one call
  void (*run)();
};

/// Every one that this machine has, those of an instruction set together, the worst set first.
std::vector<PeakLoop> all_peak_loops();

/// The best of each type. None where the program knows no such loop for its processor.
std::vector<PeakLoop> peak_loops();

/// The loop on every thread of the pool, which must outlive it.
std::unique_ptr<Runner> make_peak_runner(const PeakLoop& loop, ThreadPool& pool);

}  // namespace trm::bench
