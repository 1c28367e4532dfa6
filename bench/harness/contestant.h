// Who is measured: model files, on the recursion machine or without it, and the exact solver.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "bench/harness/model_use.h"
#include "engine/infer/machine.h"
#include "engine/model/model_file.h"
#include "simd/kernels.h"
#include "tasks/task.h"

namespace trm::bench {

/// The symbolic baseline's name.
inline constexpr const char* exact_solver = "exact-solver";

struct Contestant {
  std::string name;   ///< unique in a run
  std::string path;   ///< of a model; empty: the exact solver
  ModelUse use = {};  ///< what the model's file says, as far as somebody has looked: LoadedModel::use()

  [[nodiscard]] bool is_solver() const { return path.empty(); }
  /// How it is driven: "machine", "trace", "answer" or "solver".
  [[nodiscard]] std::string mode() const { return is_solver() ? "solver" : use.mode(); }
};

/// A model with its weights packed for the kernels.
class LoadedModel {
 public:
  /// Error: as load_model() and model_use(); the vocabulary is not that of the tasks.
  static Result<LoadedModel> load(const std::string& path, const simd::Kernels<float>& kernels);

  [[nodiscard]] const Model& model() const { return *model_; }
  [[nodiscard]] const CausalNetwork<float>& network() const { return *network_; }
  [[nodiscard]] const ModelUse& use() const { return use_; }

 private:
  LoadedModel(std::unique_ptr<Model> model, std::unique_ptr<CausalNetwork<float>> network, ModelUse use)
      : model_(std::move(model)), network_(std::move(network)), use_(std::move(use)) {}
  std::unique_ptr<Model> model_;  // the network points into it
  std::unique_ptr<CausalNetwork<float>> network_;
  ModelUse use_;
};

/// How a model is asked: on the machine, or in one sequence of at most max_frame_tokens. How the machine is set for a
/// task in a benchmark. The deepest right answer of any slice needs 800 frames on the stack, the largest 10,400 frames
/// in all, the longest frame 1,000 tokens: a model that needs more is wrong already, and the limits keep a broken one
/// from running for hours. Memo is on for fibonacci alone, whose calls would double with every other step.
MachineOptions machine_options(const tasks::Task& task, std::size_t concurrency);

/// The exact solver's answer to an item, from its prompt.
Result<std::string> solve_exactly(const tasks::Item& item);

/// What the machine's value, or the loop that it found, says. Error: the machine did not answer, or the value is no
/// answer of the task.
Result<std::string> answer_text(const tasks::Item& item, const Answer& answer);

}  // namespace trm::bench
