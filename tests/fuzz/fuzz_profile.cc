// Any text as profile.json, as a kernel case and as changes of a machine: an error, or what reads back as itself.
#include <string_view>

#include "bench/profile/profile.h"
#include "bench/profile/what_if.h"
#include "tests/fuzz/check.h"

namespace {

using namespace trm::bench;

void check_case(std::string_view text) {
  const auto read = parse_case(text, "generic");
  if (!read.ok()) return trm::fuzz::check(!read.error().fix.empty(), "an error says what to do");
  trm::fuzz::check(read->bytes() <= static_cast<double>(kMostCaseBytes), "operands are bounded");
  const auto again = parse_case(read->text(), "avx2");
  trm::fuzz::check(again.ok() && again->text() == read->text(), "the text of a case reads back");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_case(text);
  const auto changed = apply_what_if(text, {}, 1);
  check(changed.ok() || !changed.error().message.empty(), "an error says what is wrong");
  const auto profile = read_profile(text, "input");
  if (!profile.ok()) {
    check(profile.error().file.starts_with("input"), "an error names the file");
    return 0;
  }
  check(profile->predictions.size() == profile->models.size(), "all models are predicted");
  const auto written = profile_json(*profile);
  check(written.ok(), "what is accepted can be written");
  const auto again = read_profile(*written, "again");
  check(again.ok() && *profile_json(*again) == *written, "what is written reads back");
  return 0;
}
