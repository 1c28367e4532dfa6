// The tiles in plain C++ that stand in for AMX do what Intel's manual says of the instructions.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>

#include "tests/simd/plain_tiles.h"
#include "tests/simd/support.h"

namespace trm::simd::test {
namespace {

struct Shapes {
  std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
  std::uint16_t row_bytes[16] = {};
  std::uint8_t rows[16] = {};
};

/// Sums in tile 0 and operands in tile 1 of `rows` rows, weights in tile 2 of 16 rows.
void configure(std::uint8_t rows) {
  Shapes shapes;
  for (std::size_t t = 0; t < 3; ++t) {
    shapes.row_bytes[t] = 64;
    shapes.rows[t] = t == 2 ? 16 : rows;
  }
  PlainTiles::configure(shapes);
}

/// One row of 32 operands with one column of weights, on top of `before`.
float bf16_sum(float before, const std::array<float, 32>& a, const std::array<float, 32>& b) {
  std::array<std::uint16_t, 32> operands{};
  std::array<std::array<std::uint16_t, 32>, 16> weights{};
  std::array<float, 16> sums{};
  sums[0] = before;
  for (std::size_t k = 0; k < 32; ++k) {
    operands[k] = to_bf16(a[k]);
    weights[k / 2][k % 2] = to_bf16(b[k]);
  }
  configure(1);
  PlainTiles::load<0>(sums.data(), 64);
  PlainTiles::load<1>(operands.data(), 64);
  PlainTiles::load<2>(weights.data(), 64);
  PlainTiles::dot_bf16<0, 1, 2>();
  PlainTiles::store<0>(sums.data(), 64);
  PlainTiles::release();
  return sums[0];
}

TEST_CASE("tiles: products of bytes are exact, and rows beyond the shape are left alone") {
  std::array<std::array<std::int8_t, 64>, 16> a{};
  std::array<std::array<std::int8_t, 64>, 16> b{};
  std::array<std::array<std::int32_t, 16>, 16> sums{};
  for (std::size_t r = 0; r < 16; ++r) {
    for (std::size_t i = 0; i < 64; ++i) {
      a[r][i] = static_cast<std::int8_t>(hash(64 * r + i));
      b[r][i] = static_cast<std::int8_t>(hash(2000 + 64 * r + i));
    }
    for (std::size_t n = 0; n < 16; ++n) sums[r][n] = static_cast<std::int32_t>(r * 1000 + n);
  }
  const auto before = sums;
  configure(5);
  PlainTiles::load<0>(sums.data(), 64);
  PlainTiles::load<1>(a.data(), 64);
  PlainTiles::load<2>(b.data(), 64);
  PlainTiles::dot_int8<0, 1, 2>();
  PlainTiles::store<0>(sums.data(), 64);
  PlainTiles::release();
  for (std::size_t m = 0; m < 16; ++m) {
    for (std::size_t n = 0; n < 16; ++n) {
      std::int32_t want = before[m][n];
      for (std::size_t k = 0; k < 64 && m < 5; ++k) want += a[m][k] * b[k / 4][4 * n + k % 4];
      CHECK(sums[m][n] == want);
    }
  }
}

TEST_CASE("tiles: sums of bfloat16 products are rounded in the order of the manual") {
  const float small = 0x1p-24F;  // half a step of 1: rounds away on its own, and counts as a pair
  std::array<float, 32> ones{};
  ones.fill(1.0F);
  std::array<float, 32> a{};
  a[0] = 1.0F;
  a[2] = small;
  a[4] = small;
  CHECK(bf16_sum(0.0F, a, ones) == 1.0F);  // the even ones are a chain
  a = {};
  a[0] = 1.0F;
  a[1] = small;
  a[3] = small;
  CHECK(bf16_sum(0.0F, a, ones) == 1.0F + 2 * small);  // and the odd ones another
  a = {};
  a[0] = small;
  a[1] = small;
  CHECK(bf16_sum(1.0F, a, ones) == 1.0F + 2 * small);  // what was there before comes last
  a = {};
  a[0] = 0x1.02p0F;
  std::array<float, 32> b{};
  b[0] = 0x1.02p0F;
  CHECK(bf16_sum(0.0F, a, b) == 0x1.02p0F * 0x1.02p0F);  // products are exact
}

TEST_CASE("tiles: sums of bfloat16 products know no denormal numbers") {
  std::array<float, 32> a{};
  std::array<float, 32> b{};
  a[0] = 0x1p-130F;
  b[0] = 0x1p100F;
  CHECK(bf16_sum(0.0F, a, b) == 0.0F);  // an operand is one
  a[0] = 0x1p-70F;
  b[0] = -0x1p-70F;
  const float product = bf16_sum(-0.0F, a, b);
  CHECK(product == 0.0F);  // the product is one
  CHECK(bf16_sum(0x1p-130F, a, b) == 0.0F);
  CHECK(bf16_sum(0x1p-126F, a, b) == 0x1p-126F);
}

}  // namespace
}  // namespace trm::simd::test
