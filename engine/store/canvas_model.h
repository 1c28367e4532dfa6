// Weights of a published puzzle model, from safetensors with the published tensor names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/base/status.h"
#include "engine/format/safetensors.h"
#include "engine/model/canvas_config.h"
#include "engine/model/tensors.h"

namespace trm {

/// Row-major (rows, ndim); may be mapped from the file. data is null without a table.
template <class T>
struct PuzzleTable {
  const T* data = nullptr;
  std::size_t rows = 0, ndim = 0;
  [[nodiscard]] const T* row(std::int32_t identifier) const {
    return data == nullptr ? nullptr : data + static_cast<std::size_t>(identifier) * ndim;
  }
};

struct CanvasModel {
  CanvasConfig config;
  Registry registry;
  Buffer<float> weights;     ///< flat array of the registry
  PuzzleTable<float> table;  ///< a view into `file`
  SafetensorsFile file;

  /// For whoever chooses puzzles, before their rows are used: loading does not read the table, which may be larger than
  /// memory. Error: the first identifier that has no row, or whose row is not finite; or the file was changed.
  [[nodiscard]] Status check_rows(std::span<const std::int32_t> identifiers) const;
};

/// Takes the tensors that the configuration asks for out of an open file; the puzzle table stays mapped. Checksums are
/// compared, but not that of a table of more than 64 MiB, which is not read; trm convert compares it.
/// Error: the tensor that is missing, has another type or shape, is damaged, or (the table aside) is not finite; or
/// there is no memory for them.
Result<CanvasModel> read_canvas_weights(const CanvasConfig& config, const SafetensorsFile& file);

}  // namespace trm
