// An item of a task as a model is asked it, in the model's own encoding, and the answer in words.
#pragma once

#include <memory>
#include <string>

#include "engine/base/status.h"
#include "engine/machine/machine.h"
#include "tasks/task/sequence.h"
#include "tasks/task/task.h"

namespace trm::tasks {

class ItemQuestion {
 public:
  /// Error: a program that cannot be read.
  static Result<ItemQuestion> create(const Item& item, Encoding encoding);
  ItemQuestion(ItemQuestion&&) noexcept;
  ItemQuestion& operator=(ItemQuestion&&) noexcept;
  ~ItemQuestion();

  [[nodiscard]] const Question& question() const { return question_; }
  /// What the machine has to tell while it answers: the calls of a program. Others need not be told of anything.
  [[nodiscard]] MachineObserver observer();
  /// Error: as answer_text() and program_answer(). options: those of the machine that answered.
  [[nodiscard]] Result<std::string> text(const Item& item, const Answer& answer, const MachineOptions& options) const;

 private:
  struct Running;  // a program and the log of its calls

  ItemQuestion();

  Question question_;
  std::unique_ptr<Running> program_;
};

}  // namespace trm::tasks
