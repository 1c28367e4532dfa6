// Any text as items and as predictions: an error that names the file, or entries that read back as they were.
#include <string>
#include <string_view>

#include "tasks/exchange/jsonl.h"
#include "tasks/registry.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trm::fuzz::check;
  const std::string_view text{reinterpret_cast<const char*>(data), size};

  const auto items = trm::tasks::read_items(text, "input");
  if (items) {
    check(!items->empty(), "an accepted file has items");
    for (const trm::tasks::Item& item : *items) {
      const trm::tasks::Task* task = trm::tasks::find_task(item.task);
      check(task != nullptr && task->verify(item, item.answer), "an accepted item has the true answer");
    }
    const std::string lines = trm::tasks::write_items(*items);
    const auto again = trm::tasks::read_items(lines, "again");
    check(again.ok() && again->size() == items->size(), "what is written is accepted");
    check(trm::tasks::write_items(*again) == lines, "items are written as they were read");
  } else {
    check(!items.error().message.empty(), "an error says what is wrong");
    check(items.error().file.starts_with("input"), "an error names the file");
  }

  const auto predictions = trm::tasks::read_predictions(text, "input");
  if (predictions) {
    const std::string lines = trm::tasks::write_predictions(*predictions);
    const auto again = trm::tasks::read_predictions(lines, "again");
    check(again.ok() && again->size() == predictions->size(), "what is written is accepted");
    for (std::size_t i = 0; i < predictions->size(); ++i) {
      check((*again)[i].id == (*predictions)[i].id && (*again)[i].answer == (*predictions)[i].answer,
            "predictions are written as they were read");
    }
  } else {
    check(!predictions.error().message.empty(), "an error says what is wrong");
    check(predictions.error().file.starts_with("input"), "an error names the file");
  }
  return 0;
}
