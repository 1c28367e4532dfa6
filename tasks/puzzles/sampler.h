// Batches of a puzzle data set in the published order.
//
// Training goes in iterations, each of several epochs, each a random permutation of the groups. Of every group one
// puzzle (copy) is drawn and its examples, in random order, join the batch; if they do not all find room, a random
// part of them does. What is left at the end of an iteration, too little for a batch, is dropped. So an epoch shows
// one copy of each group. Everything drawn is a function of (seed, iteration, position) alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/status.h"
#include "tasks/base/rng.h"
#include "tasks/puzzles/dataset.h"
#include "tasks/puzzles/family.h"

namespace trm::tasks {

struct PuzzleBatch {
  std::vector<std::int32_t> inputs, labels;  ///< (B,S); labels: ignored_label where nothing is asked
  std::vector<std::int32_t> identifiers;     ///< (B)
  std::size_t rows = 0;                      ///< the first ones are examples, what follows is padding
};

struct SamplerOptions {
  std::size_t batch_size = 0;
  std::size_t epochs_per_iteration = 1;
  std::uint64_t seed = 0;
  /// Turns every example into a random copy of itself; null: they stay as they are.
  const PuzzleFamily* augment = nullptr;
};

/// Where a sampler stands; with the same data and options it goes on from there.
struct SamplerState {
  std::uint64_t iteration = 0;
  std::uint64_t position = 0;  ///< groups of the iteration that are done
  bool operator==(const SamplerState&) const = default;
};

class TrainingSampler {
 public:
  /// The data set and the family must outlive the sampler. Error: a batch size or number of epochs of 0; a batch that
  /// an iteration cannot fill.
  static Result<TrainingSampler> create(const PuzzleDataset& dataset, const SamplerOptions& options);

  /// The next batch; batch.rows is the batch size.
  void next(PuzzleBatch& batch);

  [[nodiscard]] SamplerState state() const { return state_; }
  /// Error: a position beyond the iteration.
  Status resume(const SamplerState& state);

 private:
  TrainingSampler(const PuzzleDataset& dataset, const SamplerOptions& options);
  void draw_order();
  /// Adds a copy of the group at the position, as far as there is room.
  void take_group(PuzzleBatch& batch);
  void add_example(std::size_t row, Rng& rng, PuzzleBatch& batch);

  const PuzzleDataset* dataset_;
  SamplerOptions options_;
  SamplerState state_;
  std::vector<std::int32_t> order_;          // groups of the iteration
  std::vector<std::size_t> rows_;            // of the copy that is drawn
  std::vector<std::uint8_t> input_, label_;  // of the example being augmented
};

}  // namespace trm::tasks
