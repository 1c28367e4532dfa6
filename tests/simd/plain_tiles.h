// The tiles of AMX in plain C++, as Intel's manual defines them (Software Developer's Manual, LDTILECFG, TILELOADD,
// TDPBSSD, TDPBF16PS). What the instructions would refuse ends the program.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "simd/narrow.h"

namespace trm::simd::test {

/// A sum of bfloat16 products takes denormal numbers for zero and makes none.
inline float without_denormals(float x) {
  return std::fpclassify(x) == FP_SUBNORMAL ? std::copysign(0.0F, x) : x;
}

class PlainTiles {
 public:
  template <class Shapes>
  static void configure(const Shapes& shapes) {
    require(shapes.palette == 1 && shapes.start_row == 0);
    for (const std::uint8_t byte : shapes.reserved) require(byte == 0);
    for (std::size_t t = 0; t < 16; ++t) {
      require(shapes.row_bytes[t] <= (t < kTiles ? kRowBytes : 0) && shapes.rows[t] <= (t < kTiles ? kRows : 0));
      require((shapes.row_bytes[t] == 0) == (shapes.rows[t] == 0));
      if (t < kTiles) tile(t) = {shapes.rows[t], shapes.row_bytes[t], {}};
    }
  }
  static void release() {
    for (std::size_t t = 0; t < kTiles; ++t) tile(t) = {};
  }

  template <int T>
  static void zero() {
    std::memset(used(T).bytes, 0, sizeof used(T).bytes);
  }
  template <int T>
  static void load(const void* from, std::size_t stride) {
    zero<T>();
    for (std::size_t r = 0; r < used(T).rows; ++r) {
      std::memcpy(used(T).bytes[r], static_cast<const std::byte*>(from) + r * stride, used(T).row_bytes);
    }
  }
  template <int T>
  static void store(void* to, std::size_t stride) {
    for (std::size_t r = 0; r < used(T).rows; ++r) {
      std::memcpy(static_cast<std::byte*>(to) + r * stride, used(T).bytes[r], used(T).row_bytes);
    }
  }

  template <int C, int A, int B>
  static void dot_int8() {
    each_row<C, A, B>([](std::byte* sums, const std::byte* operands, std::size_t groups) {
      std::uint32_t row[kColumns];
      std::memcpy(row, sums, sizeof row);
      for (std::size_t k = 0; k < groups; ++k) {
        std::int8_t a[4];
        std::int8_t b[4 * kColumns];
        std::memcpy(a, operands + 4 * k, sizeof a);
        std::memcpy(b, used(B).bytes[k], sizeof b);
        for (std::size_t n = 0; n < kColumns; ++n) {
          std::int32_t sum = 0;
          for (std::size_t i = 0; i < 4; ++i) sum += a[i] * b[4 * n + i];
          row[n] += static_cast<std::uint32_t>(sum);
        }
      }
      std::memcpy(sums, row, sizeof row);
    });
  }

  /// Even k and odd k are summed up on their own, both from zero; then the two sums, and what was there before.
  template <int C, int A, int B>
  static void dot_bf16() {
    each_row<C, A, B>([](std::byte* sums, const std::byte* operands, std::size_t groups) {
      float row[kColumns];
      float parts[2][kColumns] = {};
      std::memcpy(row, sums, sizeof row);
      for (std::size_t k = 0; k < groups; ++k) {
        std::uint16_t a[2];
        std::uint16_t b[2 * kColumns];
        std::memcpy(a, operands + 4 * k, sizeof a);
        std::memcpy(b, used(B).bytes[k], sizeof b);
        for (std::size_t n = 0; n < kColumns; ++n) {
          for (std::size_t i = 0; i < 2; ++i) {
            parts[i][n] = without_denormals(std::fma(widened(a[i]), widened(b[2 * n + i]), parts[i][n]));
          }
        }
      }
      for (std::size_t n = 0; n < kColumns; ++n) {
        const float sum = without_denormals(parts[0][n] + parts[1][n]);
        row[n] = without_denormals(without_denormals(row[n]) + sum);
      }
      std::memcpy(sums, row, sizeof row);
    });
  }

 private:
  static constexpr std::size_t kTiles = 8, kRows = 16, kRowBytes = 64, kColumns = kRowBytes / 4;
  struct Tile {
    std::size_t rows = 0, row_bytes = 0;
    std::byte bytes[kRows][kRowBytes] = {};
  };

  static void require(bool legal) {
    if (!legal) std::abort();
  }
  static Tile& tile(std::size_t t) {
    static thread_local Tile tiles[kTiles];
    return tiles[t];
  }
  static Tile& used(std::size_t t) {
    require(tile(t).rows > 0);
    return tile(t);
  }
  static float widened(std::uint16_t x) { return without_denormals(float_of(static_cast<std::uint32_t>(x) << 16U)); }

  /// f(row of C, row of A, groups of k). All columns of C must be there: the kernels use no fewer.
  template <int C, int A, int B, class F>
  static void each_row(F&& f) {
    require(C != A && C != B && A != B);
    require(used(C).rows == used(A).rows && used(C).row_bytes == used(B).row_bytes);
    require(used(A).row_bytes == 4 * used(B).rows && used(C).row_bytes == kRowBytes);
    for (std::size_t m = 0; m < used(C).rows; ++m) f(used(C).bytes[m], used(A).bytes[m], used(B).rows);
  }
};

}  // namespace trm::simd::test
