// Numbers of fewer bits, as the families of matrix products use them. Plain functions that every instruction set and
// the reference compute in the same way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace trm::simd {
namespace {

/// Sums of products are formed over so many k at most before they are added up as floats.
constexpr std::size_t kBf16Depth = 2048, kInt8Depth = 4096;

/// Blocks of a depth of k: as few as `most` allows, of one size (but the last), a multiple of 16.
constexpr std::size_t block_depth(std::size_t k, std::size_t most) {
  const std::size_t blocks = (k + most - 1) / most;
  return blocks <= 1 ? k : ((k + blocks - 1) / blocks + 15) / 16 * 16;
}

inline std::uint32_t bits_of(float x) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

inline float float_of(std::uint32_t bits) {
  float x = 0;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// bfloat16: the upper half of a float, rounded to nearest even. NaN stays NaN.
inline std::uint16_t to_bf16(float x) {
  const std::uint32_t bits = bits_of(x);
  const std::uint32_t rounded = bits + 0x7fffU + (bits >> 16U & 1U);
  const bool nan = (bits & 0x7fffffffU) > 0x7f800000U;
  return static_cast<std::uint16_t>((nan ? bits | 0x400000U : rounded) >> 16U);
}

/// The float nearest to x that bfloat16 has.
inline float as_bf16(float x) {
  return float_of(static_cast<std::uint32_t>(to_bf16(x)) << 16U);
}

/// Symmetric int8: x is about scale * q with q from -127 to 127. A vector that is zero, or nearly so, has the scale 0;
/// one that holds anything not finite has the scale NaN, so that its products say so.
struct Int8Scale {
  float scale = 0;
  float inverse = 0;
};

inline Int8Scale int8_scale(std::int32_t largest_bits) {
  constexpr std::int32_t infinite = 0x7f800000, tiny = 0x0d000000;  // 2^-101: the inverse stays finite
  if (largest_bits >= infinite) return {float_of(0x7fc00000U), 0.0F};
  if (largest_bits < tiny) return {};
  const float largest = float_of(static_cast<std::uint32_t>(largest_bits));
  return {largest / 127.0F, 127.0F / largest};
}

/// The largest |x| of n elements, as bits: those of anything not finite are the largest.
inline std::int32_t largest_bits(const float* x, std::size_t stride, std::size_t n) {
  std::int32_t out = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto bits = static_cast<std::int32_t>(bits_of(x[i * stride]) & 0x7fffffffU);
    out = bits > out ? bits : out;
  }
  return out;
}

/// x * inverse to the nearest integer, ties to even: the sum with 1.5 * 2^23 has no room for a fraction.
inline std::int32_t to_int8(float x, float inverse) {
  constexpr float room = 12582912.0F;
  const float scaled = x * inverse;
  return static_cast<std::int32_t>(bits_of(scaled + room)) - static_cast<std::int32_t>(bits_of(room));
}

}  // namespace
}  // namespace trm::simd
