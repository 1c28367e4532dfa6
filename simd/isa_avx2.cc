// AVX2 and FMA: 6 x 16 sums in 12 of the 16 registers.
#include "simd/isa_tables.h"
#include "simd/table.inl"

namespace trm::simd {
namespace {

struct Tag {
  using Isa = Avx2;
  static constexpr std::size_t kPanel = 16;
  static constexpr std::size_t kRows = 6;
};

constexpr Kernels<float> kTable = make_table<Tag>();

}  // namespace

void override_avx2(Kernels<float>& kernels) {
  kernels = kTable;
}

}  // namespace trm::simd
