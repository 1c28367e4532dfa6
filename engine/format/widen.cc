#include "engine/format/widen.h"

#include <bit>
#include <cstring>

namespace trm {
namespace {

template <float (*Widen)(std::uint16_t)>
void widen_all(std::span<const std::byte> in, std::span<float> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, in.data() + 2 * i, 2);
    out[i] = Widen(bits);
  }
}

}  // namespace

float widen_bf16(std::uint16_t bits) {
  return std::bit_cast<float>(std::uint32_t{bits} << 16);
}

float widen_f16(std::uint16_t bits) {
  const std::uint32_t sign = (bits & 0x8000U) << 16;
  const std::uint32_t exponent = (bits >> 10) & 31U;
  const std::uint32_t fraction = bits & 0x3FFU;
  constexpr std::uint32_t kBias = 127 - 15;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000U | fraction << 13);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + kBias) << 23 | fraction << 13);
  // Multiples of 2^-24: normal numbers in float32, or zero.
  const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
  return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
}

bool widens_to_f32(DType dtype) {
  return dtype == DType::f32 || dtype == DType::f16 || dtype == DType::bf16;
}

void widen_to_f32(DType dtype, std::span<const std::byte> in, std::span<float> out) {
  if (dtype == DType::bf16) {
    widen_all<widen_bf16>(in, out);
  } else if (dtype == DType::f16) {
    widen_all<widen_f16>(in, out);
  } else if (!out.empty()) {
    std::memcpy(out.data(), in.data(), out.size_bytes());
  }
}

}  // namespace trm
