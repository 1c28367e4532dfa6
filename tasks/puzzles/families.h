// Which families of puzzles there are: by the data that a configuration describes, and by the sizes of a data set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/status.h"
#include "engine/json/json_object.h"
#include "tasks/puzzles/family.h"

namespace trm::tasks {

/// The family that a data set belongs to, by vocab_size and seq_len; null: none that is known.
std::unique_ptr<PuzzleFamily> family_of(const PuzzleMetadata& metadata);

/// The object "data" of a puzzle training configuration.
struct PuzzleData {
  std::string directory;  ///< of a data set; empty: generated
  std::string family;     ///< "sudoku", "maze" or "fractal"
  std::size_t size = 9;
  std::size_t train = 1000, test = 1000;
  std::size_t min_steps = 0;     ///< maze: of the shortest path; 0: the usual part of the area
  std::size_t extra_givens = 0;  ///< sudoku: training puzzles have 0 to so many more than they need, for a start
  std::uint64_t seed = 0;
  bool augment = true;  ///< every example is a random copy of itself each time; needs a known family
  /// After so many epochs a short batch is dropped (eval_interval of the public code); 0: chosen by the batch size.
  std::size_t epochs_per_iteration = 0;
  std::string build;  ///< the command that makes the data, for people who lack them; no part of canonical()

  /// Fields of `json`, whose errors name them. `directory` stands in for the field of that name; it is empty if the
  /// configuration decides. With "build" the data are those of a directory, and one must be named.
  static Result<PuzzleData> read(JsonObject& json, const std::string& directory = "");
  [[nodiscard]] std::string canonical() const;
};

/// The family that generates such puzzles. Error: a size that the family does not have.
Result<std::unique_ptr<PuzzleFamily>> make_family(const PuzzleData& data);
/// The same for training puzzles, which may be easier.
Result<std::unique_ptr<PuzzleFamily>> make_training_family(const PuzzleData& data);

}  // namespace trm::tasks
