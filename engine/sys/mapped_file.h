// A whole file mapped into memory, read-only, so that its size costs no memory.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "engine/base/status.h"

namespace trm {

/// Unmapped with its last owner; moving keeps the addresses.
class MappedFile {
 public:
  MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  /// Error: missing, a folder, no regular file, empty, or the system's.
  static Result<MappedFile> open(const std::string& path);

  [[nodiscard]] std::span<const std::byte> bytes() const;
  /// To be asked behind everything that was read: bytes that somebody else wrote meanwhile, or that the disk did not
  /// give, are not what was checked before. Error: the file was changed since it was opened, or cannot be read.
  [[nodiscard]] Status unchanged() const;
  /// Lets the pages of `part` leave the resident set; they are read again when touched. Bytes that are not of this
  /// file are left alone.
  void release(std::span<const std::byte> part) const;
  /// Calls `see` with all of `part` in pieces, and releases each behind it.
  void scan(std::span<const std::byte> part, const std::function<void(std::span<const std::byte>)>& see) const;
  /// hash_hex() of the whole file.
  [[nodiscard]] std::string hash() const;

 private:
  struct Mapping;
  std::unique_ptr<Mapping> mapping_;  ///< null: no file
};

/// The system ends a program with SIGBUS that reads a mapped page which its file has no longer. After this call such
/// pages of a MappedFile read as zeros, and unchanged() tells; every other SIGBUS goes to the handler that was there
/// before. For programs, which own their signals, to call once at their start.
void survive_shrinking_files();

}  // namespace trm
