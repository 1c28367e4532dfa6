// The kernels of AMX on tiles in plain C++ and on wide vectors: tests everything of that build but its handful of
// instructions on machines that cannot run them.
#include "simd/table.inl"
//
#include "simd/kernels_matmul_tiles.inl"
#include "tests/simd/plain_tiles.h"
#include "tests/simd/wide.h"

namespace trm::simd {
namespace {

struct Tag {
  using Isa = Wide;
  static constexpr std::size_t kPanel = kTileColumns;
  static constexpr std::size_t kRows = kTileRows;
};

}  // namespace

const Kernels<float>* wide_table();
const Kernels<float>* tiles_table();
const Kernels<float>* tiles_table() {
  static const Kernels<float> table = [] {
    Kernels<float> kernels = *wide_table();
    kernels.isa = "tiles";
    kernels.matmul_bf16 = &kMatmulTiles<Tag, TileBf16<Tag, test::PlainTiles>>;
    kernels.matmul_int8 = &kMatmulTiles<Tag, TileInt8<Tag, test::PlainTiles>>;
    return kernels;
  }();
  return &table;
}

}  // namespace trm::simd
