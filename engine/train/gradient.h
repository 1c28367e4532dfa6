// Loss and gradient of one micro-batch: teacher-forced pass over ragged sequences, back through the last outer cycle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "engine/pass/causal.h"
#include "engine/pass/recursion_pass.h"

namespace trm {

/// Sequences laid end to end. Row r predicts targets[r]; -1: no loss there.
struct TokenBatch {
  std::vector<std::int32_t> tokens, runs, segments, targets;
  std::vector<std::size_t> ends;  ///< row after the last row of each sequence

  void clear();
  /// Adds a sequence of n tokens as n-1 rows; the loss counts where own[t+1] is set. Sequences of fewer than 2 tokens
  /// add nothing.
  void add(const ModelConfig& config, std::span<const std::int32_t> sequence, std::span<const std::uint8_t> own);
  [[nodiscard]] std::size_t rows() const { return tokens.size(); }
  [[nodiscard]] std::size_t longest() const;
  [[nodiscard]] std::size_t target_count() const;
};

struct BatchOutcome {
  double loss = 0;  ///< sum over targets of -log p, not weighted
  std::size_t targets = 0;
  std::size_t right_targets = 0;  ///< arg-max equals the target
  std::size_t sequences = 0;
  std::size_t right_sequences = 0;  ///< every target right: what greedy generation would have written
};

/// Activations for batches of up to max_rows rows and sequences of up to max_sequence rows.
template <class T>
class GradientPass {
 public:
  static Result<GradientPass> create(const CausalNetwork<T>& network, std::size_t max_rows, std::size_t max_sequence);

  /// Forward. weight: factor of the loss gradient per target. No allocation.
  BatchOutcome forward(const CausalNetwork<T>& network, const TokenBatch& batch, T weight);
  /// Backward of the last forward(). grad: flat array in registry order, accumulates. No allocation.
  /// Evaluations of earlier outer cycles are constants, as in the published training (one-cycle gradient).
  void backward(const CausalNetwork<T>& network, const TokenBatch& batch, T* grad);

  /// (rows, vocab_size) of the last forward(); its softmax gradient once forward() has returned is in another buffer.
  [[nodiscard]] std::span<const T> logits() const { return {logits_.data(), rows_ * vocab_size_}; }
  /// Of each sequence of the last forward(), 1: every target was right.
  [[nodiscard]] std::span<const std::uint8_t> exact() const { return exact_; }

 private:
  explicit GradientPass(RecursionPass<T> recursion) : recursion_(std::move(recursion)) {}

  RecursionPass<T> recursion_;
  std::size_t vocab_size_ = 0;
  std::size_t rows_ = 0;
  std::vector<Sequence<T>> sequences_;
  std::vector<std::uint8_t> exact_;
  Buffer<T> logits_, dlogits_, loss_;
};

extern template class GradientPass<float>;
extern template class GradientPass<double>;

}  // namespace trm
