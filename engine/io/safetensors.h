// safetensors: 8-byte little-endian header length, JSON header, raw little-endian data. Read by mapping, written
// atomically. Format rules: the safetensors README; on top of them duplicate keys, unknown dtypes, shape overflow,
// holes, overlaps, trailing bytes and sizes above the file are rejected before anything is allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm {

enum class DType : std::uint8_t { boolean, u8, i8, u16, i16, f16, bf16, u32, i32, f32, u64, i64, f64 };
std::size_t dtype_size(DType dtype);
/// The name of the format: "BOOL", "U8", ..., "F64".
std::string_view dtype_name(DType dtype);

/// One tensor of a mapped file, row-major. Valid as long as its SafetensorsFile. The data are aligned to the element
/// size (tensors that the file places elsewhere are copies).
struct TensorView {
  std::string name;
  DType dtype;
  std::vector<std::size_t> shape;
  std::span<const std::byte> data;

  [[nodiscard]] std::size_t elements() const { return data.size() / dtype_size(dtype); }
  template <class T>
  [[nodiscard]] std::span<const T> as() const {
    return {reinterpret_cast<const T*>(data.data()), data.size() / sizeof(T)};
  }
};

/// A read-only mapped file.
class SafetensorsFile {
 public:
  static Result<SafetensorsFile> open(const std::string& path);
  /// Checks a file image in memory (fuzzing, tests); `name` stands for the path in errors. The bytes must outlive the
  /// result.
  static Result<SafetensorsFile> parse(std::span<const std::byte> image, const std::string& name);

  /// In the order of their data.
  [[nodiscard]] const std::vector<TensorView>& tensors() const;
  /// null: no tensor of that name.
  [[nodiscard]] const TensorView* find(std::string_view name) const;
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const;
  [[nodiscard]] const std::string& path() const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

/// One tensor to be written.
struct TensorRef {
  std::string name;
  DType dtype;
  std::vector<std::size_t> shape;
  const void* data;
};

/// Writes beside the target, syncs, renames. On error the target is as it was and nothing is left behind. Data go out
/// with the widest element type first, otherwise in the given order; the same input gives the same bytes.
/// Error: a name that is empty, reserved, not UTF-8 or given twice, a shape that overflows, no data, or the system's.
Status write_safetensors(const std::string& path, std::span<const TensorRef> tensors,
                         const std::map<std::string, std::string>& metadata);

}  // namespace trm
