#include "tools/pin_option.h"

#include <string>

namespace trm::cli {

Option add_pin(Arguments& args, std::optional<Pinning>& out) {
  return args
      .option(
          "--pin", [&out](const std::string& text) { out = pinning_named(text); },
          "Bind each thread to a CPU of its own: auto where no other process uses the CPUs, on, or off (default: what "
          "TRM_PIN says, or auto)")
      .one_of({"auto", "on", "off"})
      .type("WHEN");
}

}  // namespace trm::cli
