#include "tools/pin_option.h"

#include <CLI/CLI.hpp>
#include <string>

namespace trm::cli {

CLI::Option* add_pin(CLI::App& app, std::optional<Pinning>& out) {
  return app
      .add_option_function<std::string>(
          "--pin", [&out](const std::string& text) { out = pinning_named(text); },
          "Bind each thread to a CPU of its own: auto where no other process uses the CPUs, on, or off (default: what "
          "TRM_PIN says, or auto)")
      ->check(CLI::IsMember({"auto", "on", "off"}))
      ->type_name("WHEN");
}

}  // namespace trm::cli
