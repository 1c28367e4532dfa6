#include "tools/machine_options.h"

#include <string>

#include "simd/cpu.h"

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

Option add_dtype(Arguments& args, std::optional<simd::WeightType>& out) {
  return args
      .option(
          "--dtype", [&out](const std::string& text) { out = simd::parse_weight_type(text); },
          "Weights of linear layers: fp32, bf16, int8, or auto, which is what the model's file asks for (default: what "
          "TRM_DTYPE says, or auto)")
      .one_of({"auto", "fp32", "bf16", "int8"})
      .type("TYPE");
}

}  // namespace trm::cli
