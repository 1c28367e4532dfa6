// A short name for bytes: which model and which data a record is about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace trm {

/// FNV-1a 64 of a byte string as 16 hex digits: identifies models and data in records. Not cryptographic.
std::string hash_hex(std::span<const std::byte> bytes);
/// The same of bytes that come in pieces.
class Hash {
 public:
  void add(std::span<const std::byte> bytes);
  [[nodiscard]] std::string hex() const;

 private:
  std::uint64_t state_ = 0xcbf29ce484222325;
};

}  // namespace trm
