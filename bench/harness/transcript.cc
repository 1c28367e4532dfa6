#include "bench/harness/transcript.h"

#include <span>

#include "bench/harness/workload.h"
#include "tasks/frame.h"
#include "tasks/score.h"

namespace trm::bench {

Result<Transcript> transcribe(const LoadedModel& model, const tasks::Item& item, const TokenText& text,
                              std::size_t max_frames) {
  const tasks::Task& task = *tasks::find_task(item.task);
  Result<Machine> machine = Machine::create(model.network(), model.model().vocabulary, machine_options(task, 1));
  if (!machine.ok()) return machine.error();
  FrameTree tree(text);
  const MachineObserver observer = tree.observer();
  const Question question = question_of(task, item);
  Answer answer;
  if (Status s = machine->run(std::span(&question, 1), std::span(&answer, 1), observer); !s.ok()) return s.error();

  Transcript out;
  out.frames = tree.shortened(max_frames);
  const Result<std::string> text_of_value = answer_text(item, answer);
  out.right = text_of_value.ok() && tasks::is_right(item, *text_of_value);
  if (text_of_value.ok()) {
    out.answer = *text_of_value;
  } else if (answer.verdict == Verdict::answered) {
    out.answer = "no answer: " + tasks::to_text(answer.value);
  } else {
    out.answer = verdict_text(answer.verdict);
  }
  return out;
}

}  // namespace trm::bench
