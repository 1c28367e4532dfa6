// --pin of the commands that start threads.
#pragma once

#include <optional>

#include "engine/sys/pinning.h"
#include "tools/arguments.h"

namespace trm::cli {

/// Adds "--pin auto|on|off". `out` stays empty where it is not given: TRM_PIN decides, or else auto.
Option add_pin(Arguments& args, std::optional<Pinning>& out);

}  // namespace trm::cli
