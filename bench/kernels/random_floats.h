// Data of measurements.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/model/tensors.h"

namespace trm::bench {

/// Numbers in [-1, 1), a function of the seed: no denormals, no special values.
inline Buffer<float> random_floats(std::size_t n, std::uint64_t seed) {
  Buffer<float> out(n);
  std::uint64_t state = seed * 0x9e3779b97f4a7c15ULL + 1;
  for (float& x : out.span()) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    x = static_cast<float>(static_cast<std::int64_t>(state >> 40U) - (1 << 23)) * 0x1p-23F;
  }
  return out;
}

}  // namespace trm::bench
