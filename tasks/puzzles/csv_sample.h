// Rows of a CSV file of puzzles as examples, and a uniform sample of them in one pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "tasks/base/rng.h"
#include "tasks/puzzles/build.h"
#include "tasks/puzzles/family.h"

namespace trm::tasks {

struct CsvRules {
  double min_rating = 0;  ///< rows below are skipped
  bool unique = true;     ///< a row must have one solution
};

/// Calls on_example for each row that is rated high enough; all rows are checked. `notes` receives what was
/// skipped. Error: of the file, with line and column; a row lacks the rating that is needed.
Status read_examples(const PuzzleFamily& family, const std::string& path, const CsvRules& rules,
                     const BuildProgress& progress,
                     const std::function<void(std::size_t line, PuzzleExample example)>& on_example,
                     std::vector<std::string>& notes);

/// "train", "validation" or "test" by the hash of the example's canonical form.
std::string_view split_of_example(const PuzzleFamily& family, const PuzzleExample& example);

/// Keeps `wanted` of the examples that it is offered, each set of them equally likely (Vitter 1985, algorithm R).
class CsvSample {
 public:
  CsvSample(std::string name, std::size_t wanted, std::uint64_t seed);
  void offer(std::size_t line, PuzzleExample example);
  /// Error: fewer were offered than are wanted.
  [[nodiscard]] Status check(const std::string& path) const;
  /// In the order of the file.
  std::vector<PuzzleExample> take();
  /// The lines of what take() would return, ascending.
  [[nodiscard]] std::vector<std::size_t> places() const;

 private:
  std::string name_;
  std::size_t wanted_, offered_ = 0;
  Rng rng_;
  std::vector<std::pair<std::size_t, PuzzleExample>> kept_;
};

}  // namespace trm::tasks
