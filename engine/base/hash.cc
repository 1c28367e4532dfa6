#include "engine/base/hash.h"

namespace trm {

void Hash::add(std::span<const std::byte> bytes) {
  for (const std::byte b : bytes) state_ = (state_ ^ static_cast<std::uint64_t>(b)) * 0x100000001b3;
}

std::string Hash::hex() const {
  std::string out(16, '0');
  for (std::size_t i = 0; i < 16; ++i) out[i] = "0123456789abcdef"[(state_ >> (60 - 4 * i)) & 15];
  return out;
}

std::string hash_hex(std::span<const std::byte> bytes) {
  Hash hash;
  hash.add(bytes);
  return hash.hex();
}

}  // namespace trm
