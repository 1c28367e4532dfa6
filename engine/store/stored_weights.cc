#include "engine/store/stored_weights.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "engine/format/widen.h"
#include "engine/store/tensor_check.h"
#include "engine/sys/memory.h"
#include "simd/narrow.h"

namespace trm {

namespace {

/// Of bytes that nobody else keeps.
TensorReader read_owned(std::vector<std::byte> bytes) {
  const auto kept = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  return [kept](std::size_t offset, std::span<std::byte> out) -> Status {
    std::memcpy(out.data(), kept->data() + offset, out.size());
    return {};
  };
}

template <class Values>
std::vector<std::byte> bytes_of(const Values& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Result<StoredTensor> find_weights(const SafetensorsFile& file, const std::string& name,
                                  const std::vector<std::size_t>& shape, const std::string& wanted_by) {
  const TensorView* values = file.find(name);
  if (values == nullptr || values->dtype != DType::i8) {
    const Result<const TensorView*> found =
        find_tensor(file, name, shape, wanted_by, widens_to_f32, "F32, F16 or BF16");
    if (!found.ok()) return found.error();
    return StoredTensor{*found, nullptr};
  }
  const auto is_int8 = [](DType type) { return type == DType::i8; };
  const auto is_f32 = [](DType type) { return type == DType::f32; };
  const Result<const TensorView*> integers = find_tensor(file, name, shape, wanted_by, is_int8, "I8");
  if (!integers.ok()) return integers.error();
  if (shape.size() != 2) {
    return Error{ErrorCode::bad_input, file.path(), name, "has type I8", "a matrix alone may be of integers"};
  }
  const Result<const TensorView*> scales =
      find_tensor(file, name + std::string(kScaleSuffix), {shape[0]}, "the int8 matrix " + name, is_f32, "F32");
  if (!scales.ok()) return scales.error();
  return StoredTensor{*integers, *scales};
}

void widen_weights(const StoredTensor& tensor, std::span<float> out) {
  if (tensor.scales == nullptr) return widen_to_f32(tensor.values->dtype, tensor.values->data, out);
  const std::size_t rows = tensor.values->shape[0], columns = tensor.values->shape[1];
  for (std::size_t row = 0; row < rows; ++row) {
    float scale = 0;
    std::memcpy(&scale, tensor.scales->data.data() + row * sizeof scale, sizeof scale);
    for (std::size_t i = row * columns; i < (row + 1) * columns; ++i) {
      out[i] = scale * static_cast<float>(static_cast<std::int8_t>(tensor.values->data[i]));
    }
  }
}

Status read_weights(const SafetensorsFile& file, const StoredTensor& tensor, std::span<float> out) {
  widen_weights(tensor, out);
  return check_finite(out, file.path(), tensor.values->name);
}

std::vector<TensorRef> narrowed(simd::WeightType type, const std::string& name, const std::vector<std::size_t>& shape,
                                std::span<const float> weights) {
  if (type == simd::WeightType::fp32) {
    return {{name, DType::f32, shape, nullptr, read_owned(bytes_of(weights))}};
  }
  if (type == simd::WeightType::bf16) {
    std::vector<std::uint16_t> values;
    values.reserve(weights.size());
    for (const float w : weights) values.push_back(simd::to_bf16(w));
    return {{name, DType::bf16, shape, nullptr, read_owned(bytes_of(values))}};
  }
  const std::size_t columns = shape[1];
  std::vector<float> scales;
  scales.reserve(shape[0]);
  std::vector<std::int8_t> values;
  values.reserve(weights.size());
  for (std::size_t row = 0; row < shape[0]; ++row) {
    const std::span<const float> w = weights.subspan(row * columns, columns);
    const simd::Int8Scale scale = simd::int8_scale(simd::largest_bits(w.data(), 1, columns));
    scales.push_back(scale.scale);
    for (const float x : w) values.push_back(static_cast<std::int8_t>(simd::to_int8(x, scale.inverse)));
  }
  return {{name, DType::i8, shape, nullptr, read_owned(bytes_of(values))},
          {name + std::string(kScaleSuffix), DType::f32, {shape[0]}, nullptr, read_owned(bytes_of(scales))}};
}

Result<std::vector<TensorRef>> converted(simd::WeightType type, const std::string& name, const StoredTensor& matrix,
                                         const std::string& file) {
  const std::size_t elements = matrix.values->elements();
  if (Status s = check_memory(saturated_product(elements, 2 * sizeof(float)), file, matrix.values->name); !s.ok()) {
    return s.error();
  }
  Buffer<float> weights(elements);
  widen_weights(matrix, weights.span());
  return narrowed(type, name, matrix.values->shape, weights.span());
}

}  // namespace trm
