// Shapes of the models that ship in bench/models/, for benchmarks that need no trained weights.
#pragma once

#include "engine/model/config.h"

namespace trm::bench {

/// The configuration of bench/models/trm-frames.json; a test compares the two.
ModelConfig trm_frames_config();
/// The same for transformer-frames.json.
ModelConfig transformer_frames_config();

}  // namespace trm::bench
