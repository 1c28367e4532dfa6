#include "engine/io/tensor_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/io/mapped_file.h"
#include "engine/io/widen.h"

namespace trm {

TensorReader read_mapped(std::span<const std::byte> data, const MappedFile& mapping) {
  return [data, &mapping](std::size_t offset, std::span<std::byte> out) {
    const auto part = data.subspan(offset, out.size());
    std::memcpy(out.data(), part.data(), part.size());
    mapping.release(part);
  };
}

TensorReader read_rows(TensorReader base, std::size_t row_bytes, std::vector<std::size_t> rows) {
  return [base = std::move(base), row_bytes, rows = std::move(rows)](std::size_t offset, std::span<std::byte> out) {
    while (!out.empty()) {
      const std::size_t inside = offset % row_bytes;
      const std::size_t n = std::min(row_bytes - inside, out.size());
      base(rows[offset / row_bytes] * row_bytes + inside, out.first(n));
      offset += n;
      out = out.subspan(n);
    }
  };
}

TensorReader read_widened(TensorReader base, DType dtype) {
  const std::size_t size = dtype_size(dtype);
  return [base = std::move(base), dtype, size, raw = std::vector<std::byte>()](std::size_t offset,
                                                                               std::span<std::byte> out) mutable {
    const std::size_t elements = out.size() / sizeof(float);
    raw.resize(elements * size);
    base(offset / sizeof(float) * size, raw);
    widen_to_f32(dtype, raw, {reinterpret_cast<float*>(out.data()), elements});
  };
}

}  // namespace trm
