#include "engine/model/linear.h"

#include <algorithm>

namespace trm {

template <class T>
PackedLinear<T>::PackedLinear(const simd::Matmul<T>& family, std::size_t in, std::size_t out, Purpose purpose)
    : family_(&family),
      in_(in),
      out_(out),
      trains_(purpose == Purpose::training),
      forward_(family.packed_bytes(in, out)),
      backward_(trains_ ? family.packed_bytes(out, in) : 0) {}

template <class T>
void PackedLinear<T>::pack(const T* w) {
  family_->pack(w, 1, in_, in_, out_, forward_.data());
  if (trains_) family_->pack(w, in_, 1, out_, in_, backward_.data());
}

template <class T>
void PackedLinear<T>::apply(const T* x, T* y, std::size_t rows) const {
  family_->run(x, in_, forward_.data(), y, out_, rows, out_, in_, false);
}

template <class T>
void PackedLinear<T>::apply_backward(const T* dy, const T* x, T* dw, T* dx, std::size_t rows, bool accumulate) const {
  family_->weight_gradient(dy, out_, x, in_, dw, in_, rows, out_, in_);
  family_->run(dy, out_, backward_.data(), dx, in_, rows, in_, out_, accumulate);
}

template <class T>
std::size_t ActivationProduct<T>::scratch_size(const simd::Matmul<T>& family, std::size_t k, std::size_t n) {
  const std::size_t bytes = std::max(family.packed_bytes(k, n), family.packed_bytes(n, k));
  return (bytes + sizeof(T) - 1) / sizeof(T);
}

template <class T>
void ActivationProduct<T>::multiply(In a, In b, Out c, std::size_t m, std::size_t n, std::size_t k) const {
  family_->pack(b.data, b.ld, 1, k, n, scratch_);
  family_->run(a.data, a.ld, scratch_, c.data, c.ld, m, n, k, false);
}

template <class T>
void ActivationProduct<T>::multiply_transposed(In a, In b, Out c, std::size_t m, std::size_t n, std::size_t k) const {
  family_->pack(b.data, 1, b.ld, k, n, scratch_);
  family_->run(a.data, a.ld, scratch_, c.data, c.ld, m, n, k, false);
}

template <class T>
void ActivationProduct<T>::add_transposed_product(In a, In b, Out c, std::size_t m, std::size_t n,
                                                  std::size_t k) const {
  family_->weight_gradient(a.data, a.ld, b.data, b.ld, c.data, c.ld, m, n, k);
}

template class PackedLinear<float>;
template class PackedLinear<double>;
template class ActivationProduct<float>;
template class ActivationProduct<double>;

}  // namespace trm
