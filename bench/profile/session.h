// One run of trm profile: the machine, its limits, the models on it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/profile/chrome_trace.h"
#include "bench/profile/measure.h"
#include "bench/profile/profile.h"
#include "engine/base/status.h"
#include "simd/cpu.h"

namespace trm::bench {

struct SessionOptions {
  bool quick = false;
  std::vector<ProfiledModel> models;
  std::vector<simd::WeightType> types = {simd::WeightType::fp32, simd::WeightType::bf16, simd::WeightType::int8};
  std::vector<std::size_t> threads;  ///< of the steps; empty: 1, and as many as the machine allows
  simd::Selection kernels;
  std::string isa_cap;  ///< for the record
  bool trace = false;
};

struct SessionResult {
  Profile profile;
  std::vector<TraceRegion> regions;  ///< of the trace, if it was asked for
};

/// Error: no memory, no threads; of a model.
Result<SessionResult> run_session(const SessionOptions& options, const MeasureProgress& progress);

/// What `trm profile --case` shows: the case alone, in as many samples as half a second allows, beside the roofline of
/// a short measurement. Kernel, shape, type and instruction set are in the records. Error: as case_kernels(); no
/// memory.
Result<std::string> run_case(const KernelCase& kernel_case);

}  // namespace trm::bench
