// Which numbers training frames hold in one place. Functions list them (function.h), and prompts admit no others.
#pragma once

#include <cstdint>
#include <string_view>

namespace trm::tasks {

/// Of a counter: four digits.
inline constexpr std::uint32_t kMaxCounter = 9999;

/// Whole numbers from least to most.
struct Range {
  std::string_view name;  ///< as prompts call the number: "N"
  std::uint32_t least = 0, most = kMaxCounter;
  [[nodiscard]] constexpr bool holds(std::uint64_t value) const { return least <= value && value <= most; }
};

}  // namespace trm::tasks
