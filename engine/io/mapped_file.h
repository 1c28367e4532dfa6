// A whole file mapped into memory, read-only, so that its size costs no memory.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "engine/base/status.h"

namespace trm {

/// Unmapped with its last owner; moving keeps the addresses.
class MappedFile {
 public:
  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MappedFile();

  /// Error: missing, a folder, no regular file, empty, or the system's.
  static Result<MappedFile> open(const std::string& path);

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  /// Lets the pages of `part` leave the resident set; they are read again when touched. Bytes that are not of this
  /// file are left alone.
  void release(std::span<const std::byte> part) const;
  /// Calls `see` with all of `part` in pieces, and releases each behind it.
  void scan(std::span<const std::byte> part, const std::function<void(std::span<const std::byte>)>& see) const;

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace trm
