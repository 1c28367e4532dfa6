#include "tasks/ask/causal_model.h"

#include <algorithm>

#include "engine/store/weight_choice.h"
#include "tasks/frames/vocabulary.h"

namespace trm::tasks {

Result<Model> read_causal_model(const std::string& path) {
  Result<Model> model = load_model(path);
  if (!model.ok()) return model;
  const auto words = vocabulary();
  if (!std::equal(words.begin(), words.end(), model->vocabulary.begin(), model->vocabulary.end())) {
    std::string known;
    for (const std::string_view word : words) known += (known.empty() ? "" : " ") + std::string(word);
    return Error{ErrorCode::bad_input, path, "__metadata__.vocabulary",
                 "is not the vocabulary of the tasks (" + known + ")",
                 "use a model that was trained on this program's tasks"};
  }
  if (const Result<ModelUse> use = model_use(*model); !use.ok()) return use.error();
  return model;
}

Result<CausalModel> CausalModel::load(const std::string& path, const simd::Kernels<float>& kernels) {
  Result<Model> read = read_causal_model(path);
  if (!read.ok()) return read.error();
  auto model = std::make_unique<Model>(*std::move(read));
  const Result<const simd::Kernels<float>*> chosen = chosen_kernels(kernels, model->info, path);
  if (!chosen.ok()) return chosen.error();
  auto network = std::make_unique<CausalNetwork<float>>(model->config, model->registry, model->weights.data(), **chosen,
                                                        Purpose::inference);
  ModelUse use = *model_use(*model);
  return CausalModel(std::move(model), std::move(network), std::move(use));
}

}  // namespace trm::tasks
