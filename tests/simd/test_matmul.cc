#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "tests/simd/support.h"
#include "tests/support/sweep.h"

namespace trm::simd::test {
namespace {

/// Largest sum of |a||b| over k: what the rounding errors of a product are relative to.
double product_norm(Twin& a, Twin& b, std::size_t m, std::size_t n, std::size_t k) {
  double norm = 0;
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      double sum = 0;
      for (std::size_t p = 0; p < k; ++p) sum += std::fabs(a.d()[i * a.ld() + p] * b.d()[j * b.ld() + p]);
      norm = std::max(norm, sum);
    }
  }
  return norm;
}

/// The families of these tables pack floats, and so they are packed into a Twin.
std::size_t packed_floats(const Kernels<float>& kernels, std::size_t k, std::size_t n) {
  return kernels.matmul->packed_bytes(k, n) / sizeof(float);
}

void check_matmul(const Kernels<float>& kernels, std::size_t m, std::size_t n, std::size_t k, std::size_t gap) {
  CAPTURE(kernels.isa);
  CAPTURE(m);
  CAPTURE(n);
  CAPTURE(k);
  CAPTURE(gap);
  const Matmul<float>& fast = *kernels.matmul;
  const Matmul<double>& wide = *reference<double>().matmul;
  Twin a(m, k, gap);
  Twin b(n, k, gap);
  a.random(1 + m);
  b.random(2 + n);
  Twin packed(packed_floats(kernels, k, n));
  REQUIRE(packed.size() == (n + fast.tile_columns - 1) / fast.tile_columns * fast.tile_columns * k);
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
      CHECK(c.error(product_norm(a, b, m, n, k) + 1) <= bound::sum(k));
    }
  }
  CHECK(packed.intact());
}

TEST_CASE("matmul: every family says what it is, and asks for no more alignment than a buffer has") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    const Matmul<float>& family = *kernels->matmul;
    CHECK(std::string(family.name) == "fp32");
    CHECK(family.tile_rows >= 1);
    CHECK(family.tile_columns >= 1);
    CHECK(std::has_single_bit(family.alignment));
    CHECK(family.alignment >= alignof(float));
    CHECK(family.alignment <= 64);
    CHECK(family.packed_bytes(0, 5) == 0);
    CHECK(family.packed_bytes(5, 0) == 0);
  }
  CHECK(std::string(reference<double>().matmul->name) == "fp64");
}

TEST_CASE("matmul: every row count and every width around the tiles") {
  for (const auto* kernels : tables()) {
    for (std::size_t m = 0; m <= 26; ++m) {
      for (const std::size_t n : lengths()) {
        if (n > 64 && m > 13) continue;
        check_matmul(*kernels, m, n, 5 + m % 3, m % 2 * 3);
      }
    }
  }
}

TEST_CASE("matmul: every depth") {
  for (const auto* kernels : tables()) {
    for (const std::size_t k : lengths()) {
      for (const std::size_t m : {1U, 2U, 3U, 5U, 7U, 19U}) check_matmul(*kernels, m, 35, k, k % 2);
    }
    // Deep enough for more than one block of k.
    for (const std::size_t k : {384U, 385U, 769U, 1100U}) {
      for (const std::size_t m : {1U, 4U, 13U}) check_matmul(*kernels, m, 33, k, 1);
    }
  }
}

TEST_CASE("matmul: model shapes") {
  constexpr std::size_t shapes[][3] = {{1, 64, 64},    {2, 96, 192},   {7, 128, 384},   {64, 64, 128},
                                       {100, 192, 96}, {37, 512, 128}, {190, 128, 256}, {9, 256, 512}};
  for (const auto* kernels : tables()) {
    for (const auto& s : shapes) check_matmul(*kernels, s[0], s[1], s[2], 0);
  }
}

TEST_CASE("pack: both orders, with zeros in the missing columns") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    for (const std::size_t n : lengths()) {
      CAPTURE(n);
      const std::size_t k = 7;
      Twin b(k, n, 2);
      b.random(n);
      Twin transposed(n, k, 1);
      for (std::size_t i = 0; i < k; ++i) {
        for (std::size_t j = 0; j < n; ++j) transposed.f()[j * transposed.ld() + i] = b.f()[i * b.ld() + j];
      }
      Twin rows(packed_floats(*kernels, k, n));
      Twin columns(packed_floats(*kernels, k, n));
      kernels->matmul->pack(b.f(), b.ld(), 1, k, n, rows.constant(9).f());
      kernels->matmul->pack(transposed.f(), 1, transposed.ld(), k, n, columns.constant(7).f());
      CHECK(rows.same_bits(columns));
      std::size_t wrong = 0;
      for (std::size_t at = 0; at < rows.size(); ++at) {
        const std::size_t panel = kernels->matmul->tile_columns;
        const std::size_t j = at / (panel * k) * panel + at % panel;
        const float want = j < n ? b.f()[at % (panel * k) / panel * b.ld() + j] : 0.0F;
        if (rows.f()[at] != want) ++wrong;
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("matmul: a row alone has the bits of the same row among others") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    for (const std::size_t n : {1U, 17U, 64U, 96U, 100U}) {
      for (const std::size_t k : {3U, 64U, 700U}) {
        const std::size_t most = 31;
        Twin a(most, k);
        Twin b(n, k);
        a.random(n);
        b.random(k);
        Twin packed(packed_floats(*kernels, k, n));
        kernels->matmul->pack(b.f(), 1, k, k, n, packed.f());
        for (const bool accumulate : {false, true}) {
          Twin alone(most, n);
          alone.random(5);
          for (std::size_t i = 0; i < most; ++i) {
            kernels->matmul->run(a.f() + i * k, k, packed.f(), alone.f() + i * n, n, 1, n, k, accumulate);
          }
          for (std::size_t m = 2; m <= most; m += trm::test::stride(3, 9)) {
            CAPTURE(m);
            Twin among(most, n);
            among.random(5);
            kernels->matmul->run(a.f(), k, packed.f(), among.f(), n, m, n, k, accumulate);
            kernels->matmul->run(a.f() + m * k, k, packed.f(), among.f() + m * n, n, most - m, n, k, accumulate);
            CHECK(among.same_bits(alone));
          }
        }
      }
    }
  }
}

TEST_CASE("matmul: NaN and infinity stay in their row, zero times infinity is NaN") {
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    const std::size_t m = 9, n = 21, k = 6;
    Twin a(m, k);
    Twin b(n, k);
    a.random(1);
    b.random(2);
    a.f()[2 * k + 1] = std::numeric_limits<float>::quiet_NaN();
    a.f()[4 * k + 3] = std::numeric_limits<float>::infinity();
    for (std::size_t j = 0; j < n; ++j) b.f()[j * k + 3] = j % 2 ? 0.0F : 1.0F;
    Twin packed(packed_floats(*kernels, k, n));
    kernels->matmul->pack(b.f(), 1, k, k, n, packed.f());
    Twin c(m, n);
    kernels->matmul->run(a.f(), k, packed.f(), c.f(), n, m, n, k, false);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        const float x = c.f()[i * n + j];
        const bool want_nan = i == 2 || (i == 4 && j % 2);
        const bool want_infinity = i == 4 && j % 2 == 0;
        if (std::isnan(x) != want_nan || std::isinf(x) != want_infinity) ++wrong;
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("weight_gradient: every shape around the tiles, and model shapes") {
  struct Shape {
    std::size_t m, n, k;
  };
  std::vector<Shape> shapes;
  for (std::size_t n = 0; n <= 26; ++n) {
    for (const std::size_t k : lengths()) {
      if (k <= 64 || n % 5 == 0) shapes.push_back({n % 4 * 3, n, k});
    }
  }
  for (const std::size_t m : {0U, 1U, 2U, 127U, 128U, 129U, 255U, 256U, 257U, 600U}) shapes.push_back({m, 13, 35});
  shapes.push_back({100, 128, 64});
  shapes.push_back({190, 64, 192});
  shapes.push_back({33, 512, 128});
  // So many columns of dy that they are copied in parts, on every instruction set.
  for (const std::size_t n : {513U, 530U, 1024U, 1031U}) shapes.push_back({35, n, 67});
  shapes.push_back({300, 600, 40});
  for (const auto* kernels : tables()) {
    CAPTURE(kernels->isa);
    for (const Shape& s : shapes) {
      CAPTURE(s.m);
      CAPTURE(s.n);
      CAPTURE(s.k);
      const std::size_t gap = s.n % 3;
      Twin dy(s.m, s.n, gap);
      Twin x(s.m, s.k, gap);
      Twin dw(s.n, s.k, gap);
      dy.random(1);
      x.random(2);
      dw.random(3);
      kernels->matmul->weight_gradient(dy.f(), dy.ld(), x.f(), x.ld(), dw.f(), dw.ld(), s.m, s.n, s.k);
      reference<double>().matmul->weight_gradient(dy.d(), dy.ld(), x.d(), x.ld(), dw.d(), dw.ld(), s.m, s.n, s.k);
      CHECK(dw.intact());
      CHECK(dw.error(1 + static_cast<double>(s.m)) <= bound::sum(s.m));
    }
  }
}

}  // namespace
}  // namespace trm::simd::test
