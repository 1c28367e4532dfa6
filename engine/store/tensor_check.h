// A file may only confirm the tensors that follow from a configuration.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/safetensors.h"
#include "engine/model/tensors.h"

namespace trm {

/// The tensor of that name and shape, of a type that `fits`; `types` names these in an error. Error: it is missing
/// (`wanted_by`, such as "the configuration", asks for it), or has another type or shape.
Result<const TensorView*> find_tensor(const SafetensorsFile& file, const std::string& name,
                                      const std::vector<std::size_t>& shape, const std::string& wanted_by,
                                      bool (*fits)(DType), const std::string& types);
/// Error: the first element of tensor `name` of `file` that is not finite.
Status check_finite(std::span<const float> elements, const std::string& file, const std::string& name);
/// Error: no room for the weights of the model in `file`, and packed for the kernels.
Status check_weights_memory(const Registry& registry, const std::string& file);

}  // namespace trm
