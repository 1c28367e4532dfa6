// Of which type a model's weights are at inference: what the caller says, or what the model's file says.
#pragma once

#include <map>
#include <string>

#include "engine/base/status.h"
#include "simd/kernels.h"

namespace trm {

/// Metadata field of a model file: "fp32", "bf16" or "int8". A file without it asks for fp32.
inline constexpr const char* kWeightsField = "weights";

/// The table to run the model with: `kernels` itself, or where its weights are "auto" that of the type that `info`, the
/// metadata of the file at `path`, asks for. Error: the file asks for a type that does not exist.
Result<const simd::Kernels<float>*> chosen_kernels(const simd::Kernels<float>& kernels,
                                                   const std::map<std::string, std::string>& info,
                                                   const std::string& path);

}  // namespace trm
