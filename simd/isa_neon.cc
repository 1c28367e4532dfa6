// NEON on aarch64: 6 x 16 sums in 24 of the 32 registers.
#include "simd/isa_tables.h"
#include "simd/table.inl"

namespace trm::simd {
namespace {

struct Tag {
  using Isa = Neon;
  static constexpr std::size_t panel = 16;
  static constexpr std::size_t rows = 6;
};

constexpr Kernels<float> table = make_table<Tag>();

}  // namespace

void override_neon(Kernels<float>& kernels) {
  kernels = table;
}

}  // namespace trm::simd
