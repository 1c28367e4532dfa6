// Scalar matrix products: one accumulator per element, k ascending, accumulation in T.
namespace trm::simd::ref {
namespace {

// Unlike the panel of every instruction set, so that a caller that assumes one fails its tests.
constexpr std::size_t kPanel = 4;

template <class T>
std::size_t packed_bytes(std::size_t k, std::size_t n) {
  return (n + kPanel - 1) / kPanel * kPanel * k * sizeof(T);
}

template <class T>
void pack(const T* b, std::size_t row_stride, std::size_t col_stride, std::size_t k, std::size_t n, void* to) {
  auto* packed = static_cast<T*>(to);
  for (std::size_t j0 = 0; j0 < n; j0 += kPanel) {
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < kPanel; ++j) {
        *packed++ = j0 + j < n ? b[i * row_stride + (j0 + j) * col_stride] : T(0);
      }
    }
  }
}

template <class T>
void matmul(const T* a, std::size_t lda, const void* weights, T* c, std::size_t ldc, std::size_t m, std::size_t n,
            std::size_t k, bool accumulate) {
  const auto* packed = static_cast<const T*>(weights);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const std::size_t column = j / kPanel * kPanel * k + j % kPanel;
      T sum = accumulate ? c[i * ldc + j] : T(0);
      for (std::size_t p = 0; p < k; ++p) sum += a[i * lda + p] * packed[column + p * kPanel];
      c[i * ldc + j] = sum;
    }
  }
}

template <class T>
void weight_gradient(const T* dy, std::size_t lddy, const T* x, std::size_t ldx, T* dw, std::size_t lddw, std::size_t m,
                     std::size_t n, std::size_t k) {
  for (std::size_t r = 0; r < m; ++r) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < k; ++j) dw[i * lddw + j] += dy[r * lddy + i] * x[r * ldx + j];
    }
  }
}

template <class T>
constexpr Matmul<T> kMatmulFamily = {
    .name = sizeof(T) == sizeof(float) ? "fp32" : "fp64",
    .tile_rows = 1,
    .tile_columns = kPanel,
    .alignment = alignof(T),
    .packed_bytes = packed_bytes<T>,
    .pack = pack<T>,
    .run = matmul<T>,
    .weight_gradient = weight_gradient<T>,
};

}  // namespace
}  // namespace trm::simd::ref
