// Any text as a proof by induction: an error, or a line of it; what frames make of it is an answer or an error, too.
#include <string_view>

#include "tasks/induction/induction.h"
#include "tasks/right_frames.h"
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
  const auto line = induction::first_wrong_line(*proof);
  check(!line || *line <= proof->size(), "the line is one of the proof");
  const auto question = induction::question_of(*proof);
  if (!question) return 0;
  check(line.ok(), "what frames read is whole");
  trm::tasks::RightRunOptions options;
  options.max_frames = 2000;
  const auto run = trm::tasks::run_right_frames(*question, options);
  if (!run || !*run) return 0;
  trm::tasks::Item item;
  check(induction::task().decode(item, (*run)->value).ok(), "frames give an answer");
  return 0;
}
