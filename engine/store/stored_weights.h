// How the weights of a model lie in a file: as float32, or in the fewer bits that its linear layers run with.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/safetensors.h"
#include "engine/model/tensors.h"
#include "simd/matmul.h"

namespace trm {

/// What a file holds of one tensor.
struct StoredTensor {
  const TensorView* values = nullptr;
  const TensorView* scales = nullptr;  ///< of int8 alone
};

/// The tensor of that name and shape: F32, F16, BF16, or a matrix of I8 with its scales. Error: it is missing
/// (`wanted_by`, such as "the configuration", asks for it), or has another type or shape; so of its scales.
Result<StoredTensor> find_weights(const SafetensorsFile& file, const std::string& name,
                                  const std::vector<std::size_t>& shape, const std::string& wanted_by);
/// Its elements as float32. Error: one is not finite.
Status read_weights(const SafetensorsFile& file, const StoredTensor& tensor, std::span<float> out);
/// The same without a check, for any types that find_weights() takes.
void widen_weights(const StoredTensor& tensor, std::span<float> out);

/// A matrix `weights` (out, in) to be written as float32, bf16, or int8 with its scales: the numbers that the products
/// of this type make of the float32 weights when they are packed. So a model that runs with this type has the same bits
/// from either file. The references own what they read.
std::vector<TensorRef> narrowed(simd::WeightType type, const std::string& name, const std::vector<std::size_t>& shape,
                                std::span<const float> weights);
/// The same of a matrix in `file`, through memory. Error: there is none for it.
Result<std::vector<TensorRef>> converted(simd::WeightType type, const std::string& name, const StoredTensor& matrix,
                                         const std::string& file);

}  // namespace trm
