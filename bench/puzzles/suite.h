// One benchmark run of puzzle models: each on every set of puzzles that fits it, and what it says in records, beside
// the figures of the papers.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "bench/harness/measurement.h"
#include "reports/record.h"
#include "tasks/ask/puzzle_model.h"

namespace trm::bench {

struct PuzzleSuiteOptions : MeasurementOptions {
  std::vector<tasks::PuzzleModelInfo> models;
  std::vector<std::string> directories;  ///< of data sets; empty: fresh puzzles like those that each model learnt from
  std::size_t items = 1000;              ///< puzzles of each set; of ARC data tasks
  std::uint64_t seed = 0;                ///< of fresh puzzles
  bool submissions = false;              ///< of ARC data
  /// Numbers of tries at each puzzle, ascending; empty: none but the published protocol. ARC data have no such tries.
  std::vector<std::size_t> tries;
  /// Called when all that was asked for is there and fits, before the work; its error ends the run.
  std::function<Status()> ready;

  PuzzleSuiteOptions() { latency_seconds = 8; }  // puzzles take longer than questions
};

struct PuzzleSuiteResult {
  reports::RunResults results;
  std::vector<std::pair<std::string, std::string>> files;  ///< name and text: submission-MODEL.json
};

/// This process must have no other thread (child.h). While fresh puzzles are made, progress has no step number. Error:
/// no models, two of one name, a set that is named twice or fits no model, a model that no set fits or whose data are
/// not known; as the passes.
Result<PuzzleSuiteResult> run_puzzle_suite(const PuzzleSuiteOptions& options, const SuiteProgress& progress);

}  // namespace trm::bench
