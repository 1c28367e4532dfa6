// Emulators and sanitizers ask for shorter sweeps with TRM_TEST_SWEEP=small: what depends on them shows in the first of
// the cases, which all take the same way through the code.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace trm::test {

/// `count`, or where the sweep shall be small, a thirtieth of what is many and a tenth of what is few.
inline std::uint64_t swept(std::uint64_t count) {
  constexpr std::uint64_t kMany = 300;
  const char* asked = std::getenv("TRM_TEST_SWEEP");
  if (asked == nullptr || std::string_view(asked) != "small") return count;
  return count >= kMany ? std::max(count / 30, kMany / 10) : count / 10;
}

/// The same, but never fewer than `least`: what a statistic of them needs.
inline std::uint64_t swept(std::uint64_t count, std::uint64_t least) {
  return std::max(swept(count), least);
}

}  // namespace trm::test
