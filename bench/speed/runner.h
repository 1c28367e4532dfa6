// Work that the speed suite can time again and again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/speed/random_puzzles.h"
#include "bench/speed/workload.h"
#include "engine/base/status.h"
#include "engine/sys/thread_pool.h"
#include "simd/kernels.h"

namespace trm::bench {

class Runner {
 public:
  virtual ~Runner() = default;
  /// Does at least a part of the work, so that the first timed run finds its pages and its code. Returns how often that
  /// part fits into a run: 1 if it was a whole one.
  virtual Result<double> warm_up() = 0;
  /// Nanoseconds of a run, if it knows them; then it needs no warming up. 0: it does not.
  [[nodiscard]] virtual double expected_ns() const { return 0; }
  /// Does the work once.
  virtual Status run() = 0;
  /// The same. Nanoseconds that it took, at least 1.
  virtual Result<double> timed_run();

 protected:
  Runner() = default;
  Runner(const Runner&) = default;
  Runner& operator=(const Runner&) = default;
};

/// One supervision step after another of the same `batch` puzzles, which are random and made from `seed`. The weights
/// are of the type that the kernels have. `pool` must outlive it. Error: no memory.
Result<std::unique_ptr<Runner>> make_step_runner(std::shared_ptr<const RandomModel> model, std::size_t batch,
                                                 std::uint64_t seed, const simd::Kernels<float>& kernels,
                                                 ThreadPool& pool);

/// Logits of the first supervision step of these puzzles, (puzzles, positions, vocabulary). Error: no memory.
Result<std::vector<float>> first_logits(std::shared_ptr<const RandomModel> model, std::size_t batch, std::uint64_t seed,
                                        const simd::Kernels<float>& kernels, ThreadPool& pool);

/// Updates, one after another, of a copy of the model, with random labels and AdamATan2 as published. Linear layers are
/// of the type that the kernels have. `pool` must outlive it. Error: no memory; the type has no gradient.
Result<std::unique_ptr<Runner>> make_training_runner(const RandomModel& model, std::size_t batch, std::uint64_t seed,
                                                     const simd::Kernels<float>& kernels, ThreadPool& pool);

/// What the first update of these puzzles says before it changes anything. Error: as make_training_runner().
struct FirstUpdate {
  double loss = 0;       ///< summed over the puzzles
  double grad_norm = 0;  ///< of loss / puzzles
};
Result<FirstUpdate> first_update(const RandomModel& model, std::size_t batch, std::uint64_t seed,
                                 const simd::Kernels<float>& kernels, ThreadPool& pool);

/// All streams of a causal model from their start, token by token, every stream the same fixed tokens (made from
/// `seed`) and its logits after each. Error: as CausalModel::load(); no memory.
Result<std::unique_ptr<Runner>> make_decoding_runner(const SpeedWorkload& workload, const std::string& model,
                                                     std::uint64_t seed, const simd::Kernels<float>& kernels);

}  // namespace trm::bench
