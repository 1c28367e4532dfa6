// One supervision step of a batch of puzzles: inference on all cores.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/status.h"
#include "engine/infer/carry.h"
#include "engine/pass/recursion_pass.h"
#include "engine/store/canvas_model.h"
#include "engine/sys/crew.h"
#include "engine/sys/thread_pool.h"

namespace trm {

/// What the heads say about a batch.
template <class T>
struct CanvasOutput {
  Buffer<T> logits;  ///< (samples, S, V)
  Buffer<T> q;       ///< (samples, 2): q_halt, q_continue

  CanvasOutput(const CanvasConfig& config, std::size_t samples)
      : logits(samples * config.seq_len * config.vocab_size), q(samples * 2) {}
};

/// Samples that go through the network together: enough rows to fill the matrix kernels, few enough that the
/// activations stay in the second-level cache. Results do not depend on it.
std::size_t samples_per_pass(const CanvasConfig& config);

template <class T>
class CanvasStepper {
 public:
  /// `network`, `table` and `pool` must outlive the stepper.
  static Result<CanvasStepper> create(const CanvasNetwork<T>& network, const PuzzleTable<T>& table, ThreadPool& pool);

  /// One step of the slots listed in `slots`: their states and step counts advance, their outputs are overwritten. The
  /// same bits whatever the company, order and number of threads. No allocation. Where there are fewer slots than
  /// threads, several threads think about one puzzle.
  void step(Carry<T>& carry, std::span<const std::size_t> slots, CanvasOutput<T>& output);

  /// So many slots fill the passes of all workers.
  [[nodiscard]] std::size_t full_batch() const { return workers_.size() * together_; }
  [[nodiscard]] std::size_t arena_bytes() const;

 private:
  struct Worker {
    RecursionPass<T> pass;
    std::vector<Sequence<T>> sequences;
    std::vector<std::int32_t> tokens;
    std::vector<const T*> rows;
    Buffer<T> logits, q;
    std::unique_ptr<Barrier> barrier;  ///< where a crew that works on this worker's puzzle meets
  };
  CanvasStepper(const CanvasNetwork<T>& network, const PuzzleTable<T>& table, ThreadPool& pool)
      : network_(&network), table_(table), pool_(&pool) {}
  void run(Worker& worker, Carry<T>& carry, std::span<const std::size_t> slots, CanvasOutput<T>& output) const;
  /// The same of one slot by a member of a crew, with the puzzle's worker and the member's own.
  void run(Worker& worker, const Worker& own, const CrewMember& member, Carry<T>& carry, std::size_t slot,
           CanvasOutput<T>& output) const;
  void begin(Worker& worker, Carry<T>& carry, std::span<const std::size_t> slots) const;
  void finish(Worker& worker, Carry<T>& carry, std::span<const std::size_t> slots, CanvasOutput<T>& output) const;

  const CanvasNetwork<T>* network_;
  PuzzleTable<T> table_;
  ThreadPool* pool_;
  std::size_t together_ = 1;
  std::vector<Worker> workers_;
};

extern template class CanvasStepper<float>;
extern template class CanvasStepper<double>;

}  // namespace trm
