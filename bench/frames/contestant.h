// Who is measured: model files, on the recursion machine or without it, symbolic solvers, and answers that were made
// elsewhere.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "engine/machine/machine.h"
#include "engine/pass/causal.h"
#include "engine/store/model_file.h"
#include "simd/kernels.h"
#include "tasks/ask/causal_model.h"
#include "tasks/task/task.h"

namespace trm::bench {

/// Names of the symbolic baselines.
inline constexpr const char* kExactSolver = "exact-solver";
inline constexpr const char* kPrologSolver = "prolog";

struct Predictions;

enum class ContestantKind {
  model,       ///< a model file, driven as it says itself
  solver,      ///< the exact solver
  prolog,      ///< SWI-Prolog in a process of its own (prolog.h)
  predictions  ///< anyone's answers from a file (predictions.h): judged, never timed
};

struct Contestant {
  std::string name;  ///< unique in a run
  std::string path;  ///< of a model; of prolog: the folder of its programs; of predictions: their file
  ContestantKind kind = path.empty() ? ContestantKind::solver : ContestantKind::model;
  std::shared_ptr<const Predictions> predictions = nullptr;  ///< of that kind alone
  tasks::ModelUse use = {};  ///< what a model's file says, as far as somebody has looked: CausalModel::use()
  /// Nobody asked for it by name: where it fails, the run goes on without it and says why.
  bool optional = false;

  /// Only a model has tokens and parameters.
  [[nodiscard]] bool is_model() const { return kind == ContestantKind::model; }
  [[nodiscard]] bool is_timed() const { return kind != ContestantKind::predictions; }
  /// How it is driven: "machine", "trace", "answer", "solver" or "predictions".
  [[nodiscard]] std::string mode() const;
  /// Does it have a way to answer this task? Prolog may lack a program; a model of sequences knows what it has learnt.
  [[nodiscard]] bool can_answer(const tasks::Task& task) const;
};

/// How a model is asked: on the machine, or in one sequence of at most max_frame_tokens. How the machine is set for a
/// task in a benchmark. The deepest right answer of any slice needs 1,100 frames on the stack, of tasks but mutual 400,
/// the largest 10,400 frames in all, the longest frame 1,000 tokens: a model that needs more is wrong already, and the
/// limits keep a broken one from running for hours. Memo is on for fibonacci alone, whose calls would double with every
/// other step.
/// Programs take a frame for each step of the interpreter, and say themselves what they remember.
MachineOptions machine_options(const tasks::Task& task, tasks::Encoding encoding, std::size_t concurrency);

/// The exact solver's answer to an item, from its prompt.
Result<std::string> solve_exactly(const tasks::Item& item);

}  // namespace trm::bench
