// One puzzle through a puzzle model, step by step: what the model answers after each supervision step and whether it
// would halt there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/infer/canvas_stepper.h"
#include "tasks/puzzles/dataset.h"

namespace trm::tasks {

struct PuzzleStep {
  std::vector<std::uint8_t> predictions;  ///< (seq_len): arg-max, the first one of equals
  double q_halt = 0;                      ///< a logit
  bool correct = false;                   ///< every labelled cell is right; false without labels
  std::int64_t elapsed_ns = 0;            ///< of this step
};

struct PuzzleTrace {
  std::vector<PuzzleStep> steps;
  std::size_t halting_step = 0;  ///< from 1: the first with q_halt > 0, or the last
  bool out_of_time = false;      ///< steps were left when max_elapsed_ns was reached
  [[nodiscard]] const PuzzleStep& answer() const { return steps[halting_step - 1]; }
};

/// A puzzle for trace_puzzle(), as data sets hold it widened: (seq_len) each.
struct PuzzleQuestion {
  std::vector<std::int32_t> input;
  std::vector<std::int32_t> label;  ///< below zero where nothing is asked; empty: not known
  std::int32_t identifier = 0;      ///< row of the puzzle table
};

/// Error: a size, token or identifier that the model does not have; more than 256 tokens in its vocabulary.
Status check_question(const CanvasConfig& config, const PuzzleQuestion& question);
/// Is every labelled cell right? False without labels.
bool matches_label(std::span<const std::uint8_t> predictions, const PuzzleQuestion& question);

struct PuzzleTraceOptions {
  std::size_t max_steps = 0;  ///< 0: config.halt_max_steps
  bool halt = false;          ///< stop at q_halt > 0
  /// Stop after the step that reaches this time of all steps together; 0: no limit.
  std::int64_t max_elapsed_ns = 0;
};

/// Runs the steps; `on_step`, if set, sees each as soon as it is there, numbered from 1. Predictions are those of
/// CanvasStepper with any other company. Error: a size, token or identifier that the model does not have; more than 256
/// tokens in its vocabulary; an output that is not finite.
Result<PuzzleTrace> trace_puzzle(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper,
                                 const PuzzleQuestion& question, const PuzzleTraceOptions& options = {},
                                 const std::function<void(std::size_t step, const PuzzleStep&)>& on_step = {});

/// Hears of a question, which `question` numbers from 0.
using OnTrace = std::function<void(std::size_t question, PuzzleTrace trace)>;

/// The same of many questions, as many at once as keep all threads busy; one that is done leaves its place to the next.
/// Times of steps are those of the whole company. `on_trace` hears of the questions in their order, each as soon as it
/// and those before it are there. Error: as trace_puzzle(); of an output that is not finite when its question's turn
/// has come.
Status trace_puzzles(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper,
                     std::span<const PuzzleQuestion> questions, const PuzzleTraceOptions& options,
                     const OnTrace& on_trace);

/// Example `row` of a data set.
PuzzleQuestion puzzle_question(const PuzzleDataset& dataset, std::size_t row);

}  // namespace trm::tasks
