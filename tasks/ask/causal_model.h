// A model of prompts, ready to be asked.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "engine/base/status.h"
#include "engine/pass/causal.h"
#include "engine/store/model_file.h"
#include "simd/kernels.h"
#include "tasks/ask/model_use.h"

namespace trm::tasks {

/// The file, what it says of its use, and its weights packed for the kernels.
class CausalModel {
 public:
  /// Error: as load_model() and model_use(); the vocabulary is not that of the tasks.
  static Result<CausalModel> load(const std::string& path, const simd::Kernels<float>& kernels);
  /// A model that runs programs. Error: as load_model(); it runs none.
  static Result<CausalModel> load_programs(const std::string& path, const simd::Kernels<float>& kernels);

  [[nodiscard]] const Model& model() const { return *model_; }
  [[nodiscard]] const CausalNetwork<float>& network() const { return *network_; }
  [[nodiscard]] const ModelUse& use() const { return use_; }

 private:
  CausalModel(std::unique_ptr<Model> model, std::unique_ptr<CausalNetwork<float>> network, ModelUse use)
      : model_(std::move(model)), network_(std::move(network)), use_(std::move(use)) {}
  static Result<CausalModel> pack(Model read, const simd::Kernels<float>& kernels);

  std::unique_ptr<Model> model_;  // the network points into it
  std::unique_ptr<CausalNetwork<float>> network_;
  ModelUse use_;
};

/// The file alone, without packed weights. Error: as load().
Result<Model> read_causal_model(const std::string& path);

}  // namespace trm::tasks
