// Emulators and sanitizers ask for shorter sweeps with TRM_TEST_SWEEP=small.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace trm::test {

/// `count`, or a tenth of it where the sweep shall be small.
inline std::uint64_t swept(std::uint64_t count) {
  const char* asked = std::getenv("TRM_TEST_SWEEP");
  return asked != nullptr && std::string_view(asked) == "small" ? count / 10 : count;
}

}  // namespace trm::test
