#include "engine/store/tensor_check.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

#include "engine/sys/memory.h"

namespace trm {

Result<const TensorView*> find_tensor(const SafetensorsFile& file, const std::string& name,
                                      const std::vector<std::size_t>& shape, const std::string& wanted_by,
                                      bool (*fits)(DType), const std::string& types) {
  auto bad = [&](std::string message, std::string fix) {
    return Error{ErrorCode::bad_input, file.path(), name, std::move(message), std::move(fix)};
  };
  const TensorView* t = file.find(name);
  if (t == nullptr) return bad("tensor is missing", wanted_by + " asks for it");
  if (!fits(t->dtype)) return bad("has type " + std::string(dtype_name(t->dtype)), types + " is expected");
  if (t->shape != shape) {
    return bad("has shape " + shape_text(t->shape), "the configuration asks for " + shape_text(shape));
  }
  return t;
}

Status check_finite(std::span<const float> elements, const std::string& file, const std::string& name) {
  constexpr std::uint32_t kInfinity = 0x7f800000;  // nothing that is finite has as large an exponent
  std::uint32_t largest = 0;
  for (const float element : elements) largest = std::max(largest, std::bit_cast<std::uint32_t>(element) & 0x7fffffffU);
  for (std::size_t i = 0; largest >= kInfinity && i < elements.size(); ++i) {
    if (std::isfinite(elements[i])) continue;
    return Error{ErrorCode::bad_input, file, name, "element " + std::to_string(i) + " is not finite",
                 "the file is damaged or its training diverged"};
  }
  return {};
}

Status check_weights_memory(const Registry& registry, const std::string& file) {
  return check_memory(saturated_product(registry.flat_size, 2 * sizeof(float)), file, "model");
}

}  // namespace trm
