// The source of training sequences that a configuration asks for.
#pragma once

#include <memory>
#include <string>

#include "engine/base/status.h"
#include "engine/train/source.h"

namespace trm::tasks {

/// By the fields "encoding" (frames if absent) and "model.max_tokens", which bounds whole sequences, of a training
/// configuration; TrainConfig::parse() looks at everything else. Error: no JSON; an unknown encoding; "max_tokens" is
/// out of range.
Result<std::unique_ptr<SampleSource>> task_source(const std::string& config, const std::string& file);

}  // namespace trm::tasks
