#include "engine/import/crc32.h"

#include <array>
#include <cstring>

namespace trm {
namespace {

using Table = std::array<std::uint32_t, 256>;

// Table k: the effect of a byte that has k bytes behind it, so that eight bytes are looked up at once ("slicing by 8",
// Kounavis and Berry 2005). A table of two gigabytes takes a second instead of six.
constexpr std::array<Table, 8> make_tables() {
  std::array<Table, 8> tables{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? 0xEDB88320U ^ (c >> 1) : c >> 1;
    tables[0][i] = c;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t i = 0; i < 256; ++i) {
      const std::uint32_t c = tables[k - 1][i];
      tables[k][i] = tables[0][c & 255] ^ (c >> 8);
    }
  }
  return tables;
}
constexpr std::array<Table, 8> kTables = make_tables();

}  // namespace

std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t before) {
  std::uint32_t c = ~before;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);  // the first byte is the lowest one: this program runs little-endian
    word ^= c;
    c = 0;
    for (std::size_t k = 0; k < 8; ++k) c ^= kTables[7 - k][(word >> (8 * k)) & 255];
  }
  for (const std::byte b : bytes) c = kTables[0][(c ^ static_cast<std::uint32_t>(b)) & 255] ^ (c >> 8);
  return ~c;
}

}  // namespace trm
