// Where a training writes.
#pragma once

#include <string>

#include "engine/base/status.h"

namespace trm::cli {

/// `out`, or out/NAME if that is empty. `name` is the field of the configuration `file`. Error: the name would lead out
/// of "out", or make a folder that is hard to get rid of.
Result<std::string> output_directory(const std::string& out, const std::string& name, const std::string& file);

}  // namespace trm::cli
