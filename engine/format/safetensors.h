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
#include "engine/format/tensor_reader.h"
#include "engine/format/tensor_view.h"

namespace trm {

class MappedFile;

/// A read-only mapped file. Whoever reads the data of its tensors asks unchanged() afterwards.
///
/// Files of write_safetensors() carry checksums in their metadata: "checksum": "xxh64 H T T ...", where the H is of the
/// header, read with 16 zeros in its place, and each T of the data of a tensor, in the order of their data.
class SafetensorsFile {
 public:
  static Result<SafetensorsFile> open(const std::string& path);
  /// Checks a file image in memory (fuzzing, tests); `name` stands for the path in errors. The bytes must outlive the
  /// result.
  static Result<SafetensorsFile> parse(std::span<const std::byte> image, const std::string& name);

  /// In the order of their data, which need not be aligned.
  [[nodiscard]] const std::vector<TensorView>& tensors() const;
  /// null: no tensor of that name.
  [[nodiscard]] const TensorView* find(std::string_view name) const;
  /// Without the checksums.
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const;
  [[nodiscard]] const std::string& path() const;
  [[nodiscard]] const MappedFile& mapping() const;
  /// The tensor with data that are aligned to its element size, as as<T>() wants them: itself, or a copy that lives as
  /// long as the file where the file placed them elsewhere. Safe from several threads. Error: no memory for the copy.
  [[nodiscard]] Result<const TensorView*> aligned(const TensorView& tensor) const;
  /// Reads the data of all tensors but `except`. Error: one does not have its checksum, or the file was changed
  /// meanwhile. Files without checksums, others' and older ones, pass. open() and parse() compare the header's.
  [[nodiscard]] Status verify(std::string_view except = {}) const;
  /// MappedFile::unchanged.
  [[nodiscard]] Status unchanged() const;

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

/// Files that others read, and that should hold nothing that they do not expect, go without.
enum class Checksums { written, left_out };

/// Writes beside the target, syncs, renames. On error the target is as it was and nothing is left behind. Data go out
/// with the widest element type first, otherwise in the given order; the same input gives the same bytes. All are read
/// twice, for the checksums and for the file. Needs a buffer of 1 MiB beside the tensors, whatever their size.
/// Error: a name that is empty, reserved, not UTF-8 or given twice, a shape that overflows, no data, a reader's, or the
/// system's.
Status write_safetensors(const std::string& path, std::span<const TensorRef> tensors,
                         const std::map<std::string, std::string>& metadata, Checksums checksums = Checksums::written);

}  // namespace trm
