// safetensors: 8-byte little-endian header length, JSON header, raw little-endian data. Read by mapping, written
// atomically. Format rules: the safetensors README; on top of them duplicate keys, unknown dtypes, shape overflow,
// holes, overlaps, trailing bytes and sizes above the file are rejected before anything is allocated.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/io/tensor_reader.h"
#include "engine/io/tensor_view.h"

namespace trm {

class MappedFile;

/// A read-only mapped file. Data of its tensors are aligned to the element size (tensors that the file places elsewhere
/// are copies).
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
  [[nodiscard]] const MappedFile& mapping() const;

 private:
  struct Impl;
  static Result<SafetensorsFile> of(Result<std::shared_ptr<const Impl>> impl);
  std::shared_ptr<const Impl> impl_;
};

/// One tensor to be written: from memory, or from `read` if that is given, a piece at a time.
struct TensorRef {
  std::string name;
  DType dtype;
  std::vector<std::size_t> shape;
  const void* data;
  TensorReader read = {};
};

/// Writes beside the target, syncs, renames. On error the target is as it was and nothing is left behind. Data go out
/// with the widest element type first, otherwise in the given order; the same input gives the same bytes.
/// Needs a buffer of 1 MiB beside the tensors, whatever their size.
/// Error: a name that is empty, reserved, not UTF-8 or given twice, a shape that overflows, no data, or the system's.
Status write_safetensors(const std::string& path, std::span<const TensorRef> tensors,
                         const std::map<std::string, std::string>& metadata);

}  // namespace trm
