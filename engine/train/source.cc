#include "engine/train/source.h"

namespace trm {

std::uint64_t fingerprint(std::span<const std::int32_t> tokens, std::span<const std::uint8_t> own) {
  std::uint64_t hash = 0x9e3779b97f4a7c15ull;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (own[i] != 0) continue;
    hash = (hash ^ ((static_cast<std::uint64_t>(i) << 32) | static_cast<std::uint32_t>(tokens[i]))) *
           0xbf58476d1ce4e5b9ull;
    hash ^= hash >> 29;
  }
  hash *= 0x94d049bb133111ebull;
  return hash ^ (hash >> 32);
}

}  // namespace trm
