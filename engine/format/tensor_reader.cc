#include "engine/format/tensor_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/format/widen.h"
#include "engine/sys/mapped_file.h"

namespace trm {

TensorReader read_mapped(std::span<const std::byte> data, const MappedFile& mapping) {
  return [data, &mapping](std::size_t offset, std::span<std::byte> out) -> Status {
    const auto part = data.subspan(offset, out.size());
    std::memcpy(out.data(), part.data(), part.size());
    mapping.release(part);
    return mapping.unchanged();
  };
}

TensorReader read_rows(TensorReader base, std::size_t row_bytes, std::vector<std::size_t> rows) {
  return [base = std::move(base), row_bytes, rows = std::move(rows)](std::size_t offset,
                                                                     std::span<std::byte> out) -> Status {
    while (!out.empty()) {
      const std::size_t inside = offset % row_bytes;
      const std::size_t n = std::min(row_bytes - inside, out.size());
      if (Status s = base(rows[offset / row_bytes] * row_bytes + inside, out.first(n)); !s) return s;
      offset += n;
      out = out.subspan(n);
    }
    return {};
  };
}

TensorReader read_widened(TensorReader base, DType dtype) {
  const std::size_t size = dtype_size(dtype);
  return [base = std::move(base), dtype, size, raw = std::vector<std::byte>()](
             std::size_t offset, std::span<std::byte> out) mutable -> Status {
    const std::size_t elements = out.size() / sizeof(float);
    raw.resize(elements * size);
    if (Status s = base(offset / sizeof(float) * size, raw); !s) return s;
    widen_to_f32(dtype, raw, {reinterpret_cast<float*>(out.data()), elements});
    return {};
  };
}

}  // namespace trm
