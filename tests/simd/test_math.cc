#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "tests/simd/math_isa.h"
#include "tests/simd/support.h"

namespace trm::simd::test {
namespace {

constexpr float kNanInput = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfiniteInput = std::numeric_limits<float>::infinity();

struct Named {
  const char* name;
  MathTable table;
  bool fused;
};

std::vector<Named> maths() {
  std::vector<Named> list = {{"plain", math_plain(), false}, {"generic", math_generic(), false}};
#if defined(__x86_64__)
  if (isa_table(Isa::avx2)) list.push_back({"avx2", math_avx2(), true});
  if (isa_table(Isa::avx512)) list.push_back({"avx512", math_avx512(), true});
#elif defined(__aarch64__)
  if (isa_table(Isa::neon)) list.push_back({"neon", math_neon(), true});
#endif
  return list;
}

/// Error in units in the last place of the true value.
double ulps(float got, double want) {
  constexpr double wrong = std::numeric_limits<double>::infinity();
  if (std::isnan(want)) return std::isnan(got) ? 0 : wrong;
  if (static_cast<double>(got) == want) return 0;
  if (std::isinf(got) || std::isnan(got)) return wrong;
  const int exponent = std::max(std::ilogb(want), -126);
  return std::fabs(static_cast<double>(got) - want) / std::ldexp(1.0, exponent - 23);
}

/// Floats whose bits are `step` apart between two positive ones; negated: their mirror images.
std::vector<float> floats(float from, float to, std::uint32_t step, bool negated) {
  std::vector<float> list;
  for (auto bits = std::bit_cast<std::uint32_t>(from); bits <= std::bit_cast<std::uint32_t>(to); bits += step) {
    list.push_back(negated ? -std::bit_cast<float>(bits) : std::bit_cast<float>(bits));
  }
  return list;
}

TEST_CASE("exp: at most 2 ULP, 3 without fused operations") {
  for (const Named& m : maths()) {
    CAPTURE(m.name);
    for (const bool negated : {false, true}) {
      const std::vector<float> x = floats(0.0F, negated ? 87.33F : 88.37F, 1499, negated);
      std::vector<float> y(x.size());
      m.table.exp(x.data(), y.data(), x.size());
      double worst = 0;
      float at = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double error = ulps(y[i], std::exp(static_cast<double>(x[i])));
        if (error > worst) {
          worst = error;
          at = x[i];
        }
      }
      CAPTURE(at);
      CHECK(worst <= (m.fused ? 2 : 3));
      CHECK(x.size() > 100000);
      if (negated) {
        std::vector<float> below(x.size());
        m.table.exp_below(x.data(), below.data(), x.size());
        CHECK(std::memcmp(below.data(), y.data(), y.size() * sizeof(float)) == 0);
      }
    }
  }
}

TEST_CASE("exp: beyond the range") {
  for (const Named& m : maths()) {
    CAPTURE(m.name);
    const float x[] = {-kInfiniteInput, -1e30F, -104.0F, -87.7F, 88.8F, 1e30F, kInfiniteInput, 0.0F, -0.0F, 1e-40F};
    const float want[] = {0, 0, 0, 0, kInfiniteInput, kInfiniteInput, kInfiniteInput, 1, 1, 1};
    float y[10];
    m.table.exp(x, y, 10);
    for (std::size_t i = 0; i < 10; ++i) {
      CAPTURE(x[i]);
      CHECK(y[i] == want[i]);
    }
    // Every NaN, also with an odd payload.
    for (const std::uint32_t bits : {0x7fc00000U, 0xffc00000U, 0x7f800001U, 0x7fffffffU, 0x7fc00155U, 0xff8abcdeU}) {
      const float bad = std::bit_cast<float>(bits);
      float out = 0;
      m.table.exp(&bad, &out, 1);
      CHECK(std::isnan(out));
      m.table.exp_below(&bad, &out, 1);
      CHECK(std::isnan(out));
    }
    // Where results would be denormal: zero or denormal, never above 2^-126.
    const std::vector<float> low = floats(87.34F, 104.0F, 37, true);
    std::vector<float> out(low.size());
    m.table.exp(low.data(), out.data(), low.size());
    std::size_t wrong = 0;
    for (const float v : out) wrong += !(v >= 0.0F && v <= std::numeric_limits<float>::min());
    CHECK(wrong == 0);
  }
}

TEST_CASE("sigmoid: at most 4 ULP where it is normal") {
  for (const Named& m : maths()) {
    CAPTURE(m.name);
    for (const bool negated : {false, true}) {
      const std::vector<float> x = floats(1e-30F, 87.0F, 2003, negated);
      std::vector<float> y(x.size());
      m.table.sigmoid(x.data(), y.data(), x.size());
      double worst = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        worst = std::max(worst, ulps(y[i], 1 / (1 + std::exp(-static_cast<double>(x[i])))));
      }
      CHECK(worst <= 4);
    }
    const float x[] = {-kInfiniteInput, kInfiniteInput, kNanInput, 0.0F, -200.0F, 200.0F};
    float y[6];
    m.table.sigmoid(x, y, 6);
    CHECK(y[0] == 0.0F);
    CHECK(y[1] == 1.0F);
    CHECK(std::isnan(y[2]));
    CHECK(y[3] == 0.5F);
    CHECK(y[4] == 0.0F);
    CHECK(y[5] == 1.0F);
  }
}

TEST_CASE("atan2 with x >= 0: at most 4 ULP") {
  for (const Named& m : maths()) {
    CAPTURE(m.name);
    for (const bool negated : {false, true}) {
      // Ratios over 60 binary orders, at several scales.
      const std::vector<float> ratio = floats(1e-9F, 1e9F, 3001, negated);
      for (const float scale : {1.0F, 1e-20F, 3e20F}) {
        CAPTURE(scale);
        std::vector<float> y(ratio.size());
        const std::vector<float> x(ratio.size(), scale);
        std::vector<float> out(ratio.size());
        for (std::size_t i = 0; i < y.size(); ++i) y[i] = ratio[i] * scale;
        m.table.atan2(y.data(), x.data(), out.data(), y.size());
        double worst = 0;
        for (std::size_t i = 0; i < y.size(); ++i) {
          worst = std::max(worst, ulps(out[i], std::atan2(static_cast<double>(y[i]), static_cast<double>(x[i]))));
        }
        CHECK(worst <= 4);
      }
    }
    const float y[] = {0, -0.0F, 1, -1, 0, 1e-40F, -2, kNanInput, 1, 1, kInfiniteInput};
    const float x[] = {0, 0, 0, 0, 3, 1e-40F, kInfiniteInput, 1, kNanInput, 1, 1};
    float out[11];
    m.table.atan2(y, x, out, 11);
    CHECK(out[0] == 0.0F);
    CHECK(out[1] == 0.0F);
    CHECK(out[2] == doctest::Approx(std::acos(0.0)));
    CHECK(out[3] == doctest::Approx(-std::acos(0.0)));
    CHECK(out[4] == 0.0F);
    CHECK(out[5] == doctest::Approx(std::atan(1.0)));
    CHECK(out[6] == 0.0F);
    CHECK(std::isnan(out[7]));
    CHECK(std::isnan(out[8]));
    CHECK(out[9] == doctest::Approx(std::atan(1.0)));
    CHECK(out[10] == doctest::Approx(std::acos(0.0)));
  }
}

TEST_CASE("max, min, abs, sqrt mean the same in every lane of every instruction set") {
  const float values[] = {0.0F,      -0.0F,      1.0F,   -1.0F,   kInfiniteInput, -kInfiniteInput,
                          kNanInput, -kNanInput, 1e-40F, -1e-40F, 3e38F,          -3e38F,
                          2.0F,      0.1F,       7.0F,   1e-38F};
  for (const Named& m : maths()) {
    CAPTURE(m.name);
    for (std::size_t shift = 0; shift < 16; ++shift) {
      float x[16];
      float y[16];
      for (std::size_t i = 0; i < 16; ++i) {
        x[i] = values[i];
        y[i] = values[(i + shift) % 16];
      }
      float out[64];
      m.table.minmax(x, y, out, 16);
      for (std::size_t i = 0; i < 16; ++i) {
        CAPTURE(x[i]);
        CAPTURE(y[i]);
        const std::size_t base = i / m.table.width * m.table.width * 4 + i % m.table.width;
        const auto same = [](float a, float b) {
          return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
        };
        CHECK(same(out[base], x[i] > y[i] ? x[i] : y[i]));
        CHECK(same(out[base + m.table.width], x[i] < y[i] ? x[i] : y[i]));
        CHECK(same(out[base + 2 * m.table.width], std::fabs(x[i])));
        const float root = std::sqrt(std::fabs(y[i]));
        CHECK((same(out[base + 3 * m.table.width], root) || std::isnan(root)));
      }
    }
  }
}

}  // namespace
}  // namespace trm::simd::test
