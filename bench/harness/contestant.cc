#include "bench/harness/contestant.h"

#include <algorithm>

#include "bench/harness/prolog.h"
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

Result<LoadedModel> LoadedModel::load(const std::string& path, const simd::Kernels<float>& kernels) {
  Result<Model> read = load_model(path);
  if (!read.ok()) return read.error();
  const auto words = tasks::vocabulary();
  if (!std::equal(words.begin(), words.end(), read->vocabulary.begin(), read->vocabulary.end())) {
    return Error{ErrorCode::bad_input, path, "__metadata__.vocabulary", "is not the vocabulary of the tasks",
                 "use a model that was trained on this program's tasks"};
  }
  Result<tasks::ModelUse> use = tasks::model_use(*read);
  if (!use.ok()) return use.error();
  auto model = std::make_unique<Model>(*std::move(read));
  auto network = std::make_unique<CausalNetwork<float>>(model->config, model->registry, model->weights.data(), kernels,
                                                        Purpose::inference);
  return LoadedModel(std::move(model), std::move(network), *std::move(use));
}

MachineOptions machine_options(const tasks::Task& task, std::size_t concurrency) {
  MachineOptions out;
  out.recursion_limit = task.name() == "mutual" ? 2048 : 1024;
  out.max_frames = 12000;
  out.max_frame_tokens = 2048;
  out.memo = task.name() == "fibonacci";
  out.concurrency = concurrency;
  return out;
}

Result<std::string> solve_exactly(const tasks::Item& item) {
  const Result<tasks::Item> solved = tasks::find_task(item.task)->parse(item.prompt);
  if (!solved.ok()) return solved.error();
  return solved->answer;
}

Result<std::string> answer_text(const tasks::Item& item, const Answer& answer) {
  const tasks::Task& task = *tasks::find_task(item.task);
  if (answer.verdict == Verdict::endless_loop) return task.decode_loop(item, answer.repeated);
  if (answer.verdict != Verdict::answered) {
    return Error{ErrorCode::bad_input, "", "answer", std::string(verdict_text(answer.verdict)), ""};
  }
  return task.decode(item, answer.value);
}

}  // namespace trm::bench
