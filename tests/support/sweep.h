// Sanitizers ask for shorter sweeps with TRM_TEST_SWEEP=small, and emulators, where a second takes half a minute, for
// the shortest with TRM_TEST_SWEEP=tiny: what depends on them shows in the first of the cases, which all take the same
// way through the code.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace trm::test {

enum class Sweep : unsigned char { full, small, tiny };

inline Sweep sweep() {
  const char* asked = std::getenv("TRM_TEST_SWEEP");
  if (asked == nullptr) return Sweep::full;
  return std::string_view(asked) == "tiny"    ? Sweep::tiny
         : std::string_view(asked) == "small" ? Sweep::small
                                              : Sweep::full;
}

/// `count`, or where the sweep shall be small or tiny, a thirtieth of what is many and a tenth of what is few.
inline std::uint64_t swept(std::uint64_t count) {
  constexpr std::uint64_t kMany = 300;
  if (sweep() == Sweep::full) return count;
  return count >= kMany ? std::max(count / 30, kMany / 10) : count / 10;
}

/// From one size to the next in a loop over sizes that all take the same way: 1, `small` or `tiny`. Not even, so that
/// odd and even sizes take turns.
inline std::uint64_t stride(std::uint64_t small, std::uint64_t tiny) {
  return sweep() == Sweep::full ? 1 : sweep() == Sweep::small ? small : tiny;
}

/// The same, but never fewer than `least`: what a statistic of them needs.
inline std::uint64_t swept(std::uint64_t count, std::uint64_t least) {
  return std::max(swept(count), least);
}

}  // namespace trm::test
