// The recursion over a batch held in memory: every evaluation of a plan forward, the kept ones backward. Causal
// training, canvas training and canvas inference run through here; what differs is in the plan and the unit.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/network.h"
#include "engine/pass/layer.h"
#include "engine/sys/arena.h"

namespace trm {

/// in = sum of the states that the evaluation reads [+ x], the target first. n elements.
template <class T>
void recursion_input(const simd::Kernels<T>& kernels, const Evaluation& evaluation, std::span<T* const> states,
                     const T* x, T* in, std::size_t n);

struct PassLimits {
  std::size_t rows;       ///< of a batch
  std::size_t longest;    ///< rows of a sequence
  std::size_t sequences;  ///< of a batch
};

template <class T>
class RecursionPass {
 public:
  /// Training keeps the activations of the plan's kept evaluations; inference keeps none.
  static Result<RecursionPass> create(const Network<T>& network, Purpose purpose, const PassLimits& limits);

  /// (rows, D), to be filled by the caller before forward().
  [[nodiscard]] T* x() { return x_; }
  /// (rows, D): state s on entry of forward(), to be filled by the caller.
  [[nodiscard]] T* start(std::size_t s) { return starts_[s]; }

  /// The network is that given to create() or one of the same configuration. No allocation.
  void forward(const Network<T>& network, std::span<const Sequence<T>> sequences, std::size_t rows);
  /// (rows, D): state s after forward().
  [[nodiscard]] const T* state(std::size_t s) const { return states_[s]; }

  /// (rows, D): gradient of the plan's output state, to be filled by the caller before backward().
  [[nodiscard]] T* output_gradient() { return gradients_[plan_.output]; }
  /// Back through the kept evaluations of the last forward(). grad: flat array in registry order, accumulates. States
  /// on entry of the first kept evaluation are constants. No allocation.
  void backward(const Network<T>& network, std::span<const Sequence<T>> sequences, std::size_t rows, T* grad);
  /// (rows, D): gradient of x after backward().
  [[nodiscard]] const T* x_gradient() const { return dx_; }

  [[nodiscard]] std::size_t arena_bytes() const { return arena_.bytes(); }

 private:
  RecursionPlan plan_;
  std::size_t first_kept_ = 0;
  std::size_t stride_ = 0;  ///< activations per evaluation: layers of the deepest level
  Arena arena_;
  T* x_ = nullptr;
  T* dx_ = nullptr;
  std::vector<T*> starts_;                 ///< per state; overwritten by evaluations that are not kept
  std::vector<T*> states_, gradients_;     ///< per state
  std::vector<T*> inputs_;                 ///< per kept evaluation (one if none): what enters the first layer
  std::vector<LayerActivations<T>> acts_;  ///< (kept evaluation or 1, stride)
  LayerScratch<T> scratch_;
};

extern template class RecursionPass<float>;
extern template class RecursionPass<double>;

}  // namespace trm
