// Everything that decides a training run. One file, one run: the same file and seed give the same weights, bit for bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/config.h"
#include "engine/train/source.h"

namespace trm {

enum class OptimizerKind { adamw, adam_atan2 };

/// A stage of the curriculum. It ends when the validation accuracy (exact sequences) reaches advance_at, or after
/// max_steps; the last stage ends with the run.
struct Stage {
  std::string name;
  Mix mix;
  double advance_at = 1.0;
  std::size_t max_steps = 0;  ///< 0: no limit
  bool operator==(const Stage&) const = default;
};

struct TrainConfig {
  std::string name = "model";
  std::uint64_t seed = 1;
  ModelConfig model;
  OptimizerKind optimizer = OptimizerKind::adamw;
  double lr = 3e-3;
  double beta1 = 0.9, beta2 = 0.95, eps = 1e-8;
  double weight_decay = 0.1;  ///< AdamW: matrices only; AdamATan2: every tensor, as published
  double clip = 1.0;          ///< largest norm of the whole gradient; 0: no clipping
  std::size_t steps = 1000;
  std::size_t warmup_steps = 0;
  double min_lr_ratio = 0.0;  ///< cosine from 1 to this after the warm-up
  std::size_t batch_size = 64;
  std::size_t micro_batch = 8;  ///< sequences that one thread takes at a time; part of the result's bits
  double ema = 0.999;           ///< rate of the averaged weights that are validated and shipped; 0: the live weights
  std::size_t validate_every = 250, validation_samples = 512;
  std::size_t checkpoint_every = 250;
  std::vector<Stage> stages;

  [[nodiscard]] Status validate() const;
  [[nodiscard]] std::string canonical() const;
  /// Strict: unknown fields are errors. model.vocab_size and model.run_tokens come from the source if they are absent.
  static Result<TrainConfig> parse(std::string_view json, const std::string& file, const SampleSource& source);
};

/// Learning-rate factor of update k (from 1): linear warm-up, then cosine to min_lr_ratio at the last step.
double lr_factor(const TrainConfig& config, std::size_t k);

}  // namespace trm
