// Everything that decides the training of a puzzle model. One file, one run: the same file, data and seed give the same
// weights, bit for bit.
#pragma once

#include <cstddef>
#include <string>

#include "engine/base/status.h"
#include "engine/model/canvas_config.h"
#include "engine/model/tensors.h"
#include "engine/train/canvas_learner.h"
#include "engine/train/plan.h"

namespace trm {

struct CanvasTrainConfig : TrainingPlan {
  CanvasConfig model;
  InitScales init;
  double puzzle_emb_lr = CanvasOptimizerConfig{}.puzzle_emb_lr;  ///< in "optimizer", as is the next
  double puzzle_emb_weight_decay = CanvasOptimizerConfig{}.puzzle_emb_weight_decay;
  std::size_t micro_batch = 0;  ///< slots that one thread takes at a time; 0: samples_per_pass. Part of the bits
  /// Curriculum on depth: a puzzle that begins at update u of the first depth_warmup_steps gets at most 1 to 1 + (u /
  /// depth_warmup_steps) (halt_max_steps - 1) steps, evenly drawn. A small batch at a large rate otherwise learns its
  /// few puzzles by heart, since each stays for halt_max_steps updates as long as nothing halts. 0: published.
  std::size_t depth_warmup_steps = 0;
  /// Batches in flight, which take turns update by update, so that the steps of one puzzle lie apart and between them
  /// the weights see others: the same cure without a curriculum. 1: published.
  std::size_t carried_batches = 1;

  [[nodiscard]] CanvasOptimizerConfig rates() const { return {optimizer, puzzle_emb_lr, puzzle_emb_weight_decay}; }
  /// Error: the name is no plain file name.
  static Status check_name(const std::string& name);
  [[nodiscard]] Status validate() const;
  [[nodiscard]] std::string canonical() const;
  /// Reads all fields of an open object but "data", which is the source's, and "notes", which are for people. Strict:
  /// unknown fields are errors. `sizes` come from the data, and so do `epoch_examples`, which an epoch shows on average
  /// (total_groups * mean_puzzle_examples). "epochs" stand for "steps" as in the public code:
  /// int(epochs * epoch_examples / batch_size).
  static Result<CanvasTrainConfig> read(JsonObject& json, const std::string& file, const CanvasSizes& sizes,
                                        double epoch_examples = 0);
};

}  // namespace trm
