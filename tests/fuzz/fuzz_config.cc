// Any text as a model configuration: an error, or a configuration whose canonical text reads back as itself.
#include <string_view>

#include "engine/model/config.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto config = trm::ModelConfig::parse(text, "input");
  if (!config) {
    check(!config.error().message.empty(), "an error says what is wrong");
    check(config.error().file == "input", "an error names the file");
    return 0;
  }
  check(config->validate().ok(), "what is accepted is valid");
  const auto again = trm::ModelConfig::parse(config->canonical(), "canonical");
  check(again.ok(), "the canonical text is accepted");
  check(*again == *config, "the canonical text gives the same configuration");
  check(again->canonical() == config->canonical(), "the canonical text is a fixed point");
  return 0;
}
