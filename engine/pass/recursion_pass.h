// The recursion over a batch: every evaluation of a plan forward, the kept ones backward. Training and inference of all
// models run through here, whole sequences and streams that go on; what differs is in the plan and the unit.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/network.h"
#include "engine/pass/layer.h"
#include "engine/pass/state_layout.h"
#include "engine/sys/arena.h"

namespace trm {

struct PassLimits {
  std::size_t rows;       ///< of a batch
  std::size_t longest;    ///< rows of a sequence
  std::size_t sequences;  ///< of a batch
  /// Keys that a stream's state has room for: the pass serves forward_cached() alone. 0: it serves forward() alone.
  std::size_t cached_keys = 0;
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

  /// Every sequence starts from nothing. The network is that given to create() or one of the same configuration. No
  /// allocation.
  void forward(const Network<T>& network, std::span<const Sequence<T>> sequences, std::size_t rows);
  /// Can several threads go through forward() together, as members of a crew?
  static bool serves_crew(const UnitShape& shape) { return shape.mixing != Mixing::causal && shape.conv_kernel == 0; }
  /// Inference of one sequence by a crew: all members call it at the same time, each with a pass of its own (made for
  /// one sequence of so many rows at least), whose scratch it uses; everything else is that of this pass. The same bits
  /// for any crew. x() and start() are filled in before they meet; state() is complete when all have returned.
  void forward(const Network<T>& network, std::span<const Sequence<T>> sequences, std::size_t rows,
               const CrewMember& member, const RecursionPass& own);
  /// Inference of a causal model: sequence i goes on from streams[i], which is updated, and its `state` is overwritten.
  /// past + tokens <= capacity of the stream. Of the plan's output state() has the rows that are read alone, one
  /// sequence after another. No allocation.
  void forward_cached(const Network<T>& network, std::span<Sequence<T>> sequences,
                      std::span<const StreamState<T>> streams, std::size_t rows);
  /// (rows, D): state s after forward() or forward_cached().
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
  /// All evaluations of the plan; run_layer(evaluation, layer of its level, in, activations) runs one layer.
  template <class RunLayer>
  void run(const Network<T>& network, std::size_t rows, const CrewMember& member, const RunLayer& run_layer);

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
