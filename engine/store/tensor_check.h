// A file may only confirm the tensors that follow from a configuration.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/safetensors.h"
#include "engine/model/tensors.h"

namespace trm {

/// The float32 tensor of that name and shape, aligned. Error: it is missing (`wanted_by`, such as "the configuration",
/// asks for it), has another type or shape, or has to be copied and does not fit into memory.
Result<const TensorView*> find_f32_tensor(const SafetensorsFile& file, const std::string& name,
                                          const std::vector<std::size_t>& shape, const std::string& wanted_by);
/// Error: the first element of a float32 tensor that is not finite.
Status check_finite(const SafetensorsFile& file, const TensorView& tensor);
/// Error: no room for the weights of the model in `file`, and packed for the kernels.
Status check_weights_memory(const Registry& registry, const std::string& file);

}  // namespace trm
