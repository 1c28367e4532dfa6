// One supervision step of a few puzzles in training: forward, losses, back through the kept evaluations, states
// detached into the carry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/status.h"
#include "engine/infer/canvas_stepper.h"
#include "engine/infer/carry.h"
#include "engine/pass/canvas_loss.h"
#include "engine/pass/recursion_pass.h"

namespace trm {

/// What a training step says about each slot of the carry.
template <class T>
struct CanvasLesson {
  CanvasOutput<T> output;
  std::vector<std::int32_t> predictions;  ///< (samples, S)
  std::vector<CanvasOutcome> outcomes;    ///< (samples)
  std::vector<double> continue_target;    ///< (samples), HRM
  Buffer<T> row_gradients;                ///< (samples, puzzle_emb_ndim): of each sample's own row

  CanvasLesson(const CanvasConfig& config, std::size_t samples)
      : output(config, samples),
        predictions(samples * config.seq_len),
        outcomes(samples),
        continue_target(samples),
        row_gradients(samples * config.puzzle_emb_ndim) {}
};

template <class T>
class CanvasGradientPass {
 public:
  /// For up to `samples` puzzles at a time. `network` must have been made for training.
  static Result<CanvasGradientPass> create(const CanvasNetwork<T>& network, std::size_t samples);

  /// The slots [first, first + count) of the carry: states and step counts advance; grad (flat array in registry order)
  /// accumulates weight * d(loss summed over the slots). No allocation.
  void step(const CanvasNetwork<T>& network, const PuzzleTable<T>& table, Carry<T>& carry, std::size_t first,
            std::size_t count, double weight, CanvasLesson<T>& lesson, T* grad);

 private:
  explicit CanvasGradientPass(RecursionPass<T> recursion) : recursion_(std::move(recursion)) {}

  RecursionPass<T> recursion_;
  std::optional<RecursionPass<T>> next_;  ///< the look ahead for HRM's target
  std::vector<Sequence<T>> sequences_;
  std::vector<const T*> rows_;
  Buffer<T> dlogits_, dq_, next_logits_, next_q_;
};

extern template class CanvasGradientPass<float>;
extern template class CanvasGradientPass<double>;

}  // namespace trm
