// What a training tells whoever watches it: its updates and its validations, in numbers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/infer/canvas_eval.h"
#include "engine/train/canvas_learner.h"

namespace trm {

struct CausalUpdate {
  std::size_t stage = 0;
  std::string_view stage_name;  ///< lives as long as the trainer
  double loss = 0;              ///< mean over targets
  double token_accuracy = 0;
  double sequence_accuracy = 0;
  double grad_norm = 0;  ///< before clipping
  double lr = 0;
  std::size_t rows = 0;  ///< tokens that went through the network
};

/// Sequences that begin with the same token: those of one function, say.
struct GroupAccuracy {
  std::string first_token;
  std::size_t right = 0, sequences = 0;
};

struct CausalValidation {
  std::size_t stage = 0;
  std::string_view stage_name, encoding;  ///< live as long as the trainer
  double loss = 0, token_accuracy = 0;
  double sequence_accuracy = 0;  ///< exact sequences of the averaged weights on held-out samples
  std::size_t sequences = 0;
  std::vector<GroupAccuracy> groups;  ///< the weakest first; equal ones by token
  double seconds = 0;                 ///< of updates and validations in all sessions of the run
  bool advanced = false;              ///< the stage ended here
  std::string reason;                 ///< why it advanced
};

struct CanvasUpdate {
  double lr = 0;
  std::size_t batch_size = 0;
  CanvasStepReport report;  ///< losses are sums over the batch
};

struct CanvasValidation {
  CanvasScores scores;  ///< of the averaged weights on the source's validation puzzles
  double seconds = 0;   ///< of updates and validations in all sessions of the run
};

struct TrainingEvent {
  std::size_t step = 0;  ///< updates done
  std::variant<CausalUpdate, CausalValidation, CanvasUpdate, CanvasValidation> report;

  /// One line of JSON as metrics.jsonl has it, with its newline: "kind" (train or validation), "step" and the numbers.
  [[nodiscard]] std::string line() const;
};

}  // namespace trm
