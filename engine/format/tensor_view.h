// What files of tensors have in common: element types, and one tensor of a file in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trm {

enum class DType : std::uint8_t { boolean, u8, i8, u16, i16, f16, bf16, u32, i32, f32, u64, i64, f64 };
std::size_t dtype_size(DType dtype);
/// The name in safetensors: "BOOL", "U8", ..., "F64".
std::string_view dtype_name(DType dtype);
/// nullopt: no such type.
std::optional<DType> parse_dtype(std::string_view name);
/// "BOOL, U8, ..., F64".
std::string known_dtypes();

/// Bytes of a tensor; nullopt: more than an address can say. Zeros do not hide an overflow of the other sizes.
std::optional<std::size_t> tensor_bytes(DType dtype, std::span<const std::size_t> shape);
/// "(2, 3)", for messages.
std::string shape_text(std::span<const std::size_t> shape);

/// Behind the name of an int8 matrix (out, in): its float32 scales (out). A weight is its integer times the scale of
/// its row.
constexpr std::string_view kScaleSuffix = ".scale";

/// One tensor of a file, row-major. Valid as long as the file it came from.
struct TensorView {
  std::string name;
  DType dtype;
  std::vector<std::size_t> shape;
  std::span<const std::byte> data;

  [[nodiscard]] std::size_t elements() const { return data.size() / dtype_size(dtype); }
  /// Only for data that are aligned to the element size.
  template <class T>
  [[nodiscard]] std::span<const T> as() const {
    return {reinterpret_cast<const T*>(data.data()), data.size() / sizeof(T)};
  }
};

}  // namespace trm
