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
  std::uint64_t tries = 1;        ///< at each puzzle, at most
  std::string select = "q_halt";  ///< tasks::try_choice_name()
  std::string vary = "views";     ///< "views", "states" or "both": what differs from try to try
  std::optional<double> noise;    ///< strength of what is added to initial states; none: kDefaultNoise
  std::optional<double> stop_at;  ///< no more tries after a q_halt above it
  std::uint64_t seed = 0;         ///< of the views and the noise
  bool all_steps = false, trace = false, json = false, check = false;
};

/// --steps, at most.
inline constexpr std::uint64_t kMostSteps = 1000;

/// --tries, at most.
inline constexpr std::uint64_t kMostTries = 10'000;
/// Of initial states, as a share of their root mean square.
inline constexpr double kDefaultNoise = 0.3;

int run_puzzles(const PuzzleRun& run);

}  // namespace trm::cli
