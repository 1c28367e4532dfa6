// Any text as a person's question: an error, or an item whose own answer its verifier accepts.
#include <string_view>

#include "tasks/task.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto item = trm::tasks::parse_prompt(text);
  if (!item) {
    check(!item.error().message.empty(), "an error says what is wrong");
    return 0;
  }
  const trm::tasks::Task* task = trm::tasks::find_task(item->task);
  check(task != nullptr, "an item names its task");
  check(task->verify(*item, item->answer), "the true answer is accepted");
  check(!task->verify(*item, item->answer + "0"), "another answer is refused");
  check(!task->verify(*item, ""), "no answer is refused");

  const auto prompt = task->encode(*item);
  check(!prompt.empty(), "a prompt has tokens");
  const auto value = trm::tasks::true_value(prompt);
  check(value.ok(), "an encoded prompt is well formed");
  const auto number = trm::tasks::decode_number(*value);
  check(number.ok() && *number == item->answer, "the value of the encoded prompt is the answer");
  return 0;
}
