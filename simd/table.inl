// The kernels of one instruction set. A file isa_<name>.cc includes this, defines a tag and makes the table.
#include "simd/kernels.h"
#include "simd/narrow.h"
#include "simd/vec.h"
//
#include "simd/math.inl"
//
#include "simd/kernels_conv.inl"
#include "simd/kernels_elementwise.inl"
#include "simd/kernels_linear_attention.inl"
#include "simd/kernels_local_attention.inl"
#include "simd/kernels_matmul.inl"
//
#include "simd/kernels_matmul_narrow.inl"
//
#include "simd/kernels_matmul_bf16.inl"
#include "simd/kernels_matmul_int8.inl"

namespace trm::simd {
namespace {

/// Tag: Isa (vec.h), panel (columns of a packed panel), rows (of a register tile).
template <class Tag>
constexpr Matmul<float> kMatmulFp32 = {
    .name = "fp32",
    .tile_rows = Tag::kRows,
    .tile_columns = Tag::kPanel,
    .alignment = Vec<typename Tag::Isa>::kWidth * sizeof(float),
    .packed_bytes = packed_bytes<Tag>,
    .pack = pack<Tag>,
    .run = matmul<Tag>,
    .weight_gradient = weight_gradient<Tag>,
};

/// Every function of the table but the name, which the row of isa_rows.cc gives.
template <class Tag>
constexpr Kernels<float> make_table() {
  return {
      .isa = nullptr,
      .weights = "fp32",
      .matmul = &kMatmulFp32<Tag>,
      .matmul_bf16 = &kMatmulBf16<Tag, WidenedBf16<Tag>>,
      .matmul_int8 = &kMatmulInt8<Tag, PairDot<typename Tag::Isa>>,
      .linear = &kMatmulFp32<Tag>,
      .rms_norm_forward = rms_norm_forward<Tag>,
      .rms_norm_backward = rms_norm_backward<Tag>,
      .silu_gate_forward = silu_gate_forward<Tag>,
      .silu_gate_backward = silu_gate_backward<Tag>,
      .softmax = softmax<Tag>,
      .softmax_backward = softmax_backward<Tag>,
      .conv_silu_forward = conv_silu_forward<Tag>,
      .conv_silu_backward = conv_silu_backward<Tag>,
      .grid_conv_silu_forward = grid_conv_silu_forward<Tag>,
      .grid_conv_silu_backward = grid_conv_silu_backward<Tag>,
      .local_attention_forward = local_attention_forward<Tag>,
      .local_attention_backward = local_attention_backward<Tag>,
      .linear_attention_forward = linear_attention_forward<Tag>,
      .linear_attention_backward = linear_attention_backward<Tag>,
      .rope = rope<Tag>,
      .transpose = transpose<Tag>,
      .gather = gather<Tag>,
      .scatter_add = scatter_add<Tag>,
      .cross_entropy = cross_entropy<Tag>,
      .add = add<Tag>,
      .add_to = add_to<Tag>,
      .scale = scale<Tag>,
      .sum_squares = sum_squares<Tag>,
      .ema = ema<Tag>,
      .adamw = adamw<Tag>,
      .adam_atan2 = adam_atan2<Tag>,
  };
}

}  // namespace
}  // namespace trm::simd
