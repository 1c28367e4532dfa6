// What the tasks about programs share: a prompt is a question and a program, its answer follows from a run of it.
#pragma once

#include <string>
#include <string_view>

#include "tasks/base/split.h"
#include "tasks/recursion/program/question.h"
#include "tasks/recursion/program/run.h"
#include "tasks/task/item.h"

namespace trm::tasks::program {

class ProgramTask : public ParametricTask<AboutProgram> {
 public:
  using ParametricTask::ParametricTask;

 protected:
  /// Has the question an answer when the program ends so?
  [[nodiscard]] virtual bool answers(Ending ending) const = 0;
  /// Of a run with such an ending.
  [[nodiscard]] virtual std::string answer_of(std::string_view word, const Run& run) const = 0;

  [[nodiscard]] Result<AboutProgram> read(std::string_view prompt) const final;
  void fill(Item& item, const AboutProgram& about) const final;
  /// By the stack machine; fill() asks the interpreter.
  [[nodiscard]] bool is_answer(const AboutProgram& about, std::string_view answer) const final;
};

/// Draws programs until one ends as `ending` after exactly `calls` calls, calls each of its functions and belongs to
/// the slice's split.
template <class Draw>
Asked draw_program(std::string_view slice, Ending ending, std::size_t calls, const Draw& draw) {
  for (;;) {
    Asked out = draw();
    const Run run = interpret(out.program, out.start, calls + 1);
    if (run.ending != ending || run.calls.size() != calls || !all_called(out, run)) continue;
    if (split_of(canonical(out)) == split_behind(slice)) return out;
  }
}

}  // namespace trm::tasks::program
