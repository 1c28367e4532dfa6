// Puzzles that models are measured on: the test split of a data set, or fresh ones that no training has seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/harness/child.h"
#include "tasks/puzzles/dataset.h"
#include "tasks/puzzles/family.h"
#include "tasks/training/puzzle_source.h"

namespace trm::bench {

/// The published benchmark whose data are of this kind.
enum class PaperBenchmark : unsigned char { none, sudoku_extreme, maze_hard, arc_agi_1, arc_agi_2 };
/// "Sudoku-Extreme", ...; "" for none.
const char* benchmark_name(PaperBenchmark benchmark);

struct PuzzleSet {
  std::string name;    ///< of the task in records: "sudoku 6x6"
  std::string file;    ///< that describes the data; empty: they were generated
  std::string origin;  ///< what was asked, for the record: "data/s6: 1000 of 2000 test rows"
  tasks::PuzzleDataset puzzles;
  std::unique_ptr<tasks::PuzzleFamily> family;  ///< null: none that is known
  std::vector<std::uint64_t> ratings;           ///< of Sudokus: guesses that our solver needs; else empty
  std::vector<std::string> names;               ///< of ARC data, by puzzle identifier; else empty
  PaperBenchmark benchmark = PaperBenchmark::none;
  bool near_copies = false;  ///< of generated puzzles: some differ by a symmetry alone

  /// Of what is asked and what is right, 16 hex digits: equal for equal rows in equal order.
  [[nodiscard]] std::string fingerprint() const;
  [[nodiscard]] bool is_arc() const { return !names.empty(); }
};

/// `count` puzzles of the test split of the generator that `data` describes: none a near-copy of another, or, where the
/// boards are so small that there are not so many, different boards. progress: puzzles made. Error: of the family; not
/// so many.
Result<PuzzleSet> generate_puzzle_set(const tasks::PuzzleData& data, std::size_t count, std::uint64_t seed,
                                      const Progress& progress = {});

/// Of a directory in the published layout at most `count` rows, spread evenly over the test split; of ARC data the
/// first `count` tasks with all their copies, whose votes are counted together. Data are of the kind of a published
/// benchmark by their shape and number (422,786 Sudokus of 9x9, 1,000 mazes of 30x30, unless trm generated them), ARC
/// by its number of evaluation tasks (400, 120), all of which must be asked. Error: of the files.
Result<PuzzleSet> read_puzzle_set(const std::string& directory, std::size_t count);

}  // namespace trm::bench
