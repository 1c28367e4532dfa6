// Everything that decides the training of a causal model. One file, one run: the same file and seed give the same
// weights, bit for bit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/config.h"
#include "engine/train/plan.h"
#include "engine/train/source.h"

namespace trm {

/// A stage of the curriculum. It ends when the validation accuracy (exact sequences) reaches advance_at, or after
/// max_steps; the last stage ends with the run.
struct Stage {
  std::string name;
  Mix mix;
  double advance_at = 1.0;
  std::size_t max_steps = 0;  ///< 0: no limit
  bool operator==(const Stage&) const = default;
};

struct TrainConfig : TrainingPlan {
  std::string encoding = "frames";  ///< of the samples, as the source calls it
  ModelConfig model;
  std::size_t micro_batch = 8;  ///< sequences that one thread takes at a time; part of the result's bits
  std::vector<Stage> stages;

  [[nodiscard]] Status validate() const;
  [[nodiscard]] std::string canonical() const;
  /// Strict: unknown fields are errors. model.vocab_size and model.run_tokens come from the source if they are absent;
  /// the encoding is the source's.
  static Result<TrainConfig> parse(std::string_view json, const std::string& file, const SampleSource& source);
};

}  // namespace trm
