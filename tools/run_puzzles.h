// trm run MODEL --puzzle FILE: answers puzzles with a puzzle model, supervision step by supervision step.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/sys/pinning.h"
#include "simd/matmul.h"

namespace trm::cli {

struct PuzzleRun {
  std::string model, file;
  std::string html;                 ///< a page that shows all steps is written there; empty: none
  std::uint64_t steps = 0;          ///< 0: as many as the model was trained with
  std::uint64_t id = 0;             ///< row of the puzzle table
  std::int64_t max_elapsed_ns = 0;  ///< of one puzzle; 0: no limit
  std::uint64_t threads = 0;        ///< that think about one puzzle together; 0: as many as its size is worth
  std::optional<Pinning> pin;
  std::optional<simd::WeightType> dtype;
  bool id_given = false;
  bool all_steps = false, trace = false, json = false, check = false;
};

/// --steps, at most.
inline constexpr std::uint64_t kMostSteps = 1000;

int run_puzzles(const PuzzleRun& run);

}  // namespace trm::cli
