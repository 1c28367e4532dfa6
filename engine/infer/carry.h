// What adaptive computation time carries from one supervision step to the next, and when a slot halts. Source: the ACT
// wrapper of the public code of TRM and HRM.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/pass/canvas.h"

namespace trm {

/// A batch of puzzles.
struct CanvasBatch {
  std::size_t samples = 0, seq_len = 0;
  std::vector<std::int32_t> inputs, labels;  ///< (samples, seq_len); labels below zero ask nothing
  std::vector<std::int32_t> identifiers;     ///< (samples): rows of the puzzle table

  CanvasBatch() = default;
  CanvasBatch(std::size_t rows, std::size_t length)
      : samples(rows), seq_len(length), inputs(rows * length), labels(rows * length), identifiers(rows) {}
  [[nodiscard]] std::span<std::int32_t> input(std::size_t b) { return {inputs.data() + b * seq_len, seq_len}; }
  [[nodiscard]] std::span<std::int32_t> label(std::size_t b) { return {labels.data() + b * seq_len, seq_len}; }
  [[nodiscard]] std::span<const std::int32_t> input(std::size_t b) const {
    return {inputs.data() + b * seq_len, seq_len};
  }
  [[nodiscard]] std::span<const std::int32_t> label(std::size_t b) const {
    return {labels.data() + b * seq_len, seq_len};
  }
};

/// Slots, each at a depth of its own. A new carry is halted everywhere, so the first batch fills it.
template <class T>
struct Carry {
  std::vector<Buffer<T>> states;  ///< per state of the recursion: (samples, T, D)
  std::vector<std::int32_t> steps;
  std::vector<std::int32_t> max_steps;  ///< at which the slot's puzzle halts whatever q says
  std::vector<std::uint8_t> halted;
  CanvasBatch current;  ///< the puzzle that each slot is thinking about

  Carry(const CanvasNetwork<T>& network, std::size_t samples);
  [[nodiscard]] std::size_t samples() const { return steps.size(); }
  /// Elements of one state of one sample.
  [[nodiscard]] std::size_t stride() const { return samples() == 0 ? 0 : states[0].size() / samples(); }
  /// Slot b begins with the puzzle that `current` holds for it.
  void begin(const CanvasNetwork<T>& network, std::size_t b, std::int32_t most_steps);
  /// Adds normal noise to the initial states of slot b: `strength` times the root mean square of each. A function of
  /// (seed, stream, place) alone.
  void disturb(std::size_t b, double strength, std::uint64_t seed, std::uint64_t stream);
  /// Halted slots take their row of the batch and start from the initial states; the batch's other rows are ignored.
  /// max_steps(samples): of the slots that do; empty: halt_max_steps.
  void refill(const CanvasNetwork<T>& network, const CanvasBatch& batch, std::span<const std::int32_t> max_steps = {});
};

extern template struct Carry<float>;
extern template struct Carry<double>;

/// Does a slot halt in training after `steps` steps? TRM: q_halt > 0; HRM and the baseline: q_halt > q_continue; always
/// at max_steps; never before min_steps (exploration; 0: none).
bool halts_in_training(const CanvasConfig& config, double q_halt, double q_continue, std::int32_t steps,
                       std::int32_t min_steps, std::int32_t max_steps);

}  // namespace trm
