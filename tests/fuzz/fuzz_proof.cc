// Any text as a proof by induction: an error, or a line of it.
#include <algorithm>
#include <string_view>

#include "tasks/induction/induction.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto line = trm::tasks::induction::first_wrong_line(text);
  if (!line) {
    check(!line.error().message.empty(), "an error says what is wrong");
    return 0;
  }
  check(*line <= static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), "the line is one of the proof");
  return 0;
}
