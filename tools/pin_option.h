// --pin of the commands that start threads.
#pragma once

#include <optional>

#include "engine/sys/pinning.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace trm::cli {

/// Adds "--pin auto|on|off". `out` stays empty where it is not given: TRM_PIN decides, or else auto.
CLI::Option* add_pin(CLI::App& app, std::optional<Pinning>& out);

}  // namespace trm::cli
