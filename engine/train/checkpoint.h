// Training checkpoints: weights, optimizer moments and averaged weights under their tensor names, and where the run
// stands.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "engine/base/status.h"
#include "engine/model/tensors.h"
#include "engine/train/config.h"

namespace trm {

struct CheckpointProgress {
  std::size_t step = 0, stage = 0, stage_start = 0;
  double seconds = 0;
};

/// Flat arrays in registry order.
template <class Span>
struct CheckpointArrays {
  Span weights, m, v, shadow;
};

/// Atomic: after any failure the old checkpoint is still there, whole.
Status write_checkpoint(const std::string& path, const TrainConfig& config, const Registry& registry,
                        const CheckpointArrays<std::span<const float>>& arrays, const CheckpointProgress& progress);
/// Nothing is changed on error: the file is damaged, or was written under another configuration.
Status read_checkpoint(const std::string& path, const TrainConfig& config, const Registry& registry,
                       const CheckpointArrays<std::span<float>>& arrays, CheckpointProgress& progress);

}  // namespace trm
