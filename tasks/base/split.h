// Which split a start value belongs to. A chain of calls keeps its start values, so everything that one chain shows
// stays in one split.
#pragma once

#include <cstdint>
#include <string_view>

namespace trm::tasks {

/// Of a canonical form.
std::uint64_t form_hash(std::string_view canonical);
/// "train", "validation" or "test" by hash of the canonical form (80/10/10).
std::string_view split_of(std::string_view canonical);
/// The split that holds a slice's items, unless the slice is a whole table: all slices but train and validation hold
/// items of the test split.
std::string_view split_behind(std::string_view slice);

}  // namespace trm::tasks
