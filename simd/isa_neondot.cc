// NEON with dot products of bytes (Armv8.2 and later): four for each column in one step. Everything else is that of
// NEON.
#include "simd/isa_tables.h"
#include "simd/table.inl"

namespace trm::simd {
namespace {

struct Tag {
  using Isa = Neon;
  static constexpr std::size_t kPanel = 16;
  static constexpr std::size_t kRows = 6;
};

/// sdot multiplies bytes with a sign: no offset to take out.
struct QuadDot {
  using Reg = int32x4_t;
  using Weight = std::int8_t;
  using Operand = std::int8_t;
  static constexpr std::size_t kGroup = 4;
  static constexpr std::int32_t kOffset = 0;
  static TRM_INLINE int8x16_t bytes(Reg r) { return vreinterpretq_s8_s32(r); }
  static TRM_INLINE Reg load(const Weight* p) { return vreinterpretq_s32_s8(vld1q_s8(p)); }
  static TRM_INLINE Reg set(std::int32_t x) { return vdupq_n_s32(x); }
  static TRM_INLINE Reg broadcast(const Operand* p) { return set(four_bytes(p)); }
  static TRM_INLINE Reg dot(Reg acc, Reg w, Reg a) { return vdotq_s32(acc, bytes(w), bytes(a)); }
};

}  // namespace

void override_neondot(Kernels<float>& kernels) {
  kernels.matmul_int8 = &kMatmulInt8<Tag, QuadDot>;
}

}  // namespace trm::simd
