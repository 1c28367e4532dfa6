#include "tasks/recursion/program/program_task.h"

namespace trm::tasks::program {

Result<AboutProgram> ProgramTask::read(std::string_view prompt) const {
  Result<AboutProgram> out = read_question(prompt, info().words);
  if (!out) return out;
  const Run run = interpret(out->asked.program, out->asked.start);
  if (!answers(run.ending)) return no_answer(prompt, run);
  return out;
}

void ProgramTask::fill(Item& item, const AboutProgram& about) const {
  const Run run = interpret(about.asked.program, about.asked.start);
  item.prompt = text_of(about);
  item.canonical = canonical(about.asked);
  item.answer = answer_of(about.word, run);
  item.depth = run.calls.size();
}

bool ProgramTask::is_answer(const AboutProgram& about, std::string_view answer) const {
  return answer_of(about.word, execute(about.asked.program, about.asked.start)) == answer;
}

}  // namespace trm::tasks::program
