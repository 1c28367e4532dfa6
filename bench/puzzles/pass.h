// All puzzles of a set through a model, judged after every supervision step; and some of them one by one, for their
// time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/harness/child.h"
#include "bench/harness/measurement.h"
#include "bench/puzzles/set.h"

namespace trm::bench {

/// Everything but times and memory: the same for any number of threads.
struct PuzzlePass {
  std::size_t rows = 0, steps = 0;          ///< steps: halt_max_steps of the model
  std::vector<std::uint8_t> exact;          ///< (rows, steps): every labelled cell is right after step i + 1
  std::vector<std::uint32_t> halting_step;  ///< (rows), from 1: the first with q_halt > 0, or the last
  std::vector<std::uint32_t> labelled;      ///< (rows): cells that are asked
  std::vector<std::uint32_t> right;         ///< (rows): of them right after the last step
  std::vector<float> q_halt;                ///< (rows), after the last step
  std::vector<std::uint8_t> answers;        ///< (rows, seq_len), after the last step
  std::int64_t elapsed_ns = 0;              ///< of all steps of all puzzles
  std::int64_t halting_ns = 0;              ///< of all puzzles when each leaves its place at its halting step
  std::size_t threads = 0, together = 0, rss_peak_bytes = 0;  ///< together: puzzles in a batch

  /// Is anything asked of the row? Rows without labels count for no score, as in the published metrics.
  [[nodiscard]] bool asked(std::size_t row) const { return labelled[row] > 0; }
  [[nodiscard]] bool exact_after(std::size_t row, std::size_t step) const { return exact[row * steps + step - 1] != 0; }
};

/// The published protocol: every puzzle for all steps; and once more with halting, for its time. progress: puzzles
/// done. Error: the model cannot be loaded, or gives an output that is not finite; no memory; no threads.
Result<PuzzlePass> run_puzzles(const std::string& model, const tasks::PuzzleDataset& puzzles,
                               const PassOptions& options, const Progress& progress);
/// The same in a process of its own, so that the peak memory is that of this model.
Result<PuzzlePass> run_puzzles_in_child(const std::string& model, const tasks::PuzzleDataset& puzzles,
                                        const PassOptions& options, const Progress& progress);

/// Of one model, an entry for each sampled puzzle.
struct PuzzleLatency {
  std::vector<std::int64_t> all_steps_ns;
  std::vector<std::int64_t> halting_ns;  ///< up to the first step with q_halt > 0
};

/// One puzzle after another on one thread, models in turns; every model runs all steps of every puzzle, and its halting
/// time is taken on the way. A puzzle each to warm up. Error: as above.
Result<std::vector<PuzzleLatency>> time_puzzles(std::span<const std::string> models,
                                                const tasks::PuzzleDataset& puzzles, const LatencyOptions& options,
                                                const Progress& progress);

}  // namespace trm::bench
