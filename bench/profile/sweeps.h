// Loops that do nothing but move memory, with the widest registers of the machine.
#pragma once

#include <cstddef>

namespace trm::bench {

/// Sizes are multiples of 1024 bytes, addresses of 64.
struct Sweeps {
  void (*read)(const std::byte* from, std::size_t bytes);
  void (*write)(std::byte* to, std::size_t bytes);
  void (*copy)(std::byte* to, const std::byte* from, std::size_t bytes);
};

Sweeps best_sweeps();

}  // namespace trm::bench
