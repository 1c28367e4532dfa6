#include "bench/puzzles/set.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "bench/frames/latency.h"
#include "engine/base/hash.h"
#include "tasks/puzzles/arc/canvas.h"
#include "tasks/puzzles/build.h"
#include "tasks/puzzles/families.h"
#include "tasks/puzzles/sudoku/solver.h"

namespace trm::bench {

namespace {

/// Evaluation tasks of the public ARC sets, and test puzzles of the other two.
constexpr std::size_t kArc1Tasks = 400, kArc2Tasks = 120, kSudokuExtreme = 422'786, kMazeHard = 1000;

/// Guesses for each puzzle, if these are Sudokus.
std::vector<std::uint64_t> ratings_of(const tasks::PuzzleFamily* family, const tasks::PuzzleDataset& puzzles) {
  std::vector<std::uint64_t> out;
  if (family == nullptr || !family->name().starts_with("sudoku")) return out;
  std::size_t size = 1;
  while (size * size < family->seq_len()) ++size;
  const Result<tasks::sudoku::Layout> layout = tasks::sudoku::layout_of(size);
  if (!layout.ok()) return out;
  const std::size_t length = puzzles.metadata.seq_len;
  for (std::size_t row = 0; row < puzzles.examples(); ++row) {
    const auto board = tasks::sudoku::board_of(std::span(puzzles.inputs).subspan(row * length, length), *layout);
    if (!board.ok()) return {};
    out.push_back(tasks::sudoku::solve(*board).guesses);
  }
  return out;
}

/// The rows of `wanted` (ascending) or, of ARC, of the first groups: each row keeps its puzzle's identifier.
tasks::PuzzleDataset take_rows(const tasks::PuzzleDataset& from, const std::vector<std::size_t>& wanted) {
  tasks::PuzzleDataset out;
  out.metadata = from.metadata;
  const std::size_t length = from.metadata.seq_len;
  for (const std::size_t row : wanted) {
    out.add_example(std::span(from.inputs).subspan(row * length, length),
                    std::span(from.labels).subspan(row * length, length));
    out.end_puzzle(from.puzzle_identifiers[from.puzzle_of(row)]);
    out.end_group();
  }
  out.count();
  return out;
}

tasks::PuzzleDataset take_groups(const tasks::PuzzleDataset& from, std::size_t groups) {
  tasks::PuzzleDataset out;
  out.metadata = from.metadata;
  const std::size_t length = from.metadata.seq_len;
  for (std::size_t g = 0; g < groups; ++g) {
    for (auto p = static_cast<std::size_t>(from.group_indices[g]);
         p < static_cast<std::size_t>(from.group_indices[g + 1]); ++p) {
      for (auto row = static_cast<std::size_t>(from.puzzle_indices[p]);
           row < static_cast<std::size_t>(from.puzzle_indices[p + 1]); ++row) {
        out.add_example(std::span(from.inputs).subspan(row * length, length),
                        std::span(from.labels).subspan(row * length, length));
      }
      out.end_puzzle(from.puzzle_identifiers[p]);
    }
    out.end_group();
  }
  out.count();
  return out;
}

/// By the shape and number of all test puzzles (ARC: tasks) of the data set.
PaperBenchmark benchmark_of(const PuzzleSet& set, std::size_t total, bool generated) {
  if (set.is_arc()) {
    return total == kArc1Tasks   ? PaperBenchmark::arc_agi_1
           : total == kArc2Tasks ? PaperBenchmark::arc_agi_2
                                 : PaperBenchmark::none;
  }
  if (generated) return PaperBenchmark::none;
  return set.name == "sudoku 9x9" && total == kSudokuExtreme ? PaperBenchmark::sudoku_extreme
         : set.name == "maze 30x30" && total == kMazeHard    ? PaperBenchmark::maze_hard
                                                             : PaperBenchmark::none;
}

}  // namespace

const char* benchmark_name(PaperBenchmark benchmark) {
  constexpr std::array<const char*, 5> kNames = {"", "Sudoku-Extreme", "Maze-Hard", "ARC-AGI-1", "ARC-AGI-2"};
  return kNames[static_cast<std::size_t>(benchmark)];
}

std::string PuzzleSet::fingerprint() const {
  Hash hash;
  hash.add(std::as_bytes(std::span(puzzles.inputs)));
  hash.add(std::as_bytes(std::span(puzzles.labels)));
  return hash.hex();
}

Result<PuzzleSet> generate_puzzle_set(const tasks::PuzzleData& data, std::size_t count, std::uint64_t seed,
                                      const Progress& progress) {
  Result<std::unique_ptr<tasks::PuzzleFamily>> family = tasks::make_family(data);
  if (!family.ok()) return family.error();
  const auto told = [&](std::string_view, std::size_t done, std::size_t) {
    if (progress) progress(done);
  };
  Result<std::vector<tasks::PuzzleExample>> examples = tasks::generate_forms(**family, "test", count, seed, told);
  if (!examples.ok()) return examples.error();
  PuzzleSet out;
  const std::size_t forms = examples->size();
  if (forms < count) {  // small boards have hardly any more: the rest are near-copies of these
    examples = tasks::generate_puzzles(**family, "test", count, seed, told);
    if (!examples.ok()) return examples.error();
    out.near_copies = true;
  }
  out.family = *std::move(family);
  out.name = out.family->name();
  out.origin =
      fmt::format("{} puzzles of the test split, {}, generated with seed {}", count,
                  out.near_copies ? fmt::format("near-copies of {}", forms) : "none a near-copy of another", seed);
  out.puzzles = tasks::dataset_of(*out.family, *examples, 0, seed);
  out.ratings = ratings_of(out.family.get(), out.puzzles);
  return out;
}

Result<PuzzleSet> read_puzzle_set(const std::string& directory, std::size_t count) {
  Result<tasks::PuzzleDataset> test = tasks::read_puzzle_dataset(directory, "test");
  if (!test.ok()) return test.error();
  const Result<std::string> origin = tasks::read_puzzle_origin(directory);
  if (!origin.ok()) return origin.error();
  if (test->examples() == 0) {
    return Error{ErrorCode::bad_input, directory, "test", "holds no puzzle", "build the data again"};
  }
  PuzzleSet out;
  out.file = directory + "/test/dataset.json";
  const std::size_t total = test->examples(), groups = test->groups();
  if (test->metadata.seq_len == tasks::arc::kCanvasTokens &&
      test->metadata.vocab_size == tasks::arc::kCanvasVocabulary) {
    Result<std::vector<std::string>> names = tasks::read_identifiers(directory);
    if (!names.ok()) return names.error();
    out.names = *std::move(names);
    out.name = "arc";
    out.puzzles = count < groups ? take_groups(*test, count) : *std::move(test);
    out.origin = fmt::format("{}: {} of {} test tasks, {} rows", directory, std::min(count, groups), groups,
                             out.puzzles.examples());
  } else {
    out.family = tasks::family_of(test->metadata);
    out.name = out.family != nullptr
                   ? out.family->name()
                   : fmt::format("{} cells of {} tokens", test->metadata.seq_len, test->metadata.vocab_size);
    std::vector<std::size_t> rows = spread_sample(total, count);
    std::sort(rows.begin(), rows.end());
    out.puzzles = count < total ? take_rows(*test, rows) : *std::move(test);
    out.origin = fmt::format("{}: {} of {} test rows", directory, std::min(count, total), total);
  }
  out.ratings = ratings_of(out.family.get(), out.puzzles);
  // A few ARC tasks, those with the first names, are no sample of all.
  if (!out.is_arc() || count >= groups) {
    out.benchmark = benchmark_of(out, out.is_arc() ? groups : total, *origin == "generated");
  }
  return out;
}

}  // namespace trm::bench
