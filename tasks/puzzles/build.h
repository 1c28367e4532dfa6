// Builds the data set of a family of puzzles, generated or from CSV files, in the published layout.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "tasks/puzzles/dataset.h"
#include "tasks/puzzles/family.h"

namespace trm::tasks {

/// How far a piece of work is: "train puzzles", 17 of 1000. total 0: not known.
using BuildProgress = std::function<void(std::string_view what, std::size_t done, std::size_t total)>;

struct BuildRequest {
  std::string directory;
  bool force = false;  ///< replace a data set that is there
  std::size_t train = 1000, test = 1000;
  std::size_t copies = 0;  ///< of each training puzzle, beside it
  std::uint64_t seed = 0;
  std::string train_csv;     ///< "-": standard input; empty: puzzles are generated
  std::string test_csv;      ///< empty: test puzzles are rows of train_csv too, told apart by the canonical form's hash
  double min_rating = 0;     ///< rows of CSV files below it are passed over
  bool check_unique = true;  ///< rows of CSV files must have one solution
};

struct BuildReport {
  std::size_t train_examples = 0, test_examples = 0;  ///< copies included
  std::size_t near_copies = 0;                        ///< rows of train_csv left out: test_csv has a copy of them
  std::vector<std::string> notes;                     ///< for people: what of the files was passed over
};

/// `count` different puzzles of a split, in the order of their index. Error: of the family; there are not so many.
Result<std::vector<PuzzleExample>> generate_puzzles(const PuzzleFamily& family, std::string_view split,
                                                    std::size_t count, std::uint64_t seed,
                                                    const BuildProgress& progress = {});

/// At most `count` puzzles of a split of which none is a near-copy of another: the first of each canonical form, in the
/// order of their index. Fewer where hardly any more can be found. Error: of the family.
Result<std::vector<PuzzleExample>> generate_forms(const PuzzleFamily& family, std::string_view split, std::size_t count,
                                                  std::uint64_t seed, const BuildProgress& progress = {});

/// A data set of these: a group for each, with its copies behind it; all of the blank identifier.
PuzzleDataset dataset_of(const PuzzleFamily& family, const std::vector<PuzzleExample>& examples, std::size_t copies,
                         std::uint64_t seed);

/// Where the puzzles of a directory come from: "generated", "csv" or "lines", as DIR/origin.json says; "" if there is
/// no such file, as in data that other programs built. Error: a file of another form.
Result<std::string> read_puzzle_origin(const std::string& directory);

/// What goes into a data set.
struct BuildParts {
  std::vector<PuzzleExample> train, test;
  std::string source;  ///< for read_puzzle_origin()
  std::string list;    ///< of DIR/puzzles.csv; empty: no such file
};

/// For builders that find their puzzles themselves. Error: a data set is there; more examples than there can be.
Status check_build_request(const PuzzleFamily& family, const BuildRequest& request);
/// Writes the data set. Error: of the files.
Result<BuildReport> write_build(const PuzzleFamily& family, const BuildRequest& request, const BuildParts& parts,
                                const BuildProgress& progress = {});

/// Writes DIR/train, DIR/test, DIR/identifiers.json and DIR/origin.json. Rows of a CSV file are drawn uniformly without
/// replacement and keep their order. No training puzzle is a copy of a test puzzle. Error: a data set is there; too few
/// puzzles, too many examples; of the family, the CSV files (all rows are checked) and the files written.
Result<BuildReport> build_puzzles(const PuzzleFamily& family, const BuildRequest& request,
                                  const BuildProgress& progress = {});

}  // namespace trm::tasks
