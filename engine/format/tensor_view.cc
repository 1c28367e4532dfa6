#include "engine/format/tensor_view.h"

#include <array>

namespace trm {
namespace {

struct DTypeInfo {
  DType dtype;
  std::string_view name;
  std::size_t size;
};
constexpr std::array<DTypeInfo, 13> kDTypes{{{DType::boolean, "BOOL", 1},
                                             {DType::u8, "U8", 1},
                                             {DType::i8, "I8", 1},
                                             {DType::u16, "U16", 2},
                                             {DType::i16, "I16", 2},
                                             {DType::f16, "F16", 2},
                                             {DType::bf16, "BF16", 2},
                                             {DType::u32, "U32", 4},
                                             {DType::i32, "I32", 4},
                                             {DType::f32, "F32", 4},
                                             {DType::u64, "U64", 8},
                                             {DType::i64, "I64", 8},
                                             {DType::f64, "F64", 8}}};

}  // namespace

std::size_t dtype_size(DType dtype) {
  return kDTypes[static_cast<std::size_t>(dtype)].size;
}
std::string_view dtype_name(DType dtype) {
  return kDTypes[static_cast<std::size_t>(dtype)].name;
}

std::optional<DType> parse_dtype(std::string_view name) {
  for (const DTypeInfo& info : kDTypes) {
    if (info.name == name) return info.dtype;
  }
  return std::nullopt;
}

std::string known_dtypes() {
  std::string out;
  for (const DTypeInfo& info : kDTypes) out += (out.empty() ? "" : ", ") + std::string(info.name);
  return out;
}

std::optional<std::size_t> tensor_bytes(DType dtype, std::span<const std::size_t> shape) {
  std::size_t bytes = dtype_size(dtype);
  bool empty = false;
  for (const std::size_t n : shape) {
    if (n == 0) {
      empty = true;
    } else if (bytes > SIZE_MAX / n) {
      return std::nullopt;
    } else {
      bytes *= n;
    }
  }
  return empty ? 0 : bytes;
}

std::string shape_text(std::span<const std::size_t> shape) {
  std::string out = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) out += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return out + ")";
}

}  // namespace trm
