// Linear layers and products of activations against plain loops, on every instruction set.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "engine/model/linear.h"
#include "simd/cpu.h"
#include "simd/narrow.h"
#include "simd/ref.h"
#include "tests/simd/support.h"
#include "tests/support/kernels.h"

namespace test_linear {

using namespace trm;

namespace {

using Numbers = std::vector<double>;
using simd::test::bound::sum;

struct Shape {
  std::size_t rows, in, out;
};
/// Nothing, one, primes, around the tiles, deeper than a block.
constexpr Shape kShapes[] = {{0, 5, 3},   {1, 1, 1},   {1, 7, 33},   {2, 64, 96},   {3, 31, 17},  {5, 16, 8},
                             {13, 33, 5}, {25, 12, 7}, {7, 128, 64}, {31, 97, 101}, {4, 700, 35}, {300, 9, 4}};

Numbers numbers(std::size_t n, std::uint64_t seed) {
  Numbers out(n);
  for (std::size_t i = 0; i < n; ++i) {
    out[i] = static_cast<double>(static_cast<float>(std::sin(static_cast<double>(i * 37 + seed * 101 + 1))));
  }
  return out;
}

template <class T>
std::vector<T> as(const Numbers& from) {
  std::vector<T> out(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) out[i] = static_cast<T>(from[i]);
  return out;
}

/// Numbers of a product are sums of k terms of at most one in absolute value on top of one.
template <class T>
void check_near(const std::vector<T>& got, const Numbers& want, std::size_t k) {
  REQUIRE(got.size() == want.size());
  double worst = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    worst = std::fmax(worst, std::fabs(static_cast<double>(got[i]) - want[i]));
  }
  // The loops are those of the scalar kernels: in double nothing differs.
  CHECK(worst <= (sizeof(T) == sizeof(double) ? 0.0 : 0x1p-24 * sum(k) * static_cast<double>(k + 1)));
}

/// As bfloat16 has them: then a product of the family of that type is that of the plain loops.
Numbers rounded(Numbers from) {
  for (double& x : from) x = static_cast<double>(simd::as_bf16(static_cast<float>(x)));
  return from;
}

template <class T>
void check_linear(const simd::Matmul<T>& family, const Shape& s) {
  const auto [rows, in, out] = s;
  const bool narrow = std::string(family.name) == "bf16";
  const auto factors = [&](std::size_t n, std::uint64_t seed) {
    return narrow ? rounded(numbers(n, seed)) : numbers(n, seed);
  };
  const Numbers w = factors(out * in, 1), x = factors(rows * in, 2), dy = factors(rows * out, 3);
  Numbers y(rows * out), dw = numbers(out * in, 4), dx = numbers(rows * in, 5), added = dx;
  const std::vector<T> weights = as<T>(w), inputs = as<T>(x), gradients = as<T>(dy);
  std::vector<T> got_y(rows * out, T(9)), got_dw = as<T>(dw), got_dx = as<T>(dx), got_added = as<T>(dx);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t o = 0; o < out; ++o) {
      for (std::size_t i = 0; i < in; ++i) y[r * out + o] += x[r * in + i] * w[o * in + i];
      for (std::size_t i = 0; i < in; ++i) dw[o * in + i] += dy[r * out + o] * x[r * in + i];
    }
    for (std::size_t i = 0; i < in; ++i) {
      dx[r * in + i] = 0;
      for (std::size_t o = 0; o < out; ++o) {
        dx[r * in + i] += dy[r * out + o] * w[o * in + i];
        added[r * in + i] += dy[r * out + o] * w[o * in + i];
      }
    }
  }

  PackedLinear<T> layer(family, in, out, Purpose::training);
  CHECK(layer.in() == in);
  CHECK(layer.out() == out);
  const std::vector<T> before(out * in, T(3));  // packed first, and forgotten by the second time
  layer.pack(before.data());
  layer.pack(weights.data());
  layer.apply(inputs.data(), got_y.data(), rows);
  check_near(got_y, y, in);
  layer.apply_backward(gradients.data(), inputs.data(), got_dw.data(), got_dx.data(), rows, false);
  check_near(got_dw, dw, rows);
  check_near(got_dx, dx, out);
  got_dw = as<T>(numbers(out * in, 4));
  layer.apply_backward(gradients.data(), inputs.data(), got_dw.data(), got_added.data(), rows, true);
  check_near(got_dw, dw, rows);
  check_near(got_added, added, out);

  PackedLinear<T> forward_only(family, in, out, Purpose::inference);
  forward_only.pack(weights.data());
  std::vector<T> again(rows * out, T(7));
  forward_only.apply(inputs.data(), again.data(), rows);
  CHECK((rows == 0 || std::memcmp(again.data(), got_y.data(), again.size() * sizeof(T)) == 0));
}

/// a(m, k), b(k, n) and its transpose, c(m, n) inside wider matrices, as the heads of an attention are.
template <class T>
void check_product(const simd::Matmul<T>& family, std::size_t m, std::size_t k, std::size_t n) {
  constexpr std::size_t kGap = 3;
  const Numbers a = numbers(m * (k + kGap), 1), b = numbers(k * (n + kGap), 2);
  Numbers bt(n * (k + kGap)), c = numbers(m * (n + kGap), 3);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < k; ++i) bt[j * (k + kGap) + i] = b[i * (n + kGap) + j];
  }
  const std::vector<T> left = as<T>(a), right = as<T>(b), turned = as<T>(bt);
  std::vector<T> got = as<T>(c), got_transposed = as<T>(c);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      double& to = c[i * (n + kGap) + j];
      to = 0;
      for (std::size_t p = 0; p < k; ++p) to += a[i * (k + kGap) + p] * b[p * (n + kGap) + j];
    }
  }
  Buffer<T> scratch(ActivationProduct<T>::scratch_size(family, k, n));
  const ActivationProduct<T> product(family, scratch.data());
  product.multiply({left.data(), k + kGap}, {right.data(), n + kGap}, {got.data(), n + kGap}, m, n, k);
  check_near(got, c, k);  // what lies between the rows included
  product.multiply_transposed({left.data(), k + kGap}, {turned.data(), k + kGap}, {got_transposed.data(), n + kGap}, m,
                              n, k);
  CHECK(got_transposed == got);

  Numbers sums = numbers(k * (n + kGap), 4);
  std::vector<T> got_sums = as<T>(sums);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t p = 0; p < k; ++p) {
      for (std::size_t j = 0; j < n; ++j) sums[p * (n + kGap) + j] += a[i * (k + kGap) + p] * c[i * (n + kGap) + j];
    }
  }
  const std::vector<T> rows = as<T>(c);
  product.add_transposed_product({left.data(), k + kGap}, {rows.data(), n + kGap}, {got_sums.data(), n + kGap}, m, k,
                                 n);
  // A row of c is a sum of k terms, rounded once more.
  double worst = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    worst = std::fmax(worst, std::fabs(static_cast<double>(got_sums[i]) - sums[i]));
  }
  CHECK(worst <= (sizeof(T) == sizeof(double) ? 0.0 : 0x1p-24 * (sum(m) + 1) * static_cast<double>(m * k + 1)));
}

}  // namespace

TEST_CASE("linear: the double layer is the plain loop") {
  for (const Shape& s : kShapes) {
    CAPTURE(s.rows);
    CAPTURE(s.in);
    CAPTURE(s.out);
    check_linear<double>(*simd::reference<double>().matmul, s);
    check_linear<double>(*simd::reference<double>().matmul_bf16, s);
    if (s.rows > 0) check_product<double>(*simd::reference<double>().matmul, s.rows, s.in, s.out);
  }
}

TEST_CASE("linear: every instruction set follows the double loop") {
  std::vector<const simd::Kernels<float>*> tables = {&simd::reference<float>()};
  for (const simd::Isa isa : simd::built_isas()) {
    if (const simd::Kernels<float>* table = simd::isa_table(isa)) tables.push_back(table);
  }
  for (const simd::Kernels<float>* table : tables) {
    for (const Shape& s : kShapes) {
      CAPTURE(table->isa);
      CAPTURE(s.rows);
      CAPTURE(s.in);
      CAPTURE(s.out);
      check_linear<float>(*table->matmul, s);
      check_linear<float>(*table->matmul_bf16, s);
      if (s.rows > 0) check_product<float>(*table->matmul, s.rows, s.in, s.out);
    }
  }
}

TEST_CASE("linear: a row alone has the bits of the same row in a batch") {
  const simd::Kernels<float>& k = trm::test::best_kernels();
  const std::size_t rows = 19, in = 50, out = 21;
  PackedLinear<float> layer(*k.matmul, in, out, Purpose::inference);
  layer.pack(as<float>(numbers(out * in, 1)).data());
  const std::vector<float> x = as<float>(numbers(rows * in, 2));
  std::vector<float> together(rows * out), alone(rows * out);
  layer.apply(x.data(), together.data(), rows);
  for (std::size_t r = 0; r < rows; ++r) layer.apply(x.data() + r * in, alone.data() + r * out, 1);
  CHECK(together == alone);
}

}  // namespace test_linear
