// NEON on aarch64: 6 x 16 sums in 24 of the 32 registers.
#include "simd/isa_tables.h"
#include "simd/table.inl"

namespace trm::simd {
namespace {

struct Tag {
  using Isa = Neon;
  static constexpr std::size_t kPanel = 16;
  static constexpr std::size_t kRows = 6;
};

constexpr Kernels<float> kTable = make_table<Tag>();

}  // namespace

void override_neon(Kernels<float>& kernels) {
  kernels = kTable;
}

}  // namespace trm::simd
