// The header of a numpy file: how its values are stored, and how many.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace trm::tasks {

enum class NpyKind { boolean, signed_integer, unsigned_integer };

struct NpyHeader {
  NpyKind kind = NpyKind::unsigned_integer;
  std::size_t value_bytes = 1;  ///< 1, 2, 4 or 8
  std::vector<std::size_t> shape;
  std::size_t values = 0;  ///< the shape's product; values * value_bytes does not overflow
};

/// What every file begins with.
inline constexpr std::string_view kNpyMagic = "\x93NUMPY";
/// The bytes at the start of a file that say how long its header is.
inline constexpr std::size_t kNpyLeadBytes = 12;
struct NpyLead {
  std::size_t header_at = 0;     ///< offset of the header's text
  std::size_t header_bytes = 0;  ///< length of the header's text, 2 or more
};

/// `lead` is the first npy_lead_bytes of the file, or all of it if it is shorter. Error: not a numpy file, an unknown
/// version, a length that no header has.
Result<NpyLead> read_npy_lead(std::span<const std::byte> lead, const std::string& file);

/// The text: a Python dictionary of descr, fortran_order and shape, padded with spaces, and a line break.
Result<NpyHeader> read_npy_header(std::string_view text, const std::string& file);

/// Magic, version 1.0 and header, a multiple of 64 bytes as numpy writes it. `descr` is such as "|u1" or "<i4".
std::string write_npy_header(std::string_view descr, std::span<const std::size_t> shape);

}  // namespace trm::tasks
