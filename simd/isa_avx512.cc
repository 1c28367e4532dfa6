// AVX-512 F, BW, DQ, VL: 12 x 32 sums in 24 of the 32 registers.
#include "simd/isa_tables.h"
#include "simd/table.inl"

namespace trm::simd {
namespace {

struct Tag {
  using Isa = Avx512;
  static constexpr std::size_t kPanel = 32;
  static constexpr std::size_t kRows = 12;
};

constexpr Kernels<float> kTable = make_table<Tag>();

}  // namespace

void override_avx512(Kernels<float>& kernels) {
  kernels = kTable;
}

}  // namespace trm::simd
