#include "bench/harness/contestant.h"

#include <algorithm>

#include "tasks/frame.h"
#include "tasks/task.h"

namespace trm::bench {

Result<LoadedModel> LoadedModel::load(const std::string& path, const simd::Kernels<float>& kernels) {
  Result<Model> read = load_model(path);
  if (!read.ok()) return read.error();
  const auto words = tasks::vocabulary();
  if (!std::equal(words.begin(), words.end(), read->vocabulary.begin(), read->vocabulary.end())) {
    return Error{ErrorCode::bad_input, path, "__metadata__.vocabulary", "is not the vocabulary of the tasks",
                 "use a model that was trained on this program's tasks"};
  }
  auto model = std::make_unique<Model>(*std::move(read));
  auto network = std::make_unique<CausalNetwork<float>>(model->config, model->registry, model->weights.data(), kernels,
                                                        Purpose::inference);
  return LoadedModel(std::move(model), std::move(network));
}

MachineOptions machine_options(std::size_t concurrency) {
  MachineOptions out;
  out.recursion_limit = 128;
  out.max_frames = 400;
  out.max_frame_tokens = 256;
  out.memo = true;
  out.concurrency = concurrency;
  return out;
}

Result<std::string> solve_exactly(std::span<const std::int32_t> prompt) {
  const Result<std::vector<tasks::Token>> value = tasks::true_value(prompt);
  if (!value.ok()) return value.error();
  return tasks::decode_number(*value);
}

}  // namespace trm::bench
