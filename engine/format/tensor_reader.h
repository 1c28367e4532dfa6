// Tensors that are read while they are written, so that a table of gigabytes never has to be in memory.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "engine/base/status.h"
#include "engine/format/tensor_view.h"

namespace trm {

class MappedFile;

/// Fills `out` with the bytes of a tensor from `offset` on. Pieces are asked for in order, perhaps several times from
/// the beginning; each is a whole number of elements.
using TensorReader = std::function<Status(std::size_t offset, std::span<std::byte> out)>;

/// `data` as they are. Pages that were read may leave memory; both must outlive the reader. Error: the file was
/// changed.
TensorReader read_mapped(std::span<const std::byte> data, const MappedFile& mapping);
/// Row i is row rows[i] of `base`.
TensorReader read_rows(TensorReader base, std::size_t row_bytes, std::vector<std::size_t> rows);
/// The elements of `base` as float32; `dtype` must be one that widens.
TensorReader read_widened(TensorReader base, DType dtype);

}  // namespace trm
