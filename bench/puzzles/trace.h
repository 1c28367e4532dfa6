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
#include "reports/record.h"
#include "tasks/puzzles/family.h"

namespace trm::bench {

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

/// Example `row` of a data set.
PuzzleQuestion question_of(const tasks::PuzzleDataset& dataset, std::size_t row);

/// The trace as reports show it. `labels`: empty if not known. task: the family's name; slice, model and mode are the
/// caller's. An answer is correct if it agrees with the labels, as everywhere in a run; without labels, if the family's
/// verifier accepts it.
reports::StepThrough step_through(const tasks::PuzzleFamily& family, std::span<const std::uint8_t> input,
                                  std::span<const std::uint8_t> labels, const PuzzleTrace& trace);

/// The same of an ARC canvas (tasks/arc/canvas.h), cut to the rows and columns that question, answers and labels use.
/// Right is what shows the labels' grid; without labels nothing is.
reports::StepThrough arc_step_through(std::span<const std::uint8_t> input, std::span<const std::uint8_t> labels,
                                      const PuzzleTrace& trace);

}  // namespace trm::bench
