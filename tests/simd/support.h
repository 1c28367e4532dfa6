// What the kernel tests share: the tables to test, twin buffers in float and double, and the error bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "simd/cpu.h"
#include "simd/kernels.h"
#include "simd/ref.h"

namespace trm::simd::test {

/// Every float table that this machine can run, the scalar reference first and the stand-ins for AVX-512 and
/// AMX last.
const std::vector<const Kernels<float>*>& tables();
/// "avx512: the CPU has no AVX512F" for each instruction set that is built and cannot run here, and for the foreign
/// ones.
std::vector<std::string> skipped();

// Error bounds, in units of 2^-24 (half an ULP of 1) times a norm. Every rounding adds at most one unit of the partial
// result, so a chain of n operations on values up to s stays within about n units of s.
namespace bound {
/// Sums of n products: one rounding per product (without fused operations) and one per addition.
constexpr double sum(std::size_t n) {
  return 2.0 * static_cast<double>(n) + 4;
}
/// exp: 2 ULP (4 units) within range.
constexpr double kExp = 4;
/// SiLU and its derivative: exp, an addition, a division, a few products, all of values near the result's norm.
constexpr double kSilu = 24;
/// Attention: the error of a score moves a probability by as much, then two sums over keys.
constexpr double attention(std::size_t dim, std::size_t keys) {
  return 24 + 4.0 * static_cast<double>(dim + keys);
}
/// Optimizers: square root, division, arctangent (4 ULP), coefficients rounded from double.
constexpr double kOptimizer = 32;
}  // namespace bound

/// A matrix in float and in double with equal values. The float side ends at a page that must not be touched; what
/// lies before it and between its rows is filled with a pattern that intact() finds unchanged.
class Twin {
 public:
  explicit Twin(std::size_t rows, std::size_t cols = 1, std::size_t gap = 0);
  ~Twin();
  Twin(const Twin&) = delete;
  Twin& operator=(const Twin&) = delete;

  /// Uniform in [-scale, scale), the same values for the same seed on every machine.
  Twin& random(std::uint64_t seed, double scale = 1.0);
  Twin& constant(double value);
  Twin& set(std::size_t i, double value);  ///< element i of the packed matrix (gap 0)

  float* f() { return data_; }
  double* d() { return wide_.data(); }
  [[nodiscard]] std::size_t ld() const { return cols_ + gap_; }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t cols() const { return cols_; }
  [[nodiscard]] std::size_t size() const { return rows_ * cols_; }

  /// Largest |float - double| in units of 2^-24 of `norm`; 0 means: of the largest |double|. Infinite when one is NaN
  /// or infinite and the other is not, or when nearly all of the expected values are zero.
  [[nodiscard]] double error(double norm = 0) const;
  /// Nothing around the matrix was written.
  [[nodiscard]] bool intact() const;
  /// Same bits of the rows.
  [[nodiscard]] bool same_bits(const Twin& other) const;

 private:
  [[nodiscard]] std::size_t span() const { return rows_ == 0 ? 0 : (rows_ - 1) * ld() + cols_; }
  std::size_t rows_, cols_, gap_;
  std::size_t mapped_ = 0;
  void* map_ = nullptr;
  float* data_ = nullptr;
  std::vector<double> wide_;
};

/// Counter-based uniform numbers (SplitMix64).
std::uint64_t hash(std::uint64_t x);

/// Every length from nothing to two of the widest vectors and one, then primes and model shapes.
std::vector<std::size_t> lengths();

}  // namespace trm::simd::test
