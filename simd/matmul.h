// A family of matrix products: what they multiply, how the weights are packed for it, and the functions that do both.
// There is one object for each instruction set and type of packed weights, and only its own functions know the layout.
//
// The conventions of kernels.h hold: row-major, distances in elements, any size from 0 upwards. Further:
//   * A result depends on its own row only, and its sum over k is one chain in ascending order, so a row of a product
//     has the same bits alone and among others.
#pragma once

#include <cstddef>

namespace trm::simd {

/// How the weights of linear layers are held.
///   fp32  as they are
///   bf16  rounded to bfloat16, and so are the rows that they are multiplied with; sums in float
///   int8  -127..127 with a scale for each output channel; rows are quantised with a scale of their own as they come;
///         sums of integers
///   automatic  as the model asks for
enum class WeightType : unsigned char { fp32, bf16, int8, automatic };

/// T: type of what goes in and comes out (activations, gradients, the weights before they are packed).
template <class T>
struct Matmul {
  const char* name;          ///< type of the packed weights: "fp32"
  std::size_t tile_rows;     ///< most rows of `a` that share a packed weight once it is loaded
  std::size_t tile_columns;  ///< columns of B are packed in groups of so many
  std::size_t alignment;     ///< bytes: packed weights at a multiple of it are read fastest; that of T is enough

  /// Bytes that pack() fills for a right-hand side B(k, n).
  std::size_t (*packed_bytes)(std::size_t k, std::size_t n);
  /// Packs B(k, n) with B[i][j] = b[i*row_stride + j*col_stride].
  /// y = x W^T for W (out, in): pack(W, 1, in, k=in, n=out). dx = dy W: pack(W, in, 1, k=out, n=in).
  void (*pack)(const T* b, std::size_t row_stride, std::size_t col_stride, std::size_t k, std::size_t n, void* packed);
  /// c(m, n) = a(m, k) B, or accumulates.
  void (*run)(const T* a, std::size_t lda, const void* packed, T* c, std::size_t ldc, std::size_t m, std::size_t n,
              std::size_t k, bool accumulate);
  /// dw(n, k) += dy(m, n)^T x(m, k): the weight gradient of y = x W^T. Both factors are rounded as the rows of run()
  /// are. Null: the family serves inference only.
  void (*weight_gradient)(const T* dy, std::size_t lddy, const T* x, std::size_t ldx, T* dw, std::size_t lddw,
                          std::size_t m, std::size_t n, std::size_t k);
};

}  // namespace trm::simd
