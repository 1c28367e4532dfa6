// AMX: products of whole tiles of bytes and of bfloat16. Everything else is that of AVX-512 with VNNI, which also
// writes out the sums.
#include "simd/isa_tables.h"
#include "simd/table.inl"
//
#include "simd/kernels_matmul_tiles.inl"

namespace trm::simd {
namespace {

/// Panels and rows are those of one tile.
struct Tag {
  using Isa = Avx512;
  static constexpr std::size_t kPanel = kTileColumns;
  static constexpr std::size_t kRows = kTileRows;
};

/// Not the intrinsics: those of g++ 12 take no template arguments, and do not say that they read and write memory, so
/// that operands could be stored behind the instruction that loads them.
struct Tiles {
  static TRM_INLINE void configure(const TileShapes& shapes) {
    __asm__ volatile("ldtilecfg %0" : : "m"(shapes) : "memory");
  }
  static TRM_INLINE void release() { __asm__ volatile("tilerelease" : : : "memory"); }
  template <int T>
  static TRM_INLINE void zero() {
    __asm__ volatile("tilezero %%tmm%c0" : : "i"(T));
  }
  template <int T>
  static TRM_INLINE void load(const void* from, std::size_t stride) {
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(from), "r"(stride), "i"(T) : "memory");
  }
  template <int T>
  static TRM_INLINE void store(void* to, std::size_t stride) {
    __asm__ volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(to), "r"(stride), "i"(T) : "memory");
  }
  template <int C, int A, int B>
  static TRM_INLINE void dot_int8() {
    __asm__ volatile("tdpbssd %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(C), "i"(A), "i"(B));
  }
  template <int C, int A, int B>
  static TRM_INLINE void dot_bf16() {
    __asm__ volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(C), "i"(A), "i"(B));
  }
};

}  // namespace

void override_amx(Kernels<float>& kernels) {
  kernels.matmul_bf16 = &kMatmulTiles<Tag, TileBf16<Tag, Tiles>>;
  kernels.matmul_int8 = &kMatmulTiles<Tag, TileInt8<Tag, Tiles>>;
}

}  // namespace trm::simd
