// Training batches of puzzles: from a data set in the published layout, or generated when the training starts.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/base/status.h"
#include "engine/train/canvas_source.h"
#include "tasks/puzzles/dataset.h"
#include "tasks/puzzles/families.h"
#include "tasks/puzzles/sampler.h"

namespace trm::tasks {

class PuzzleSource : public CanvasSource {
 public:
  /// Reads or generates the puzzles: a data set is validated on its test split, generated puzzles on ones of the
  /// validation split.
  static Result<std::unique_ptr<PuzzleSource>> create(const PuzzleData& data);

  [[nodiscard]] CanvasSizes sizes() const override;
  /// Examples that an epoch shows, on average.
  [[nodiscard]] double epoch_examples() const;
  [[nodiscard]] std::string description() const override { return data_.canonical(); }
  Status begin(std::size_t batch_size, std::uint64_t seed) override;
  void next(CanvasBatch& batch) override;
  [[nodiscard]] CanvasPosition position() const override;
  Status resume(const CanvasPosition& position) override;
  [[nodiscard]] std::size_t validation_samples() const override { return validation_.examples(); }
  std::size_t validation(std::size_t first, CanvasBatch& batch) const override;

 private:
  explicit PuzzleSource(PuzzleData data) : data_(std::move(data)) {}

  PuzzleData data_;
  std::unique_ptr<PuzzleFamily> family_;
  PuzzleDataset train_, validation_;
  std::optional<TrainingSampler> sampler_;
  PuzzleBatch batch_;
};

/// Row `row` of a data set, into row b of the batch.
void fill_row(const PuzzleDataset& dataset, std::size_t row, CanvasBatch& batch, std::size_t b);

/// Rows first, first + 1, ... of a data set, as many as batch.samples has room for; the rest is padding. Returns how
/// many.
std::size_t fill_batch(const PuzzleDataset& dataset, std::size_t first, CanvasBatch& batch);

}  // namespace trm::tasks
