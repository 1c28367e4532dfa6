// Deep supervision of a published puzzle model: a stream in which every slot of the batch is at its own depth and every
// call is one update of the weights. Source: training loops of the public code of TRM and HRM.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/status.h"
#include "engine/train/canvas_gradient.h"
#include "engine/train/optimizer.h"

namespace trm {

struct CanvasOptimizerConfig {
  OptimizerConfig network;      ///< published: adam_atan2 without clipping
  double puzzle_emb_lr = 1e-4;  ///< sign-SGD of the puzzle table
  double puzzle_emb_weight_decay = 1.0;
  bool operator==(const CanvasOptimizerConfig&) const = default;
};

/// Sums over the slots that halted with something asked, as the published metrics are.
struct CanvasMetrics {
  std::size_t count = 0;
  double accuracy = 0;  ///< of cells, per row
  double exact_accuracy = 0;
  double q_halt_accuracy = 0;
  double steps = 0;
  CanvasMetrics& operator+=(const CanvasMetrics& other);
};
/// What one slot adds when it halts after `steps` steps.
CanvasMetrics metrics_of(const CanvasOutcome& outcome, double q_halt, std::int32_t steps);

struct CanvasStepReport {
  double loss = 0;  ///< summed over the slots
  double lm_loss = 0, q_halt_loss = 0, q_continue_loss = 0;
  double grad_norm = 0;  ///< of loss / batch, before clipping, puzzle table not counted
  CanvasMetrics halted;
};

class CanvasLearner {
 public:
  struct Batches {
    std::size_t size = 1;         ///< slots of a batch
    std::size_t micro_batch = 1;  ///< slots that one thread takes at a time, part of the result's bits
    std::size_t carried = 1;      ///< batches in flight, which take turns; 1: published
  };
  /// The weights and the puzzle table start as zeros: fill them and call start(). `pool` must outlive the learner.
  /// Linear layers are `kernels.linear`. Error: its products have no gradient.
  static Result<CanvasLearner> create(const CanvasConfig& config, const CanvasOptimizerConfig& optimizer,
                                      const Batches& batches, ThreadPool& pool, const simd::Kernels<float>& kernels);
  CanvasLearner(CanvasLearner&&) noexcept;
  CanvasLearner& operator=(CanvasLearner&&) noexcept;
  ~CanvasLearner();

  [[nodiscard]] const CanvasConfig& config() const;
  [[nodiscard]] const Registry& registry() const;
  [[nodiscard]] Optimizer& optimizer();
  [[nodiscard]] const Optimizer& optimizer() const;
  [[nodiscard]] Buffer<float>& table();  ///< (num_puzzle_identifiers, puzzle_emb_ndim)
  [[nodiscard]] const Buffer<float>& table() const;
  [[nodiscard]] std::vector<Carry<float>>& carries();
  [[nodiscard]] Carry<float>& carry();                      ///< whose turn is next
  [[nodiscard]] const CanvasLesson<float>& lesson() const;  ///< of the last step
  [[nodiscard]] std::size_t updates() const;

  /// Packs the weights and starts the average from them; `updates` were done before (resume keeps the average).
  void start();
  void resume(std::size_t updates);

  /// One update. Halted slots take their row of the batch. min_steps(samples): no halt before (exploration; 0: none).
  /// rate: factor on both learning rates. max_steps(samples): at which puzzles that begin now halt at the latest;
  /// empty: halt_max_steps. Error (diverged): loss or gradient is not finite; the weights are those before.
  Result<CanvasStepReport> step(const CanvasBatch& batch, std::span<const std::int32_t> min_steps, double rate,
                                std::span<const std::int32_t> max_steps = {});

 private:
  struct Impl;
  explicit CanvasLearner(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace trm
