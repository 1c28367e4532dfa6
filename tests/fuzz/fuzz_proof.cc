// Any text as a proof by induction: an error, or a line of it; where algebra, numbers and frames all decide, they
// agree.
#include <string>
#include <string_view>

#include "tasks/frames/right_frames.h"
#include "tasks/recursion/induction/induction.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  namespace induction = trm::tasks::induction;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto proof = induction::read_proof(text);
  if (!proof) {
    check(!proof.error().message.empty(), "an error says what is wrong");
    return 0;
  }
  const auto judged = induction::first_wrong_line(*proof), found = induction::first_wrong_line_by_numbers(*proof);
  check(!judged || *judged <= proof->size(), "the line is one of the proof");
  const auto question = induction::encode_proof(*proof);
  if (!question || !judged || !found) return 0;
  check(*judged == *found, "numbers find the line that algebra judges wrong");
  trm::tasks::RightRunOptions options;
  options.max_frames = 5000;
  const auto run = trm::tasks::run_right_frames(*question, options);
  check(run.ok(), "frames go on from what they are asked");
  if (!*run) return 0;
  trm::tasks::Item item;
  const auto answer = induction::task().decode(item, (*run)->value);
  check(answer && *answer == (*judged == 0 ? "valid" : std::to_string(*judged)), "frames find the line, too");
  return 0;
}
