// Any text as a person's question: an error, or an item whose own answer its verifier accepts, and a question whose
// prompt is one of a frame.
#include <string>
#include <string_view>

#include "tasks/frames/prompt.h"
#include "tasks/registry.h"
#include "tasks/task/task.h"
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
  check(task->verify(*item, "") == item->answer.empty(), "no answer is refused");
  const auto again = trm::tasks::parse_prompt(item->prompt);
  check(again.ok() && again->prompt == item->prompt, "the normal form is one");
  check(again->answer == item->answer && again->canonical == item->canonical && again->depth == item->depth,
        "the normal form asks the same");

  const trm::Question question = task->encode(*item);
  const auto prompt = trm::tasks::read_frame_prompt(question.prompt);
  check(prompt.ok(), "an encoded prompt is well formed");
  check(prompt->streams == question.streams.size(), "a prompt has the streams that it names");
  for (const trm::tasks::Task* other : trm::tasks::all_tasks()) {
    if (other != task) check(other->encode(*item).prompt.empty(), "another task has no such item");
  }
  return 0;
}
