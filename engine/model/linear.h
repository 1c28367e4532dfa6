// The matrix products of the engine: linear layers, and products of activations with each other. Nothing else calls the
// kernels of a simd::Matmul or holds what they packed.
#pragma once

#include <cstddef>

#include "engine/model/tensors.h"
#include "simd/kernels.h"

namespace trm {

enum class Purpose : unsigned char { inference, training };

/// y = x W^T without a bias, for weights W(out, in) that a family of matrix products has packed in its own way.
template <class T>
class PackedLinear {
 public:
  /// A layer that its model does not have.
  PackedLinear() = default;
  /// Room for W(out, in) and, for training, for what the backward pass reads; pack() fills it.
  PackedLinear(const simd::Matmul<T>& family, std::size_t in, std::size_t out, Purpose purpose);

  [[nodiscard]] std::size_t in() const { return in_; }
  [[nodiscard]] std::size_t out() const { return out_; }
  /// Packs W(out, in), again after it has changed. No allocation.
  void pack(const T* w);
  /// y(rows, out) = x(rows, in) W^T.
  void apply(const T* x, T* y, std::size_t rows) const;
  /// dw(out, in) += dy(rows, out)^T x(rows, in); dx(rows, in) = dy W, or dx += dy W. Only when made for training.
  void apply_backward(const T* dy, const T* x, T* dw, T* dx, std::size_t rows, bool accumulate) const;

 private:
  const simd::Matmul<T>* family_ = nullptr;
  std::size_t in_ = 0, out_ = 0;
  bool trains_ = false;
  Buffer<std::byte> forward_, backward_;  ///< W^T, and W for dy W
};

/// A matrix in row-major order, rows `ld` elements apart.
template <class T>
struct MatrixView {
  T* data;
  std::size_t ld;
};

/// Products of activations with each other, as in attention: the right-hand side is packed anew each time.
template <class T>
class ActivationProduct {
 public:
  using In = MatrixView<const T>;
  using Out = MatrixView<T>;

  /// Elements of scratch for right-hand sides of both (k, n) and (n, k).
  static std::size_t scratch_size(const simd::Matmul<T>& family, std::size_t k, std::size_t n);
  ActivationProduct(const simd::Matmul<T>& family, T* scratch) : family_(&family), scratch_(scratch) {}

  /// c(m, n) = a(m, k) b(k, n).
  void multiply(In a, In b, Out c, std::size_t m, std::size_t n, std::size_t k) const;
  /// c(m, n) = a(m, k) b(n, k)^T.
  void multiply_transposed(In a, In b, Out c, std::size_t m, std::size_t n, std::size_t k) const;
  /// c(n, k) += a(m, n)^T b(m, k).
  void add_transposed_product(In a, In b, Out c, std::size_t m, std::size_t n, std::size_t k) const;

 private:
  const simd::Matmul<T>* family_;
  T* scratch_;
};

extern template class PackedLinear<float>;
extern template class PackedLinear<double>;
extern template class ActivationProduct<float>;
extern template class ActivationProduct<double>;

}  // namespace trm
