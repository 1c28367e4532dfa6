// Matrix products with weights of fewer bits: int8 has the very bits of the reference, bf16 its products.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "simd/narrow.h"
#include "tests/simd/support.h"
#include "tests/support/sweep.h"

namespace trm::simd::test {
namespace {

/// What a family packed, behind which nothing may be written.
Twin packed_room(const Matmul<float>& family, std::size_t k, std::size_t n) {
  return Twin((family.packed_bytes(k, n) + sizeof(float) - 1) / sizeof(float));
}

/// Rows and columns of numbers whose sizes differ as those of a network do.
void fill(Twin& x, std::uint64_t seed) {
  x.random(seed);
  for (std::size_t i = 0; i < x.rows(); ++i) {
    const float scale = std::exp2(static_cast<float>(i % 7) - 3.0F);
    for (std::size_t j = 0; j < x.cols(); ++j) x.f()[i * x.ld() + j] *= scale;
  }
}

void check_int8(const Kernels<float>& kernels, std::size_t m, std::size_t n, std::size_t k, std::size_t gap) {
  CAPTURE(kernels.isa);
  CAPTURE(m);
  CAPTURE(n);
  CAPTURE(k);
  CAPTURE(gap);
  const Matmul<float>& fast = *kernels.matmul_int8;
  const Matmul<float>& plain = *reference<float>().matmul_int8;
  Twin a(m, k, gap), b(n, k, gap);
  fill(a, 1 + m);
  fill(b, 2 + n);
  Twin packed = packed_room(fast, k, n), packed_plain = packed_room(plain, k, n);
  fast.pack(b.f(), 1, b.ld(), k, n, packed.f());
  plain.pack(b.f(), 1, b.ld(), k, n, packed_plain.f());
  for (const bool accumulate : {false, true}) {
    CAPTURE(accumulate);
    Twin c(m, n, gap), expected(m, n, gap);
    c.random(3 + k);
    expected.random(3 + k);
    fast.run(a.f(), a.ld(), packed.f(), c.f(), c.ld(), m, n, k, accumulate);
    plain.run(a.f(), a.ld(), packed_plain.f(), expected.f(), expected.ld(), m, n, k, accumulate);
    CHECK(c.intact());
    CHECK(c.same_bits(expected));
  }
  CHECK(packed.intact());
}

void check_bf16(const Kernels<float>& kernels, std::size_t m, std::size_t n, std::size_t k, std::size_t gap) {
  CAPTURE(kernels.isa);
  CAPTURE(m);
  CAPTURE(n);
  CAPTURE(k);
  CAPTURE(gap);
  const Matmul<float>& fast = *kernels.matmul_bf16;
  const Matmul<double>& wide = *reference<double>().matmul_bf16;
  Twin a(m, k, gap), b(n, k, gap);
  a.random(1 + m);
  b.random(2 + n);
  Twin packed = packed_room(fast, k, n);
  std::vector<double> packed_wide(wide.packed_bytes(k, n) / sizeof(double));
  fast.pack(b.f(), 1, b.ld(), k, n, packed.f());
  wide.pack(b.d(), 1, b.ld(), k, n, packed_wide.data());
  for (const bool accumulate : {false, true}) {
    CAPTURE(accumulate);
    Twin c(m, n, gap);
    c.random(3 + k);
    fast.run(a.f(), a.ld(), packed.f(), c.f(), c.ld(), m, n, k, accumulate);
    wide.run(a.d(), a.ld(), packed_wide.data(), c.d(), c.ld(), m, n, k, accumulate);
    CHECK(c.intact());
    if (k == 0 && !accumulate) {
      for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t j = 0; j < n; ++j) CHECK(c.f()[i * c.ld() + j] == 0.0F);
      }
    } else {
      CHECK(c.error(1 + static_cast<double>(k)) <= bound::sum(k));
    }
  }
  CHECK(packed.intact());
}

void check_bf16_gradient(const Kernels<float>& kernels, std::size_t m, std::size_t n, std::size_t k, std::size_t gap) {
  CAPTURE(kernels.isa);
  CAPTURE(m);
  CAPTURE(n);
  CAPTURE(k);
  CAPTURE(gap);
  Twin dy(m, n, gap), x(m, k, gap), dw(n, k, gap);
  dy.random(1 + m);
  x.random(2 + n);
  dw.random(3 + k);
  kernels.matmul_bf16->weight_gradient(dy.f(), dy.ld(), x.f(), x.ld(), dw.f(), dw.ld(), m, n, k);
  reference<double>().matmul_bf16->weight_gradient(dy.d(), dy.ld(), x.d(), x.ld(), dw.d(), dw.ld(), m, n, k);
  CHECK(dw.intact());
  CHECK(dw.error(1 + static_cast<double>(m)) <= bound::sum(m));
}

/// From one number of rows to the next: emulators and sanitizers leave some out.
std::size_t stride() {
  return trm::test::stride(3, 5);
}

template <class Check>
void check_shapes(Check&& check) {
  for (const auto* kernels : tables()) {
    for (std::size_t m = 0; m <= 26; m += stride()) {
      for (const std::size_t n : lengths()) {
        if (n > 64 && m > 13) continue;
        check(*kernels, m, n, 5 + m % 4, m % 2 * 3);
      }
    }
    for (const std::size_t k : lengths()) {
      for (const std::size_t m : {1U, 2U, 3U, 5U, 7U, 19U}) check(*kernels, m, 35, k, k % 2);
    }
    // Deep enough for more than one block of k; more rows than are turned into operands at once.
    for (const std::size_t k : {2048U, 2049U, 4097U, 8200U}) check(*kernels, 5, 33, k, 1);
    for (const std::size_t m : {97U, 400U}) check(*kernels, m, 65, 130, 0);
    check(*kernels, 64, 40, 1536, 0);
  }
}

TEST_CASE("int8: the bits of the reference, whatever the shape") {
  check_shapes(check_int8);
}

TEST_CASE("bf16: exact products of rounded numbers, whatever the shape") {
  check_shapes(check_bf16);
}

/// Remainders of tiles of 16 rows, 16 columns and 64 bytes of k, in which two, three or four tiles of columns are a
/// group.
template <class Check>
void check_remainders(Check&& check) {
  for (const auto* kernels : tables()) {
    for (std::size_t m = 1; m <= 40; m += stride()) check(*kernels, m, 17 + m, 40 + m, m % 3);
    for (std::size_t i = 1; i <= 70; ++i) {
      check(*kernels, 1, i, 71 - i, 1);
      check(*kernels, 18, i, 33, 0);
      check(*kernels, 35, i, 65, 2);
      check(*kernels, 2, 33, i, 0);
      check(*kernels, 34, 49, i, 1);
    }
    check(*kernels, 97, 70, 70, 1);
    check(*kernels, 97, 128, 192, 0);
  }
}

TEST_CASE("int8: remainders of tiles") {
  check_remainders(check_int8);
}

TEST_CASE("bf16: remainders of tiles") {
  check_remainders(check_bf16);
}

TEST_CASE("bf16: weight gradients of every shape around the tiles, and of models") {
  for (const auto* kernels : tables()) {
    for (std::size_t n = 0; n <= 40; n += stride()) {
      for (const std::size_t k : lengths()) {
        if (k <= 64 || n % 5 == 0) check_bf16_gradient(*kernels, n % 4 * 3, n, k, n % 3);
      }
    }
    for (const std::size_t m : {0U, 1U, 2U, 31U, 32U, 33U, 127U, 128U, 129U, 255U, 256U, 257U, 511U, 513U, 600U}) {
      check_bf16_gradient(*kernels, m, 13, 35, 1);
      check_bf16_gradient(*kernels, m, 37, 17, 0);
    }
    // More columns of dy than are turned into operands at once.
    for (const std::size_t n : {119U, 120U, 121U, 255U, 257U, 530U}) check_bf16_gradient(*kernels, 35, n, 67, 2);
    check_bf16_gradient(*kernels, 100, 128, 64, 0);
    check_bf16_gradient(*kernels, 190, 64, 192, 0);
    check_bf16_gradient(*kernels, 33, 512, 128, 0);
  }
}

TEST_CASE("bf16: a weight gradient rounds both factors, and adds") {
  // 1 + 2^-9 is half way to the next bfloat16 and goes down to 1; 1 + 3 * 2^-9 goes up to 1 + 2^-7.
  const float low = 1.0F + 0x1p-9F, high = 1.0F + 0x3p-9F;
  REQUIRE(as_bf16(low) == 1.0F);
  REQUIRE(as_bf16(high) == 1.0F + 0x1p-7F);
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    for (const std::size_t m : {1U, 2U, 3U, 40U}) {
      CAPTURE(m);
      std::vector<float> dy(m, low), x(m, high);
      float dw = 0.5F;
      kernels->matmul_bf16->weight_gradient(dy.data(), 1, x.data(), 1, &dw, 1, m, 1, 1);
      CHECK(dw == 0.5F + static_cast<float>(m) * (1.0F + 0x1p-7F));  // exact: few bits
    }
  }
}

TEST_CASE("bf16: NaN and infinity stay in their row and column of a weight gradient") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    const std::size_t m = 5, n = 21, k = 37;
    Twin dy(m, n), x(m, k), dw(n, k);
    dy.random(1);
    x.random(2);
    dw.constant(0.0);
    dy.f()[2 * n + 20] = std::numeric_limits<float>::quiet_NaN();
    dy.f()[4 * n + 3] = std::numeric_limits<float>::infinity();
    x.f()[1 * k + 36] = float_of(0x7f800001U);  // a NaN whose payload lies in the lower half alone
    kernels->matmul_bf16->weight_gradient(dy.f(), n, x.f(), k, dw.f(), k, m, n, k);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < k; ++j) {
        const float value = dw.f()[i * k + j];
        const bool nan = i == 20 || j == 36;
        if (std::isnan(value) != nan || std::isinf(value) != (i == 3 && !nan)) ++wrong;
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("narrow: every family says what it is, and asks for no more alignment than a buffer has") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    for (const auto& [type, name] : {std::pair{WeightType::bf16, "bf16"}, std::pair{WeightType::int8, "int8"}}) {
      const Matmul<float>& family = kernels->family(type);
      CHECK(std::string(family.name) == name);
      CHECK(family.tile_rows >= 1);
      CHECK(family.tile_columns >= 1);
      CHECK(std::has_single_bit(family.alignment));
      CHECK(family.alignment <= 64);
      const bool trains = family.weight_gradient != nullptr;
      CHECK(trains == (type == WeightType::bf16));
      // The point of it: 512 x 512 weights are a half and a quarter of what floats take, and little more.
      const double share = static_cast<double>(family.packed_bytes(512, 512)) / (512 * 512 * sizeof(float));
      if (std::string(kernels->isa) != "reference") CHECK(share < (type == WeightType::bf16 ? 0.51 : 0.26));
    }
    CHECK(&kernels->family(WeightType::fp32) == kernels->matmul);
  }
}

TEST_CASE("narrow: a row alone has the bits of the same row among others") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    for (const WeightType type : {WeightType::bf16, WeightType::int8}) {
      const Matmul<float>& family = kernels->family(type);
      CAPTURE(family.name);
      for (const std::size_t n : {1U, 17U, 96U, 200U}) {
        for (const std::size_t k : {3U, 64U, 2500U}) {
          const std::size_t most = 27;
          Twin a(most, k), b(n, k);
          fill(a, n);
          fill(b, k);
          Twin packed = packed_room(family, k, n);
          family.pack(b.f(), 1, k, k, n, packed.f());
          Twin alone(most, n);
          for (std::size_t i = 0; i < most; ++i) {
            family.run(a.f() + i * k, k, packed.f(), alone.f() + i * n, n, 1, n, k, false);
          }
          for (std::size_t m = 2; m <= most; m += std::max<std::size_t>(1 + m / 8, trm::test::stride(3, 11))) {
            CAPTURE(m);
            Twin among(most, n);
            family.run(a.f(), k, packed.f(), among.f(), n, m, n, k, false);
            family.run(a.f() + m * k, k, packed.f(), among.f() + m * n, n, most - m, n, k, false);
            CHECK(among.same_bits(alone));
          }
        }
      }
    }
  }
}

TEST_CASE("narrow: columns alone have the bits of the same columns among others") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    for (const WeightType type : {WeightType::fp32, WeightType::bf16, WeightType::int8}) {
      const Matmul<float>& family = kernels->family(type);
      CAPTURE(family.name);
      const std::size_t m = 5, n = 4 * family.tile_columns, k = 70;
      Twin a(m, k), b(n, k), all(m, n), parts(m, n);
      fill(a, 1);
      fill(b, 2);
      Twin packed = packed_room(family, k, n);
      family.pack(b.f(), 1, k, k, n, packed.f());
      family.run(a.f(), k, packed.f(), all.f(), n, m, n, k, false);
      for (std::size_t j = 0; j < n; j += family.tile_columns) {
        Twin part = packed_room(family, k, family.tile_columns);
        family.pack(b.f() + j * k, 1, k, k, family.tile_columns, part.f());
        family.run(a.f(), k, part.f(), parts.f() + j, n, m, family.tile_columns, k, false);
      }
      CHECK(parts.same_bits(all));
    }
  }
}

TEST_CASE("int8: what is not finite stays in its row or column and is not hidden") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    const Matmul<float>& family = *kernels->matmul_int8;
    const std::size_t m = 9, n = 37, k = 70;
    Twin a(m, k), b(n, k), c(m, n);
    a.random(1);
    b.random(2);
    a.f()[2 * k + 1] = std::numeric_limits<float>::quiet_NaN();
    a.f()[4 * k + 69] = -std::numeric_limits<float>::infinity();
    b.f()[36 * k + 3] = std::numeric_limits<float>::infinity();
    for (std::size_t j = 0; j < k; ++j) a.f()[5 * k + j] = 0.0F;
    for (std::size_t j = 0; j < k; ++j) a.f()[6 * k + j] *= 1e-40F;  // denormal
    for (std::size_t j = 0; j < k; ++j) a.f()[7 * k + j] = std::numeric_limits<float>::max();
    Twin packed = packed_room(family, k, n);
    family.pack(b.f(), 1, k, k, n, packed.f());
    family.run(a.f(), k, packed.f(), c.f(), n, m, n, k, false);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        const float x = c.f()[i * n + j];
        if (std::isnan(x) != (i == 2 || i == 4 || j == 36)) ++wrong;
        if ((i == 5 || i == 6) && j != 36 && x != 0.0F) ++wrong;
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("bf16: NaN and infinity stay in their row") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    const Matmul<float>& family = *kernels->matmul_bf16;
    const std::size_t m = 9, n = 37, k = 7;
    Twin a(m, k), b(n, k), c(m, n);
    a.random(1);
    b.random(2);
    // A NaN whose payload lies in the lower half alone would round to infinity.
    a.f()[2 * k + 1] = float_of(0x7f800001U);
    a.f()[4 * k + 6] = std::numeric_limits<float>::infinity();
    Twin packed = packed_room(family, k, n);
    family.pack(b.f(), 1, k, k, n, packed.f());
    family.run(a.f(), k, packed.f(), c.f(), n, m, n, k, false);
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        CHECK(std::isnan(c.f()[i * n + j]) == (i == 2));
        CHECK(std::isinf(c.f()[i * n + j]) == (i == 4));
      }
    }
  }
}

TEST_CASE("narrow: numbers are rounded to nearest, ties to even") {
  CHECK(as_bf16(1.0F) == 1.0F);
  CHECK(as_bf16(1.00390625F) == 1.0F);         // half a step above an even one
  CHECK(as_bf16(1.01171875F) == 1.015625F);    // half a step above an odd one
  CHECK(as_bf16(-1.0039064F) == -1.0078125F);  // more than half
  CHECK(std::isinf(as_bf16(3.4e38F)));         // beyond the largest
  CHECK(std::isnan(as_bf16(float_of(0xff800001U))));
  CHECK(to_int8(0.5F, 1.0F) == 0);
  CHECK(to_int8(1.5F, 1.0F) == 2);
  CHECK(to_int8(-2.5F, 1.0F) == -2);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const float x = static_cast<float>(hash(i) % 100001) / 50000.0F - 1.0F;
    const Int8Scale scale = int8_scale(largest_bits(&x, 1, 1));
    CHECK(std::abs(to_int8(x, scale.inverse)) == (x == 0.0F ? 0 : 127));
  }
  CHECK(block_depth(4096, 4096) == 4096);
  CHECK(block_depth(4097, 4096) == 2064);
  CHECK(block_depth(0, 4096) == 0);
}

}  // namespace
}  // namespace trm::simd::test
