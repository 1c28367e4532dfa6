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

/// Packed: the columns one after the other, k elements each.
template <class T>
std::size_t bf16_packed_bytes(std::size_t k, std::size_t n) {
  return k * n * sizeof(T);
}

template <class T>
void bf16_pack(const T* b, std::size_t row_stride, std::size_t col_stride, std::size_t k, std::size_t n, void* to) {
  auto* packed = static_cast<T*>(to);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < k; ++i) {
      *packed++ = static_cast<T>(as_bf16(static_cast<float>(b[i * row_stride + j * col_stride])));
    }
  }
}

template <class T>
void bf16_matmul(const T* a, std::size_t lda, const void* weights, T* c, std::size_t ldc, std::size_t m, std::size_t n,
                 std::size_t k, bool accumulate) {
  const auto* packed = static_cast<const T*>(weights);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      T sum = accumulate ? c[i * ldc + j] : T(0);
      for (std::size_t p = 0; p < k; ++p) {
        sum += static_cast<T>(as_bf16(static_cast<float>(a[i * lda + p]))) * packed[j * k + p];
      }
      c[i * ldc + j] = sum;
    }
  }
}

template <class T>
void bf16_weight_gradient(const T* dy, std::size_t lddy, const T* x, std::size_t ldx, T* dw, std::size_t lddw,
                          std::size_t m, std::size_t n, std::size_t k) {
  const auto rounded = [](T value) { return static_cast<T>(as_bf16(static_cast<float>(value))); };
  for (std::size_t r = 0; r < m; ++r) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < k; ++j) dw[i * lddw + j] += rounded(dy[r * lddy + i]) * rounded(x[r * ldx + j]);
    }
  }
}

/// Packed: for each column its scale, then k integers.
template <class T>
std::size_t int8_packed_bytes(std::size_t k, std::size_t n) {
  return k == 0 ? 0 : n * (k + 1) * sizeof(T);
}

template <class T>
void int8_pack(const T* b, std::size_t row_stride, std::size_t col_stride, std::size_t k, std::size_t n, void* to) {
  auto* packed = static_cast<T*>(to);
  for (std::size_t j = 0; j < n && k > 0; ++j) {
    std::int32_t largest = 0;
    for (std::size_t i = 0; i < k; ++i) {
      const auto x = static_cast<float>(b[i * row_stride + j * col_stride]);
      largest = std::max(largest, largest_bits(&x, 1, 1));
    }
    const Int8Scale scale = int8_scale(largest);
    *packed++ = static_cast<T>(scale.scale);
    for (std::size_t i = 0; i < k; ++i) {
      const auto x = static_cast<float>(b[i * row_stride + j * col_stride]);
      *packed++ = static_cast<T>(scale.inverse == 0.0F ? 0 : to_int8(x, scale.inverse));
    }
  }
}

template <class T>
void int8_matmul(const T* a, std::size_t lda, const void* weights, T* c, std::size_t ldc, std::size_t m, std::size_t n,
                 std::size_t k, bool accumulate) {
  const std::size_t block = block_depth(k, kInt8Depth);
  for (std::size_t i = 0; i < m; ++i) {
    std::int32_t largest = 0;
    for (std::size_t p = 0; p < k; ++p) {
      const auto x = static_cast<float>(a[i * lda + p]);
      largest = std::max(largest, largest_bits(&x, 1, 1));
    }
    const Int8Scale row = int8_scale(largest);
    for (std::size_t j = 0; j < n; ++j) {
      const T* column = static_cast<const T*>(weights) + (k == 0 ? 0 : j * (k + 1));
      T out = accumulate ? c[i * ldc + j] : T(0);
      for (std::size_t k0 = 0; k0 < k; k0 += block) {
        std::int32_t sum = 0;
        for (std::size_t p = k0; p < std::min(k, k0 + block) && row.inverse != 0.0F; ++p) {
          sum += to_int8(static_cast<float>(a[i * lda + p]), row.inverse) * static_cast<std::int32_t>(column[1 + p]);
        }
        const float scale = row.scale * static_cast<float>(column[0]);
        const T value = static_cast<T>(static_cast<float>(sum) * scale);
        out = k0 == 0 && !accumulate ? value : out + value;
      }
      c[i * ldc + j] = out;
    }
  }
}

template <class T>
constexpr Matmul<T> kMatmulBf16 = {
    .name = "bf16",
    .tile_rows = 1,
    .tile_columns = 1,
    .alignment = alignof(T),
    .packed_bytes = bf16_packed_bytes<T>,
    .pack = bf16_pack<T>,
    .run = bf16_matmul<T>,
    .weight_gradient = bf16_weight_gradient<T>,
};

template <class T>
constexpr Matmul<T> kMatmulInt8 = {
    .name = "int8",
    .tile_rows = 1,
    .tile_columns = 1,
    .alignment = alignof(T),
    .packed_bytes = int8_packed_bytes<T>,
    .pack = int8_pack<T>,
    .run = int8_matmul<T>,
    .weight_gradient = nullptr,
};

}  // namespace
}  // namespace trm::simd::ref
