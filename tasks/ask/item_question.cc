#include "tasks/ask/item_question.h"

#include <utility>

#include "tasks/ask/answer_text.h"
#include "tasks/ask/program_log.h"
#include "tasks/ask/program_question.h"
#include "tasks/registry.h"

namespace trm::tasks {

struct ItemQuestion::Running {
  explicit Running(ProgramQuestion asked) : question(std::move(asked)), log(question, question.asked == Asked::order) {}

  ProgramQuestion question;
  ProgramLog log;
};

ItemQuestion::ItemQuestion() = default;
ItemQuestion::ItemQuestion(ItemQuestion&&) noexcept = default;
ItemQuestion& ItemQuestion::operator=(ItemQuestion&&) noexcept = default;
ItemQuestion::~ItemQuestion() = default;

Result<ItemQuestion> ItemQuestion::create(const Item& item, Encoding encoding) {
  ItemQuestion out;
  if (encoding != Encoding::programs) {
    out.question_ = find_task(item.task)->encode(item);
    return out;
  }
  Result<ProgramQuestion> program = read_program_prompt(item.prompt, item.id);
  if (!program.ok()) return program.error();
  out.question_ = program->question();
  out.program_ = std::make_unique<Running>(*std::move(program));
  return out;
}

MachineObserver ItemQuestion::observer() {
  return program_ ? program_->log.observer() : MachineObserver{};
}

Result<std::string> ItemQuestion::text(const Item& item, const Answer& answer, const MachineOptions& options) const {
  if (!program_) return answer_text(item, answer);
  Result<ProgramAnswer> said = program_answer(program_->question, answer, program_->log, options);
  if (!said.ok()) return said.error();
  return std::move(said->text);
}

}  // namespace trm::tasks
