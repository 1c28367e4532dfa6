// trm bench --suite functions: models frame by frame, every case that a function decides by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/sys/pinning.h"
#include "simd/matmul.h"

namespace trm::cli {

struct FunctionSuiteRequest {
  std::vector<std::string> models;     ///< none: trm-frames
  std::vector<std::string> functions;  ///< none: all
  std::optional<std::uint64_t> per_cell;
  std::uint64_t threads = 0;
  std::optional<Pinning> pin;
  std::optional<simd::WeightType> dtype;
  std::string format;  ///< "json", or a table
};

/// Prints what is right and wrong of each model. Returns the exit status: 1 if any frame is wrong.
int bench_functions(const FunctionSuiteRequest& request);

}  // namespace trm::cli
