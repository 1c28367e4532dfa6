// Short floats as float32, without rounding: every bfloat16 and every IEEE binary16 is also a float32.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/format/tensor_view.h"

namespace trm {

/// The value of the bits. A NaN stays a NaN with its payload; a signalling one is not made quiet.
float widen_bf16(std::uint16_t bits);
float widen_f16(std::uint16_t bits);

/// F32, F16 and BF16: the types whose values are float32 values.
bool widens_to_f32(DType dtype);
/// `in` holds out.size() elements of such a type, at any address.
void widen_to_f32(DType dtype, std::span<const std::byte> in, std::span<float> out);

}  // namespace trm
