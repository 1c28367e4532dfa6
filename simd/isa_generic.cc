// The baseline of every machine: SSE2 on x86-64, four plain floats elsewhere. 4 x 8 sums in eight registers.
#include "simd/isa_tables.h"
#include "simd/table.inl"

namespace trm::simd {
namespace {

struct Tag {
#if defined(__x86_64__)
  using Isa = Sse2;
#else
  using Isa = Plain;
#endif
  static constexpr std::size_t kPanel = 8;
  static constexpr std::size_t kRows = 4;
};

constexpr Kernels<float> kTable = make_table<Tag>();

}  // namespace

void override_generic(Kernels<float>& kernels) {
  kernels = kTable;
}

}  // namespace trm::simd
