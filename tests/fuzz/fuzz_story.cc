// Any text as a story with a question: an error, or one word.
#include <string_view>

#include "tasks/recursion/multi_step_qa/multi_step_qa.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  const auto answer = trm::tasks::multi_step_qa::answer_of({reinterpret_cast<const char*>(data), size});
  if (!answer) {
    check(!answer.error().message.empty(), "an error says what is wrong");
    return 0;
  }
  check(!answer->empty() && answer->find(' ') == std::string::npos, "the answer is one word");
  return 0;
}
