// CRC-32 of zip files (ISO-HDLC: reflected polynomial 0xEDB88320). Finds damage, not intent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace trm {

/// The checksum of `bytes`, or of all before them as well if `before` is theirs.
std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t before = 0);

}  // namespace trm
