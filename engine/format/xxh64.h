// XXH64 of bytes that come in pieces (Yann Collet's xxHash, 64 bits, seed 0): finds damage, not intent, at the speed of
// memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace trm {

class Xxh64 {
 public:
  void add(std::span<const std::byte> bytes);
  /// Of all that was added so far.
  [[nodiscard]] std::uint64_t value() const;
  /// 16 hex digits.
  [[nodiscard]] std::string hex() const;

 private:
  static constexpr std::size_t kStripe = 32;
  void stripe(const std::byte* at);

  std::array<std::uint64_t, 4> lanes_{0x60EA27EEADC0B5D6, 0xC2B2AE3D27D4EB4F, 0, 0x61C8864E7A143579};
  std::array<std::byte, kStripe> held_{};
  std::uint64_t total_ = 0;
};

}  // namespace trm
