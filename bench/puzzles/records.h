// Passes over puzzles into records: names of metrics, units, intervals.
#pragma once

#include <string>

#include "bench/puzzles/pass.h"
#include "bench/puzzles/set.h"
#include "reports/record.h"
#include "tasks/ask/puzzle_model.h"
#include "tasks/puzzles/arc/poll.h"

namespace trm::bench {

/// How a model is driven: the published protocol, and halting at the first step with q_halt > 0.
inline constexpr const char* kAllStepsMode = "all steps";
inline constexpr const char* kHaltingMode = "halting";

/// Adds exact_answer (both modes), exact_answer_by_step, cell_accuracy (the mean over rows), halting_steps (the mean),
/// items_per_s (both), rss_peak_bytes; of Sudokus exact_answer_by_rating, a slice for each bucket of guesses; of data
/// of a published benchmark other than ARC benchmark_score. ARC has exact_row and exact_row_by_step instead, without
/// interval. Rows of which nothing is asked count for no accuracy. The samples of exact_answer are 1 and 0 for each
/// row.
void add_puzzle_records(const tasks::PuzzleModelInfo& contestant, const PuzzleSet& set, const PuzzlePass& pass,
                        reports::RunResults& results);

/// Adds latency_p50/p90/p99_ns of both modes and the raw samples latency_ns.
void add_puzzle_latency(const tasks::PuzzleModelInfo& contestant, const PuzzleSet& set, const PuzzleLatency& latency,
                        reports::RunResults& results);

/// The votes of all rows of ARC data. Error: names that are none, an output that is not finite.
Result<tasks::arc::Poll> count_votes(const PuzzleSet& set, const PuzzlePass& pass);
/// Adds arc_pass_trm (mean over tasks of right test inputs, so without interval) and arc_pass_hrm (tasks with all test
/// inputs right), a slice "pass@K" for each K, and of published data benchmark_score: pass@2 by TRM's definition. The
/// samples of both are those of each task.
void add_arc_records(const tasks::PuzzleModelInfo& contestant, const PuzzleSet& set, const tasks::arc::Poll& poll,
                     reports::RunResults& results);

/// Adds the model to the list and its parameters as a record of no task.
void add_puzzle_model(const tasks::PuzzleModelInfo& contestant, const tasks::PuzzleModel& model,
                      reports::RunResults& results);

/// "0", "1-2", "3-5", ...: the bucket of a rating.
std::string rating_bucket(std::uint64_t rating);

}  // namespace trm::bench
