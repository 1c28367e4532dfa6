// A machine that is not here: limits, changed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/profile/limits.h"
#include "engine/base/status.h"

namespace trm::bench {

/// Fields that a change may name, with what they are, for help and errors.
struct WhatIfField {
  const char* name;     ///< "peak.bf16"
  const char* meaning;  ///< "rate of products with bf16 weights, and their peak"
};
const std::vector<WhatIfField>& what_if_fields();

struct WhatIf {
  MachineLimits limits;
  std::size_t threads = 1;  ///< of the prediction
};

/// Are these changes, whatever the machine? Error (usage): as below, but for what is not measured.
Status check_what_if(std::string_view text);

/// Applies "l2=2MiB,peak.bf16=2x,dram=0.5x,cores=8" to limits. A value is a factor ("2x"), a size of a cache ("2MiB",
/// "512KiB"), a bandwidth ("100GB/s"), a time ("300ns"), a frequency ("3.5GHz") or a number of cores. Rates of kernels
/// follow: peak.T scales the work of products of that type, peak.fp32 that of every other kernel as well (they compute
/// in fp32), clock scales all of it, and the bandwidths of L1 and L2. What a call costs by itself stays. Error (usage):
/// an unknown field, with the nearest; a value of another kind; a field that `limits` has not measured; twice the same.
Result<WhatIf> apply_what_if(std::string_view text, const MachineLimits& limits, std::size_t threads);

}  // namespace trm::bench
