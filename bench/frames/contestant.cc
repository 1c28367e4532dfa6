#include "bench/frames/contestant.h"

#include <algorithm>

#include "bench/frames/prolog.h"
#include "tasks/frames/frame.h"
#include "tasks/registry.h"

namespace trm::bench {

std::string Contestant::mode() const {
  switch (kind) {
    case ContestantKind::model:
      return use.mode();
    case ContestantKind::predictions:
      return "predictions";
    case ContestantKind::solver:
    case ContestantKind::prolog:
      break;
  }
  return "solver";
}

bool Contestant::can_answer(const tasks::Task& task) const {
  return kind == ContestantKind::prolog ? !prolog_program(path, task).empty() : use.answers(task.name());
}

MachineOptions machine_options(const tasks::Task& task, tasks::Encoding encoding, std::size_t concurrency) {
  MachineOptions out;
  out.concurrency = concurrency;
  if (encoding == tasks::Encoding::programs) {
    out.recursion_limit = 16'384;
    out.max_frames = 1'000'000;
    out.max_stream_tokens = std::size_t{1} << 26;
    return out;
  }
  out.recursion_limit = task.name() == "mutual" ? 2048 : 1024;
  out.max_frames = 12000;
  out.max_frame_tokens = 2048;
  out.memo = task.name() == "fibonacci";
  return out;
}

Result<std::string> solve_exactly(const tasks::Item& item) {
  const Result<tasks::Item> solved = tasks::find_task(item.task)->parse(item.prompt);
  if (!solved.ok()) return solved.error();
  return solved->answer;
}

}  // namespace trm::bench
