// The JSON header of a safetensors file: its types and fields, before they are compared with the data.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/tensor_view.h"

namespace trm {

struct HeaderTensor {
  std::string name;
  DType dtype = DType::f32;
  std::vector<std::size_t> shape;
  std::size_t begin = 0, end = 0;  ///< bytes from the start of the data
};

struct SafetensorsHeader {
  std::vector<HeaderTensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Error: not strict JSON, or a field that is missing, unknown or of a wrong type. Offsets are not checked.
Result<SafetensorsHeader> parse_safetensors_header(std::string_view text, const std::string& file);

}  // namespace trm
