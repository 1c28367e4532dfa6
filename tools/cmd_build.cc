// trm tasks build FAMILY and trm tasks inspect: puzzle data in the published layout.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "tasks/puzzles/build.h"
#include "tasks/puzzles/fractal/family.h"
#include "tasks/puzzles/maze/family.h"
#include "tasks/puzzles/sudoku/collection.h"
#include "tasks/puzzles/sudoku/family.h"
#include "tools/commands.h"
#include "tools/progress.h"

namespace trm::cli {
namespace {

constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kMostPuzzles = 100'000'000;

/// What all families ask for.
struct BuildOptions {
  std::uint64_t size = 0;
  std::string csv, test_csv, out;
  bool generate = false, force = false, any_solution = false;
  std::uint64_t train = 1000, test = 1000, copies = 0, seed = 0, min_rating = 0;
  std::uint64_t givens = 0, min_path = 0;
  std::vector<std::string> lines, shares;  ///< sudoku: collections, and the part of each
};

tasks::BuildRequest request_of(const BuildOptions& options) {
  tasks::BuildRequest out;
  out.directory = options.out;
  out.force = options.force;
  out.train = options.train;
  out.test = options.test;
  out.copies = options.copies;
  out.seed = options.seed;
  out.train_csv = options.csv;
  out.test_csv = options.test_csv;
  out.min_rating = static_cast<double>(options.min_rating);
  out.check_unique = !options.any_solution;
  return out;
}

/// What was built, or why not, to the user.
int tell(const tasks::PuzzleFamily& family, const BuildOptions& options, const Result<tasks::BuildReport>& built) {
  if (!built.ok()) return report(built.error());
  for (const std::string& text : built->notes) note(text);
  if (built->near_copies > 0)
    note(fmt::format("{} training rows left out: the test file has copies of them", built->near_copies));
  print(fmt::format("{}: {}, {} training examples, {} test examples\n", options.out, family.name(),
                    built->train_examples, built->test_examples));
  return kPass;
}

/// Draws how far a builder is.
tasks::BuildProgress shown_by(ProgressBar& bar) {
  return [&bar](std::string_view what, std::size_t done, std::size_t total) {
    if (bar.due(done, total)) bar.draw(what, done, total);
  };
}

int build(const tasks::PuzzleFamily& family, const BuildOptions& options) {
  if (options.generate == !options.csv.empty())
    return report(Error{ErrorCode::usage, "", "--generate", "and --csv FILE: one of the two is needed", "add one"});
  if (!options.test_csv.empty() && options.csv.empty())
    return report(Error{ErrorCode::usage, "", "--test-csv", "needs --csv FILE beside it", "add it"});
  if (Status s = check_standard_input({{"--csv", options.csv}, {"--test-csv", options.test_csv}}); !s.ok())
    return report(s.error());
  ProgressBar bar("", 0, ProgressBar::Elsewhere::lines);
  const Result<tasks::BuildReport> built = tasks::build_puzzles(family, request_of(options), shown_by(bar));
  bar.finish();
  return tell(family, options, built);
}

/// Numbers above 0, one for each collection. Error: others, or not so many.
Result<std::vector<double>> read_shares(const BuildOptions& options) {
  std::vector<double> out;
  for (const std::string& text : options.shares) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) || value <= 0) {
      return Error{ErrorCode::usage, "", "--shares", fmt::format("\"{}\" is no number above 0", text),
                   "write a number for each file, as 26,74"};
    }
    out.push_back(value);
  }
  if (out.empty() || out.size() == options.lines.size()) return out;
  return Error{ErrorCode::usage, "", "--shares",
               fmt::format("has {} numbers for {} files", out.size(), options.lines.size()),
               "write a number for each file, as 26,74"};
}

int build_lines(const tasks::PuzzleFamily& family, const tasks::sudoku::Layout& layout, const BuildOptions& options) {
  if (options.generate || !options.csv.empty() || !options.test_csv.empty()) {
    return report(Error{ErrorCode::usage, "", "--lines", "stands beside another source of puzzles",
                        "give --lines, --csv or --generate"});
  }
  if (std::count(options.lines.begin(), options.lines.end(), "-") > 1)
    return report(Error{ErrorCode::usage, "", "--lines", "names standard input twice", "name it once"});
  const Result<std::vector<double>> shares = read_shares(options);
  if (!shares.ok()) return report(shares.error());
  ProgressBar bar("", 0, ProgressBar::Elsewhere::lines);
  const Result<tasks::BuildReport> built =
      tasks::sudoku::build_collections(family, layout, request_of(options), options.lines, *shares, shown_by(bar));
  bar.finish();
  return tell(family, options, built);
}

int build_sudoku(const BuildOptions& options) {
  tasks::sudoku::Request request;
  const Result<tasks::sudoku::Layout> layout = tasks::sudoku::layout_of(options.size);
  if (!layout.ok()) {
    Error error = layout.error();
    error.code = ErrorCode::usage;
    error.field = "--size";
    return report(error);
  }
  request.layout = *layout;
  request.givens = options.givens;
  request.min_rating = static_cast<std::uint32_t>(options.min_rating);
  const std::unique_ptr<tasks::PuzzleFamily> family = tasks::sudoku::make_family(request);
  return options.lines.empty() ? build(*family, options) : build_lines(*family, *layout, options);
}

int build_maze(const BuildOptions& options) {
  tasks::maze::Request request;
  request.size = options.size;
  request.min_steps = options.min_path != 0 ? options.min_path : tasks::maze::default_min_steps(options.size);
  return build(*tasks::maze::make_family(request), options);
}

int build_fractal(const BuildOptions& options) {
  return build(*tasks::fractal::make_family({options.size, ""}), options);
}

void add_common(Arguments& args, BuildOptions& options) {
  args.flag("--generate", options.generate, "Make puzzles with our own generator");
  args.option("--csv", options.csv,
              "Take puzzles from FILE, whose columns are called question (or puzzle, quiz), answer (or solution) and, "
              "where there is one, rating; others are passed over; - is standard input")
      .type("FILE");
  args.option("--test-csv", options.test_csv,
              "Take test puzzles from FILE; without it both come from --csv, told apart by hash")
      .type("FILE");
  args.number("--train", options.train, 1, kMostPuzzles, "Training puzzles");
  args.number("--test", options.test, 1, kMostPuzzles, "Test puzzles");
  args.number("--augment", options.copies, 0, kMostPuzzles, "Copies of each training puzzle beside it");
  args.number("--seed", options.seed, 0, kAny, "Seed of everything that is drawn");
  args.flag("--any-solution", options.any_solution, "Take rows of CSV files that have more than one solution");
  args.option("--out", options.out, "Folder of the data set").required().type("DIR");
  args.flag("--force", options.force, "Replace a data set that is there");
}

Command add_sudoku(Arguments& builders) {
  auto options = std::make_shared<BuildOptions>();
  options->size = 9;
  Arguments args = builders.command("sudoku", "Sudokus of 4x4, 6x6 or 9x9 cells");
  args.number("--size", options->size, 4, 9, "4, 6 or 9 rows");
  args.number("--givens", options->givens, 0, 81, "Stop at so many givens; 0: no given can be left out");
  const Option least = args.number("--min-rating", options->min_rating, 0, 1'000'000,
                                   "Least rating: of the CSV row, or guesses that our solver needs");
  const Option lines =
      args.list("--lines", options->lines,
                "Take puzzles from collections, a puzzle a line and anything behind it (or CSV files with a header), "
                "solve and rate them, and split them by the class of their solutions, so that no test puzzle shares "
                "its solution with a training puzzle; - is standard input")
          .type("FILE...")
          .excludes(least);
  args.list("--shares", options->shares, "Parts of the files in the data set, one for each, as 26,74")
      .commas()
      .needs(lines);
  add_common(args, *options);
  return {args, [options] { return build_sudoku(*options); }};
}

Command add_maze(Arguments& builders) {
  auto options = std::make_shared<BuildOptions>();
  options->size = 30;
  Arguments args = builders.command("maze", "Mazes with one shortest path");
  args.number("--size", options->size, tasks::maze::kMinSize, tasks::maze::kMaxSize, "Rows");
  args.number("--min-path", options->min_path, 0, tasks::maze::kMaxSize * tasks::maze::kMaxSize,
              "Least steps of the shortest path; 0: 110 in 30x30 cells, the same part of other areas");
  args.number("--min-rating", options->min_rating, 0, 1'000'000, "Least rating of a CSV row");
  add_common(args, *options);
  return {args, [options] { return build_maze(*options); }};
}

Command add_fractal(Arguments& builders) {
  auto options = std::make_shared<BuildOptions>();
  options->size = 16;
  Arguments args = builders.command("fractal", "Fractals whose next iteration is to be drawn");
  args.number("--size", options->size, tasks::fractal::kMinSize, tasks::fractal::kMaxSize, "Rows");
  args.number("--min-rating", options->min_rating, 0, 1'000'000, "Least rating of a CSV row");
  add_common(args, *options);
  return {args, [options] { return build_fractal(*options); }};
}

}  // namespace

Command add_build(Arguments& tasks) {
  Arguments args = tasks.command("build", "Build a puzzle data set in the published layout");
  args.require_command();
  // One line for each family.
  const std::vector<Command> builders = {
      add_sudoku(args),
      add_maze(args),
      add_fractal(args),
      add_build_arc(args),
  };
  return {args, [builders] {
            for (const Command& builder : builders)
              if (builder.arguments.given()) return builder.run();
            return static_cast<int>(kUsage);
          }};
}

}  // namespace trm::cli
