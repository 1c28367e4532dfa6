#include "tasks/ask/causal_model.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "engine/store/weight_choice.h"
#include "tasks/frames/vocabulary.h"
#include "tasks/interpreter/vocabulary.h"

namespace trm::tasks {

namespace {

bool has_words(const Model& model, std::span<const std::string_view> words) {
  return std::equal(words.begin(), words.end(), model.vocabulary.begin(), model.vocabulary.end());
}

}  // namespace

Result<Model> read_causal_model(const std::string& path) {
  Result<Model> model = load_model(path);
  if (!model.ok()) return model;
  const Result<ModelUse> use = model_use(*model);
  if (!use.ok()) return use.error();
  const auto words = use->encoding == Encoding::programs ? interpreter::vocabulary() : vocabulary();
  if (!has_words(*model, words)) {
    std::string known;
    for (const std::string_view word : words) known += (known.empty() ? "" : " ") + std::string(word);
    return Error{ErrorCode::bad_input, path, "__metadata__.vocabulary",
                 "is not the vocabulary of the tasks (" + known + ")",
                 "use a model that was trained on this program's tasks"};
  }
  return model;
}

Result<CausalModel> CausalModel::pack(Model read, const simd::Kernels<float>& kernels) {
  auto model = std::make_unique<Model>(std::move(read));
  const Result<const simd::Kernels<float>*> chosen = chosen_kernels(kernels, model->info, model->path);
  if (!chosen.ok()) return chosen.error();
  auto network = std::make_unique<CausalNetwork<float>>(model->config, model->registry, model->weights.data(), **chosen,
                                                        Purpose::inference);
  ModelUse use = *model_use(*model);
  return CausalModel(std::move(model), std::move(network), std::move(use));
}

Result<CausalModel> CausalModel::load(const std::string& path, const simd::Kernels<float>& kernels) {
  Result<Model> read = read_causal_model(path);
  if (!read.ok()) return read.error();
  return pack(*std::move(read), kernels);
}

Result<CausalModel> CausalModel::load_programs(const std::string& path, const simd::Kernels<float>& kernels) {
  Result<Model> read = read_causal_model(path);
  if (!read.ok()) return read.error();
  if (model_use(*read)->encoding != Encoding::programs) {
    return Error{ErrorCode::bad_input, path, "", "is no model that runs programs",
                 "use trm-programs, or ask this model prompts of the tasks (trm tasks list)"};
  }
  return pack(*std::move(read), kernels);
}

}  // namespace trm::tasks
