// Options of the commands that run models: --pin and --dtype.
#pragma once

#include <optional>

#include "engine/sys/pinning.h"
#include "simd/matmul.h"
#include "tools/arguments.h"

namespace trm::cli {

/// Adds "--pin auto|on|off". `out` stays empty where it is not given: TRM_PIN decides, or else auto.
Option add_pin(Arguments& args, std::optional<Pinning>& out);
/// Adds "--dtype fp32|bf16|int8|auto". `out` stays empty where it is not given: TRM_DTYPE decides, or else auto.
Option add_dtype(Arguments& args, std::optional<simd::WeightType>& out);

}  // namespace trm::cli
