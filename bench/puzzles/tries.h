// Accuracy against the number of tries at each puzzle, and how well a model knows what it does not know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/harness/child.h"
#include "bench/harness/measurement.h"
#include "bench/puzzles/set.h"
#include "reports/record.h"
#include "tasks/ask/puzzle_model.h"
#include "tasks/ask/puzzle_tries.h"

namespace trm::bench {

/// All tries at all puzzles that have labels, each until the model halts.
struct TryPass {
  std::size_t rows = 0, tries = 0;
  std::vector<tasks::TryOutcome> outcomes;  ///< (rows, tries)
  std::vector<std::uint32_t> steps;         ///< (rows, tries): supervision steps
  std::int64_t elapsed_ns = 0;              ///< of everything

  [[nodiscard]] std::span<const tasks::TryOutcome> of(std::size_t row, std::size_t count) const {
    return std::span(outcomes).subspan(row * tries, count);
  }
};

/// `tries` views of each puzzle, or as many as the family has; right is what equals the label. The set must have a
/// family. Everything but the time is the same for any number of threads. Error: as run_puzzles().
Result<TryPass> run_tries(const std::string& model, const PuzzleSet& set, std::size_t tries, std::uint64_t seed,
                          const PassOptions& options, const Progress& progress);
/// The same in a process of its own.
Result<TryPass> run_tries_in_child(const std::string& model, const PuzzleSet& set, std::size_t tries,
                                   std::uint64_t seed, const PassOptions& options, const Progress& progress);

/// Adds what the pass says. With N the largest of `counts` that the pass reaches:
///   exact_answer_by_tries      modes "tries, HOW": depth T, the answer that each choice takes of the first T tries
///   time_per_puzzle_ns         slice "T tries", mode "tries": the share of the pass's time that its steps take
///   exact_answer, mean_tries   mode "tries until sure": no more tries after one that halts, N at most
///   exact_answer               mode "N tries": the highest q_halt
///   right_by_sureness          modes "1 try", "N tries": depth is the middle of a tenth of sigmoid(q_halt), in %
///   wrong_by_coverage          the same: of the share (depth, in %) of puzzles of which the model is most sure
///   sure_and_wrong, unsure_and_right  the same: of all puzzles
void add_try_records(const tasks::PuzzleModelInfo& contestant, const PuzzleSet& set, const TryPass& pass,
                     std::span<const std::size_t> counts, reports::RunResults& results);

}  // namespace trm::bench
