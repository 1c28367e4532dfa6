// Bytes of a file or of memory, read once from front to back.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "engine/base/status.h"
#include "engine/sys/file_descriptor.h"

namespace trm {

class ByteReader {
 public:
  /// A regular file, whose size is known before it is read. Error: missing, another kind, the system's.
  static Result<ByteReader> open(const std::string& path);
  explicit ByteReader(std::span<const std::byte> memory) : memory_(memory), bytes_(memory.size()) {}

  /// Of the whole source.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  /// Fills `out`; false with errno 0: there is no more.
  bool fill(std::span<std::byte> out);

 private:
  ByteReader(FileDescriptor file, std::size_t bytes) : file_(std::move(file)), bytes_(bytes) {}
  FileDescriptor file_{-1};
  std::span<const std::byte> memory_;
  std::size_t bytes_;
};

}  // namespace trm
