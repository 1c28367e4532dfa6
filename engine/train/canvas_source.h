// Where puzzles come from. The engine knows no puzzle: it asks for batches of tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/base/status.h"
#include "engine/infer/carry.h"
#include "engine/model/canvas_config.h"

namespace trm {

/// Where a source of training batches stands.
struct CanvasPosition {
  std::size_t iteration = 0, position = 0;
  bool operator==(const CanvasPosition&) const = default;
};

class CanvasSource {
 public:
  virtual ~CanvasSource() = default;
  [[nodiscard]] virtual CanvasSizes sizes() const = 0;
  /// What the data are, for the model file: canonical JSON text.
  [[nodiscard]] virtual std::string description() const = 0;
  /// Before the first batch.
  virtual Status begin(std::size_t batch_size, std::uint64_t seed) = 0;
  /// Fills every row; a function of (seed, position), which it advances.
  virtual void next(CanvasBatch& batch) = 0;
  [[nodiscard]] virtual CanvasPosition position() const = 0;
  virtual Status resume(const CanvasPosition& position) = 0;
  [[nodiscard]] virtual std::size_t validation_samples() const = 0;
  /// Rows first, first + 1, ... of the validation set, as many as there are up to batch.samples; returns how many.
  virtual std::size_t validation(std::size_t first, CanvasBatch& batch) const = 0;
};

}  // namespace trm
