// How well a model solves puzzles, step by step: exact and cell accuracy after each supervision step, as published (the
// full number of steps) and with early halting (q_halt > 0).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/infer/canvas_stepper.h"

namespace trm {

struct CanvasScores {
  std::size_t samples = 0;
  std::size_t cells = 0;                   ///< labelled ones of all samples
  std::vector<std::size_t> exact_by_step;  ///< samples right after step i + 1
  std::vector<std::size_t> cells_by_step;  ///< labelled cells right
  std::size_t halted_exact = 0;            ///< samples right at the step at which they would halt
  std::size_t halted_steps = 0;            ///< steps up to there, summed
  CanvasScores() = default;
  explicit CanvasScores(std::size_t steps) : exact_by_step(steps), cells_by_step(steps) {}
};

/// What the model says of one sample after a step.
struct CanvasVerdict {
  std::size_t step = 0;  ///< from 0
  std::size_t row = 0;   ///< how many samples came before it
  std::size_t labelled = 0, right = 0;
  float q_halt = 0;
  std::int64_t elapsed_ns = 0;                ///< of this step of all samples in company
  bool finite = true;                         ///< all logits and halting values of this sample are
  std::span<const std::int32_t> predictions;  ///< (seq_len); valid during the call
  std::span<const float> logits;              ///< (seq_len, vocab_size); valid during the call
  [[nodiscard]] bool correct() const { return right == labelled; }
};

/// Samples that wait for a place. Writes the next one into row b of the batch; false: there is none any more.
using NextCanvas = std::function<bool(CanvasBatch& batch, std::size_t b)>;

/// Changes the initial states of sample `row` in slot b, which were just set.
using BeginCanvas = std::function<void(Carry<float>& carry, std::size_t b, std::size_t row)>;

/// Hears what the model says of a sample. True: that was its last step.
using ShowVerdict = std::function<bool(const CanvasVerdict&)>;

/// Runs `steps` steps of each sample, or up to the one that `show` calls its last, and shows each sample after each of
/// them. So many `slots` go through the network together, at most. A sample that is done leaves its slot to the next,
/// so that nobody computes for the dead. What is shown of a sample, but for times, does not depend on company.
void watch_samples(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper, std::size_t slots,
                   std::size_t steps, const NextCanvas& next, const ShowVerdict& show,
                   const BeginCanvas& begin_sample = {});

/// Adds one batch: its first `rows` samples count. Runs config.halt_max_steps steps of all of them; a sample's halting
/// step is the first with q_halt > 0, or the last.
void score_batch(const CanvasNetwork<float>& network, CanvasStepper<float>& stepper, const CanvasBatch& batch,
                 std::size_t rows, CanvasScores& scores);

}  // namespace trm
