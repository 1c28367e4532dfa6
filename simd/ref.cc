#include "simd/ref.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "simd/narrow.h"
//
#include "simd/ref_attention.inl"
#include "simd/ref_elementwise.inl"
#include "simd/ref_matmul.inl"

namespace trm::simd {

template <class T>
const Kernels<T>& reference() {
  static constexpr Kernels<T> table = {
      .isa = "reference",
      .weights = "fp32",
      .matmul = &ref::kMatmulFamily<T>,
      .matmul_bf16 = &ref::kMatmulBf16<T>,
      .matmul_int8 = &ref::kMatmulInt8<T>,
      .linear = &ref::kMatmulFamily<T>,
      .rms_norm_forward = ref::rms_norm_forward<T>,
      .rms_norm_backward = ref::rms_norm_backward<T>,
      .silu_gate_forward = ref::silu_gate_forward<T>,
      .silu_gate_backward = ref::silu_gate_backward<T>,
      .softmax = ref::softmax<T>,
      .softmax_backward = ref::softmax_backward<T>,
      .conv_silu_forward = ref::conv_silu_forward<T>,
      .conv_silu_backward = ref::conv_silu_backward<T>,
      .grid_conv_silu_forward = ref::grid_conv_silu_forward<T>,
      .grid_conv_silu_backward = ref::grid_conv_silu_backward<T>,
      .local_attention_forward = ref::local_attention_forward<T>,
      .local_attention_backward = ref::local_attention_backward<T>,
      .linear_attention_forward = ref::linear_attention_forward<T>,
      .linear_attention_backward = ref::linear_attention_backward<T>,
      .rope = ref::rope<T>,
      .transpose = ref::transpose<T>,
      .gather = ref::gather<T>,
      .scatter_add = ref::scatter_add<T>,
      .cross_entropy = ref::cross_entropy<T>,
      .add = ref::add<T>,
      .add_to = ref::add_to<T>,
      .scale = ref::scale<T>,
      .sum_squares = ref::sum_squares<T>,
      .ema = ref::ema<T>,
      .adamw = ref::adamw<T>,
      .adam_atan2 = ref::adam_atan2<T>,
  };
  return table;
}

template const Kernels<float>& reference<float>();
template const Kernels<double>& reference<double>();

}  // namespace trm::simd
