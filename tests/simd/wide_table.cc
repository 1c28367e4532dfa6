// The kernels at the shape of AVX-512 (16 lanes, panels of 32, tiles of 12 rows) on vectors that the compiler lowers to
// the baseline: tests everything of that build but its handful of intrinsics on machines that cannot run it.
#include "simd/table.inl"
#include "tests/simd/wide.h"

namespace trm::simd {
namespace {

struct Tag {
  using Isa = Wide;
  static constexpr std::size_t kPanel = 32;
  static constexpr std::size_t kRows = 12;
};

constexpr Kernels<float> named_table() {
  Kernels<float> kernels = make_table<Tag>();
  kernels.isa = "wide";
  return kernels;
}

constexpr Kernels<float> kTable = named_table();

}  // namespace

const Kernels<float>* wide_table();
const Kernels<float>* wide_table() {
  return &kTable;
}

}  // namespace trm::simd
