// Arrays of whole numbers in numpy's file format (NEP 1; versions 1.0, 2.0 and 3.0), read strictly and written as 1.0:
// little-endian, row-major, signed or unsigned integers of 1, 2, 4 or 8 bytes, or bool. A file is read in blocks, so
// an array of 8-byte tokens never stands in memory whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace trm::tasks {

template <class T>
struct NpyArray {
  std::vector<std::size_t> shape;
  std::vector<T> values;  ///< row-major
};

/// What a value may be, and what to do about one that is not.
struct NpyLimits {
  std::int64_t low = 0;
  std::int64_t high = 0;
  const char* fix = "";
};

/// T is uint8_t or int32_t, and holds all values within the limits, whatever the file stores them as. Error: missing,
/// no regular file; no npy file of a known version; another kind of value or order; shorter or longer than its shape
/// says; a value beyond the limits, with its row and column, counted from 0 as numpy does.
template <class T>
Result<NpyArray<T>> read_npy(const std::string& path, const NpyLimits& limits);
/// The same from memory; `file` names the source in errors.
template <class T>
Result<NpyArray<T>> parse_npy(std::span<const std::byte> bytes, const std::string& file, const NpyLimits& limits);

/// Replaces the file whole. The shape's product is the number of values.
template <class T>
Status write_npy(const std::string& path, std::span<const std::size_t> shape, std::span<const T> values);

}  // namespace trm::tasks
