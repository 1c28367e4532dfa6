// Training batches of puzzles: from a data set in the published layout, or generated when the training starts.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/base/status.h"
#include "engine/io/json_object.h"
#include "engine/train/canvas_source.h"
#include "tasks/puzzles/dataset.h"
#include "tasks/puzzles/family.h"
#include "tasks/puzzles/sampler.h"

namespace trm::bench {

/// The object "data" of a puzzle training configuration.
struct PuzzleData {
  std::string directory;  ///< of a data set; empty: generated
  std::string family;     ///< "sudoku", "maze" or "fractal"
  std::size_t size = 9;
  std::size_t train = 1000, test = 1000;
  std::size_t min_steps = 0;     ///< maze: of the shortest path; 0: the usual part of the area
  std::size_t extra_givens = 0;  ///< sudoku: training puzzles have 0 to so many more than they need, for a start
  std::uint64_t seed = 0;
  bool augment = true;  ///< every example is a random copy of itself each time; needs a known family
  /// After so many epochs a short batch is dropped (eval_interval of the public code); 0: chosen by the batch size.
  std::size_t epochs_per_iteration = 0;
  std::string build;  ///< the command that makes the data, for people who lack them; no part of canonical()

  /// Fields of `json`, whose errors name them. `directory` stands in for the field of that name; it is empty if the
  /// configuration decides. With "build" the data are those of a directory, and one must be named.
  static Result<PuzzleData> read(JsonObject& json, const std::string& directory = "");
  [[nodiscard]] std::string canonical() const;
};

/// The family that generates such puzzles. Error: a size that the family does not have.
Result<std::unique_ptr<tasks::PuzzleFamily>> make_family(const PuzzleData& data);

class PuzzleSource : public CanvasSource {
 public:
  /// Reads or generates the puzzles: a data set is validated on its test split, generated puzzles on ones of the
  /// validation split.
  static Result<std::unique_ptr<PuzzleSource>> create(const PuzzleData& data);

  [[nodiscard]] PublishedSizes sizes() const override;
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
  std::unique_ptr<tasks::PuzzleFamily> family_;
  tasks::PuzzleDataset train_, validation_;
  std::optional<tasks::TrainingSampler> sampler_;
  tasks::PuzzleBatch batch_;
};

/// Rows first, first + 1, ... of a data set, as many as batch.samples has room for; the rest is padding. Returns how
/// many.
std::size_t fill_batch(const tasks::PuzzleDataset& dataset, std::size_t first, CanvasBatch& batch);

}  // namespace trm::bench
